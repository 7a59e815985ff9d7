"""The connection to the database: transactions that cannot deadlock, lose a commit or start a call twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from db import sqlite_driver
from db.models.base import BOT_AT_WORK
from db.retry import until_stored
from db.sockets import notice_silence

T = TypeVar("T")
Fence = Callable[[AsyncSession], Awaitable[None]]
"""Raises in a transaction that must not write."""
Along = Callable[[AsyncSession], Awaitable[None]]
"""Writes what was waiting for a transaction."""

_READ_ONLY = "docsbot_read_only"
_ASIDE = "docsbot_aside"
_AT_END = "docsbot_at_end"
WITHOUT_FOREIGN_KEYS = "docsbot_without_foreign_keys"
"""An execution option: SQLite checks no foreign keys from the begin of a transaction until the connection is closed."""
_BUSY_TIMEOUT_MS = 5_000
LONGEST_SILENCE_MS = 8_000
"""A process that is stopped or cut off amid its transaction would hold up all others; its lease lasts longer."""
_WRITERS_LOCK = 0x646F6373777274
"""Advisory locks are numbers, one for each database; this one reads "docswrt"."""
_BEGIN_WRITING = (
    f"SELECT set_config('lock_timeout', '{_BUSY_TIMEOUT_MS}', true),"
    f" set_config('idle_in_transaction_session_timeout', '{LONGEST_SILENCE_MS}', true),"
    f" set_config('tcp_user_timeout', '{LONGEST_SILENCE_MS}', true),"
    f" pg_advisory_xact_lock({_WRITERS_LOCK})"
)


@dataclass(frozen=True, slots=True)
class _Writers:
    """What the write transactions of a process share."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    along: list[Along] = field(default_factory=list)


