"""A transaction that is cancelled or fails leaves no lock behind: the queue would wait for it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from db.engine import Database

_INSERT = text("INSERT INTO notes VALUES (1)")
_SELECT = text("SELECT * FROM notes LIMIT 5")
_INSERT_ORPHAN = text("INSERT INTO children VALUES (1)")
"""Leads to a commit that fails."""
_SELECT_SLOWLY = text(
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 100000) SELECT x FROM n ORDER BY -x"
)


@pytest.fixture
async def database(empty_url: str) -> AsyncIterator[Database]:
    database = Database.open(empty_url)
    async with database.write() as session:
        await session.execute(text("CREATE TABLE notes (x INTEGER)"))
    yield database
    await database.close()


async def test_a_write_that_is_cancelled_amid_an_operation_gives_its_lock_back(database: Database) -> None:
    inserted = asyncio.Event()

    async def write() -> None:
        async with database.write() as session:
            await session.execute(_INSERT)
            inserted.set()
            await session.execute(_SELECT_SLOWLY)

    writing = asyncio.create_task(write())
    await inserted.wait()
    await asyncio.sleep(0.01)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing

    # Who finds the database locked gives up only after seconds, with an error.
    async with database.write() as session:
        assert (await session.execute(_SELECT)).all() == []
        await session.execute(_INSERT)


async def test_a_commit_that_fails_is_rolled_back(database: Database) -> None:
    """SQLite itself leaves such a transaction open."""
    await _make_families(database)
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            await session.execute(_INSERT_ORPHAN)
    async with database.write() as session:
        assert (await session.execute(text("SELECT * FROM children"))).all() == []


async def test_who_is_cancelled_while_a_commit_fails_ends_as_cancelled(database: Database) -> None:
    """With the commit's error instead it would try again, and never end."""
    await _make_families(database)

    async def write(inserted: asyncio.Event) -> None:
        async with database.write() as session:
            await session.execute(_INSERT_ORPHAN)
            inserted.set()

    for turns in range(30):
        inserted = asyncio.Event()
        writing = asyncio.create_task(write(inserted))
        await inserted.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        was_there = writing.cancel()
        await asyncio.wait([writing])
        assert writing.cancelled() == was_there


async def test_whenever_a_task_is_cancelled_nothing_of_it_is_left(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    async def write() -> None:
        async with database.write() as session:
            await session.execute(_INSERT)
            await session.execute(_SELECT)

    random = Random(1)
    for _ in range(150):
        writing = asyncio.create_task(write())
        await asyncio.sleep(random.uniform(0, 0.005))
        writing.cancel()
        await asyncio.wait([writing])
        async with database.write() as session:
            await session.execute(_INSERT)
    assert caplog.records == []


async def _make_families(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("CREATE TABLE parents (x INTEGER PRIMARY KEY)"))
        await session.execute(
            text("CREATE TABLE children (x INTEGER REFERENCES parents (x) DEFERRABLE INITIALLY DEFERRED)")
        )
