"""Who leads hears at once of what others have written, and by itself where it could not hear."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import asyncpg  # type: ignore[import-untyped]
import pytest

from bot.domain import Person
from db import audit, bell
from db.audit import AuditAction
from db.bell import Bell
from db.engine import Database
from tests.support.databases import Databases, EngineName, database_name, migrated

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WAIT_S = 30


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.new(EngineName.POSTGRESQL, migrated) as made:
        yield made


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database.open(url)
    yield opened
    await opened.close()


class Ear:
    """Counts how often it was told to look."""

    def __init__(self) -> None:
        self.heard = 0
        self._news = asyncio.Event()

    def look(self) -> None:
        self.heard += 1
        self._news.set()

    async def next(self) -> None:
        async with asyncio.timeout(WAIT_S):
            await self._news.wait()
        self._news.clear()


@asynccontextmanager
async def listening(database: Database, url: str, databases: Databases) -> AsyncIterator[tuple[Ear, Ear]]:
    ear, other_ear = Ear(), Ear()
    task = asyncio.create_task(bell.listen(database, {Bell.TABLES: ear.look, Bell.UPDATES: other_ear.look}))
    listens = f"SELECT 1 FROM pg_stat_activity WHERE datname = '{database_name(url)}' AND query LIKE 'LISTEN%'"  # noqa: S608
    async with asyncio.timeout(WAIT_S):
        while not databases.postgres.sql(listens):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)
    await ear.next()
    await other_ear.next()
    ear.heard = other_ear.heard = 0
    yield ear, other_ear
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def ring(database: Database, which: Bell = Bell.TABLES) -> None:
    async with database.write_aside() as session:
        await bell.ring(session, which)


async def write(database: Database, actor: Person | None) -> None:
    async with database.write() as session:
        audit.record(session, AuditAction.RESUME_LOGIN, now=NOW, actor=actor)


async def test_a_ring_of_another_process_is_heard(database: Database, url: str, databases: Databases) -> None:
    other = Database.open(url)
    async with listening(database, url, databases) as (ear, other_ear):
        for _ in range(2):
            await ring(other)
            await ear.next()
        assert (ear.heard, other_ear.heard) == (2, 0)
        await ring(other, Bell.UPDATES)
        await other_ear.next()
        assert (ear.heard, other_ear.heard) == (2, 1)
    await other.close()


async def test_what_is_not_committed_rings_nothing(database: Database, url: str, databases: Databases) -> None:
    async with listening(database, url, databases) as (ear, _):
        with suppress(RuntimeError):
            async with database.write() as session:
                await bell.ring(session)
                raise RuntimeError
        await ring(database)
        await ear.next()
        assert ear.heard == 1


async def test_after_the_server_cut_it_off_it_is_heard_again(
    database: Database, url: str, databases: Databases
) -> None:
    async with listening(database, url, databases) as (ear, _):
        databases.postgres.cut_off(database_name(url))
        other = Database.open(url)
        async with asyncio.timeout(WAIT_S):
            while not ear.heard:
                await ring(other)
                await asyncio.sleep(0.05)
        await other.close()


async def test_a_connection_that_is_gone_before_it_listens_is_no_fault(
    database: Database, url: str, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver raises what SQLAlchemy does not know."""
    add, failed = asyncpg.Connection.add_listener, asyncio.Event()

    async def gone_at_first(self: asyncpg.Connection, *listener: object) -> None:
        if not failed.is_set():
            failed.set()
            raise asyncpg.InterfaceError("connection is closed")
        await add(self, *listener)

    monkeypatch.setattr(asyncpg.Connection, "add_listener", gone_at_first)
    async with listening(database, url, databases) as (ear, _):
        await ring(database)
        await ear.next()
    assert failed.is_set()


async def test_without_hearing_it_sees_what_the_command_line_did_and_nothing_else(
    database: Database, url: str, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell, "LOOK_EVERY_S", 0.02)
    await write(database, None)
    async with listening(database, url, databases) as (ear, _):
        await write(database, Person(101, "Anna", "en"))
        await asyncio.sleep(0.1)
        assert ear.heard == 0
        await write(database, None)
        await ear.next()
        await asyncio.sleep(0.1)
        assert ear.heard == 1


async def test_on_sqlite_nobody_rings_and_nobody_waits(databases: Databases) -> None:
    with databases.new(EngineName.SQLITE) as made:
        database = Database.open(made)
        await ring(database)
        task = asyncio.create_task(bell.listen(database, {Bell.TABLES: Ear().look}))
        await asyncio.sleep(0)
        assert not task.done()
        task.cancel()
        await asyncio.wait([task])
        await database.close()
