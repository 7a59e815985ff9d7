"""Going on when the database is away for a while: full disk, lock, a server that restarts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
    TimeoutError,  # noqa: A004 - SQLAlchemy's, of its connection pool
)

from bot.runtime.backoff import backoff

_log = logging.getLogger(__name__)

T = TypeVar("T")
_TROUBLE = (DBAPIError, TimeoutError, OSError)
_OUR_FAULT = (IntegrityError, DataError, ProgrammingError, NotSupportedError)

_ADVICE = {
    "disk is full": "free some space on the disk of the database",
    "database is locked": "another program holds the database: end it",
    "readonly database": "make the database file and its folder writable for the bot's user",
    "unable to open database file": "make the database's folder exist and writable for the bot's user",
    "malformed": "the database file is damaged: stop the bot and restore the latest backup",
    "not a database": "the database file is damaged or no database: stop the bot and restore the latest backup",
    "disk I/O error": "the disk of the database fails: look at the system's log",
    "too many connections": "let the server take more connections, or end another program",
    "prepared statement": "where a pooler stands between, add ?prepared_statement_cache_size=0 to DATABASE_URL",
    "read-only transaction": "DATABASE_URL leads to a standby server: lead it to the primary one",
}
_NO_PLACE = ("readonly database", "unable to open database file")

# PostgreSQL says what is wrong by a code, SQLSTATE, whose first two characters are its class.
_OUR_FAULT_STATES = frozenset({"0A", "21", "22", "23", "42"})
"""Not supported, cardinality, data, integrity constraint, syntax or access rule."""
_MENDED_BY_OPERATORS = frozenset({"42501"})
"""Insufficient privilege."""
_NO_PLACE_STATES = frozenset({"28", "3D"})
"""Invalid authorization, invalid catalog name."""


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
    state = _sqlstate(error)
    if state is not None:
        return state in _MENDED_BY_OPERATORS or state[:2] not in _OUR_FAULT_STATES
    return isinstance(error, _TROUBLE) and not isinstance(error, _OUR_FAULT)


def is_no_place(error: Exception) -> bool:
    """Say whether there is no such database, or not for us: at the start, a wrong path, name, password or right."""
    state = _sqlstate(error)
    if state is not None:
        return state[:2] in _NO_PLACE_STATES
    return isinstance(error, DBAPIError) and any(sign in str(error.orig) for sign in _NO_PLACE)


def log_trouble(what: str, error: Exception, pause_s: float) -> None:
    """Log one line about a failed transaction: no parameters (they are people's data), but what to do."""
    _log.error("%s: the database failed: %s. Trying again in %.1f s", what, describe(error), pause_s)


def describe(error: Exception) -> str:
    """Say in one line what the database said, without the SQL and its parameters, and what to do about it."""
    reason = str(error.orig) if isinstance(error, DBAPIError) else f"{type(error).__name__}: {error}"
    advice = next((advice for sign, advice in _ADVICE.items() if sign in reason), "see the database's own log")
    return f"{reason.partition(chr(10))[0]}; {advice}"


def _sqlstate(error: BaseException | None) -> str | None:
    return getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