class Database:
    """Opens transactions. One instance for each process and database.

    A database has one writer at a time, on PostgreSQL too: what a transaction has read is still true when it writes,
    and none has to be tried again because of another. The writers of this process queue up on a lock of their own,
    since SQLite would make them sleep and poll, and PostgreSQL hold a connection each. Other processes (`docsbot
    allow`) are waited for by the database, for 5 s; after that the transaction fails.
    """

    def __init__(self, engine: AsyncEngine, fence: Fence | None = None, writers: _Writers | None = None) -> None:
        self.engine = engine
        self._fence = fence
        self._writers = writers or _Writers()
        options: dict[str, Any] = {_READ_ONLY: True}
        if engine.dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reader = engine.execution_options(**options)
        aside: dict[str, Any] = {_ASIDE: True}
        if engine.dialect.name == "postgresql":
            # A statement ends by itself: who is cut off behind it leaves no lock.
            aside |= {"isolation_level": "AUTOCOMMIT"}
        self._aside = engine.execution_options(**aside)

    @property
    def bot_id(self) -> int:
        """The Telegram id of the bot that works on it; 0: none."""
        return int(self.engine.get_execution_options().get(BOT_AT_WORK, 0))

    @classmethod
    def open(cls, url: str, *, bot_id: int = 0, **engine_options: Any) -> "Database":
        """Make the engine for `url` (`sqlite+aiosqlite://` or `postgresql+asyncpg://`); connects on first use.

        `bot_id` is the Telegram id of the bot whose messages and updates are worked on; 0: none is.
        """
        path = sqlite_path(url)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        # Parameters are people's data, and errors are logged.
        options = {
            "hide_parameters": True,
            "execution_options": {BOT_AT_WORK: bot_id},
            "connect_args": _connecting(url),
        }
        engine = create_async_engine(url, **options, **engine_options)
        tune = tune_sqlite if engine.dialect.name == "sqlite" else tune_postgres
        tune(engine.sync_engine)
        return cls(engine)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Give a session in a write transaction, committed when the block ends well and rolled back otherwise."""
        async with self._writers.lock, self._writing(self.engine) as session:
            if self._fence is not None:
                await self._fence(session)
            yield session
            for add in self._writers.along:
                await add(session)

    @asynccontextmanager
    async def write_aside(self) -> AsyncIterator[AsyncSession]:
        """Give a session in a write transaction that waits for no other, and that no fence refuses.

        Only for single statements that are right whatever others write meanwhile.
        """
        async with self._writing(self._aside) as session:
            yield session

    def fenced_by(self, fence: Fence) -> "Database":
        """Return this database with a condition: `fence` is awaited in each write transaction, and may refuse it."""
        return Database(self.engine, fence, self._writers)

    def take_along(self, add: Along) -> None:
        """Have something added to each write transaction from now on, before its commit: what needs none of its own."""
        self._writers.along.append(add)

    @asynccontextmanager
    async def _writing(self, engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
        async with _closing(AsyncSession(engine, expire_on_commit=False)) as session:
            try:
                yield session
                await _to_the_end(session.commit())
            except BaseException:
                # Closing alone would not end a transaction whose commit failed. What fails here is thrown away.
                with suppress(SQLAlchemyError, OSError):
                    await _to_the_end(session.rollback())
                raise
            finally:
                for act in session.info.get(_AT_END, ()):
                    act()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Give a session in a read transaction: one consistent view, and writers are not held up."""
        async with _closing(AsyncSession(self._reader, expire_on_commit=False)) as session:
            yield session

    async def write_until_stored(self, what: str, action: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run a write transaction until it commits, however long the database takes.

        Whatever was done outside of the database before is thus never done again for its sake.
        """

        async def once() -> T:
            async with self.write() as session:
                return await action(session)

        return await until_stored(what, once)

    async def read_until_stored(self, what: str, query: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run a read transaction until the database gives an answer."""

        async def once() -> T:
            async with self.read() as session:
                return await query(session)

        return await until_stored(what, once)

    async def close(self) -> None:
        await self.engine.dispose()


def _connecting(url: str) -> dict[str, Any]:
    """Return what else the driver is told.

    Behind a pooler a transaction's statements must not have names: the next one may get another session, which does not
    know them.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return {"async_creator_fn": sqlite_driver.connect}
    if parsed.query.get("prepared_statement_cache_size") == "0":
        return {"statement_cache_size": 0, "prepared_statement_name_func": lambda: ""}
    return {}


@asynccontextmanager
async def _closing(session: AsyncSession) -> AsyncIterator[AsyncSession]:
    """Close a session at the end, which rolls back what is not committed and gives its connection back."""
    try:
        yield session
    finally:
        if session.in_transaction():
            with suppress(SQLAlchemyError, OSError):
                await _to_the_end(session.close())


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Await to completion even if cancelled: half done it would leave a lock behind."""
    task = asyncio.create_task(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    if cancelled and not task.cancelled():
        # Where it failed, too: whoever tries again would never end.
        task.exception()
        raise asyncio.CancelledError
    task.result()


def at_end(session: AsyncSession, act: Callable[[], None]) -> None:
    """Have a function called once the session's write transaction has ended, however it did."""
    session.info.setdefault(_AT_END, []).append(act)


def bot_of(session: AsyncSession) -> int:
    """Return the id of the bot that works on a session's database."""
    return int(session.get_bind().get_execution_options().get(BOT_AT_WORK, 0))


def sqlite_path(url: str | URL) -> Path | None:
    """Return the file behind an SQLite URL; None for other databases and for one in memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database))


def tune_sqlite(engine: Engine) -> None:
    """Put transactions into our hands and durability before speed.

    The driver's own transactions begin late, with the first write: two processes then claim the same row.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
        cursor.close()

    @event.listens_for(engine, "invalidate")
    def _invalidate(connection: Any, _record: object, _error: object) -> None:
        # Who is cancelled amid an operation leaves a cursor, and that would keep a closed connection's lock.
        connection.rollback()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        read_only = options.get(_READ_ONLY, False)
        if options.get(WITHOUT_FOREIGN_KEYS, False):
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def tune_postgres(engine: Engine) -> None:
    """Have one writer at a time, as SQLite does.

    The lock belongs to the transaction, so that it ends with it, and holds behind a pooler too. That it takes an order
    is no loss: what the bot waits for is SMS Center's pace.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        # asyncpg has no other way to its socket.
        notice_silence(connection.driver_connection._transport.get_extra_info("socket"))  # noqa: SLF001

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not (options.get(_READ_ONLY, False) or options.get(_ASIDE, False)):
            connection.exec_driver_sql(_BEGIN_WRITING)
