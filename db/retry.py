"""Going on when the database is away for a while: full disk, lock, a server that restarts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    ProgrammingError,
    TimeoutError,  # noqa: A004 - SQLAlchemy's, of its connection pool
)

from bot.runtime.backoff import backoff

_log = logging.getLogger(__name__)

T = TypeVar("T")
_TROUBLE = (DatabaseError, InterfaceError, TimeoutError, OSError)
_OUR_FAULT = (IntegrityError, DataError, ProgrammingError, NotSupportedError)

_ADVICE = {
    "disk is full": "free some space on the disk of the database",
    "database is locked": "another program holds the database: end it",
    "readonly database": "make the database file and its folder writable for the bot's user",
    "unable to open database file": "make the database's folder exist and writable for the bot's user",
    "malformed": "the database file is damaged: stop the bot and restore the latest backup",
    "not a database": "the database file is damaged or no database: stop the bot and restore the latest backup",
    "disk I/O error": "the disk of the database fails: look at the system's log",
}
_NO_PLACE = ("readonly database", "unable to open database file")


async def until_stored(what: str, action: Callable[[], Awaitable[T]]) -> T:
    """Run a transaction until it commits, with growing pauses; each failure is logged with what to do about it."""
    pauses = backoff(0.1, 5.0)
    while True:
        try:
            return await action()
        except _TROUBLE as error:
            if not is_trouble(error):
                raise
            pause_s = next(pauses)
            log_trouble(what, error, pause_s)
        await asyncio.sleep(pause_s)


def is_trouble(error: BaseException | None) -> bool:
    """Say whether the database is to blame, so that the same may work later; a broken constraint is a fault of ours."""
    return isinstance(error, _TROUBLE) and not isinstance(error, _OUR_FAULT)


def is_no_place(error: Exception) -> bool:
    """Say whether the file cannot be opened or written where it is: at the start, a wrong path or wrong rights."""
    return isinstance(error, DBAPIError) and any(sign in str(error.orig) for sign in _NO_PLACE)


def log_trouble(what: str, error: Exception, pause_s: float) -> None:
    """Log one line about a failed transaction: no parameters (they are people's data), but what to do."""
    _log.error("%s: the database failed: %s. Trying again in %.1f s", what, describe(error), pause_s)


def describe(error: Exception) -> str:
    """Say in one line what the database said, without the SQL and its parameters, and what to do about it."""
    reason = str(error.orig) if isinstance(error, DBAPIError) else f"{type(error).__name__}: {error}"
    advice = next((advice for sign, advice in _ADVICE.items() if sign in reason), "see the database's own log")
    return f"{reason.partition(chr(10))[0]}; {advice}"
