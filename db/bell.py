"""How processes on one PostgreSQL tell each other to look at it, and the leader hears at once.

The news itself is in the tables. A bell that is not heard (a pooler keeps no session to listen with) costs time and
nothing else, for the leader looks now and then by itself.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.runtime.backoff import backoff
from db import audit
from db.engine import Database
from db.retry import describe, is_trouble, until_stored

_log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
"""How often who listens looks into the audit without having heard anything."""
_LONGEST_PAUSE_S = 10.0


class Bell(StrEnum):
    """What there is to look at; PostgreSQL's channels are called so."""

    TABLES = "docsbot"
    """The queue, the logins, the lists: whatever the command line changes."""
    UPDATES = "docsbot_updates"
    """The inbox."""


Look = Callable[[], None]


async def ring(session: AsyncSession, bell: Bell = Bell.TABLES) -> None:
    """Have whoever listens look once this transaction is committed; nobody listens to SQLite."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(f"NOTIFY {bell}"))


async def listen(database: Database, looks: Mapping[Bell, Look]) -> None:
    """Call what belongs to a bell when somebody rings it; never ends.

    All are called whenever listening has begun; `TABLES` also when somebody used the command line without our hearing.
    """
    if database.engine.dialect.name != "postgresql":
        await asyncio.Event().wait()
    seen, _ = await until_stored("reading the audit", partial(_newest, database, None))
    pauses = backoff(0.5, _LONGEST_PAUSE_S)
    while True:
        try:
            async with _heard(database, looks) as lost:
                pauses = backoff(0.5, _LONGEST_PAUSE_S)
                # Whoever rang before was not heard.
                for look in looks.values():
                    look()
                while not lost.is_set():
                    seen, is_news = await _newest(database, seen)
                    if is_news:
                        looks[Bell.TABLES]()
                    await _within(lost, LOOK_EVERY_S)
        except Exception as error:
            if not is_trouble(error):
                raise
            _log.warning("listening to the database failed: %s", describe(error))
        await asyncio.sleep(next(pauses))


@asynccontextmanager
async def _heard(database: Database, looks: Mapping[Bell, Look]) -> AsyncIterator[asyncio.Event]:
    """Have the bells' rings lead to a look while the block runs; the event is set when the connection is lost."""
    async with database.engine.connect() as held:
        connection: Any = (await held.get_raw_connection()).driver_connection
        lost = asyncio.Event()

        def gone(_: object) -> None:
            lost.set()

        connection.add_termination_listener(gone)
        try:
            try:
                for bell in looks:
                    await connection.add_listener(bell, lambda *ring: looks[Bell(ring[2])]())
            except Exception as error:
                # The driver's own, for this goes past SQLAlchemy.
                raise ConnectionError(f"{type(error).__name__}: {error}") from error
            yield lost
        finally:
            connection.remove_termination_listener(gone)
            # The pool must not hand out a connection that still listens.
            with suppress(SQLAlchemyError, OSError):
                await held.invalidate()


async def _newest(database: Database, since: int | None) -> tuple[int, bool]:
    """Return the id of the audit's newest entry, and whether one of the command line's came after `since`."""
    async with database.read() as session:
        newest = await audit.newest(session)
        return newest, since is not None and await audit.has_unattended(session, since, newest)


async def _within(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
