"""The driver's thread is asked once for each statement, and gives everything that SQLAlchemy wants of it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from db import sqlite_driver
from db.engine import Database

_MANY = 1_234


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'some.db'}")
    async with database.write() as session:
        await session.execute(text("CREATE TABLE numbers (number INTEGER PRIMARY KEY)"))
    yield database
    await database.close()


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Notes what the threads of all connections are asked to do."""
    asked: list[Any] = []
    original: Any = aiosqlite.Connection._execute

    async def noting(self: aiosqlite.Connection, job: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        asked.append(job)
        return await original(self, job, *args, **kwargs)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", noting)
    return asked


async def _fill(database: Database, count: int) -> None:
    if not count:
        return
    async with database.write() as session:
        await session.execute(
            text("INSERT INTO numbers VALUES (:n)"), [{"n": number} for number in range(1, count + 1)]
        )


async def test_a_read_is_one_job_for_each_statement_and_one_for_its_end(database: Database, jobs: list[Any]) -> None:
    async with database.read() as session:
        assert (await session.execute(text("SELECT 1"))).scalar_one() == 1
        assert (await session.execute(text("SELECT 2"))).scalar_one() == 2

    assert len(jobs) == 3


async def test_a_write_is_one_job_for_each_statement_its_begin_and_its_commit(
    database: Database, jobs: list[Any]
) -> None:
    async with database.write() as session:
        await session.execute(text("INSERT INTO numbers VALUES (1)"))
        await session.execute(text("UPDATE numbers SET number = 2 WHERE number = 1 RETURNING number"))

    assert len(jobs) == 4


async def test_a_read_of_nothing_asks_nothing(database: Database, jobs: list[Any]) -> None:
    async with database.read() as session:
        await session.connection()

    assert jobs == []


async def test_a_transaction_that_reads_sees_one_state_from_its_first_statement(database: Database) -> None:
    async with database.read() as session:
        count = text("SELECT count(*) FROM numbers")
        assert (await session.execute(count)).scalar_one() == 0
        await _fill(database, 3)
        assert (await session.execute(count)).scalar_one() == 0
    async with database.read() as session:
        assert (await session.execute(count)).scalar_one() == 3


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1_000, _MANY])
async def test_all_rows_come_whether_at_once_or_page_by_page(database: Database, count: int) -> None:
    await _fill(database, count)
    numbers = text("SELECT number FROM numbers ORDER BY number")

    async with database.read() as session:
        at_once = (await session.execute(numbers)).scalars().all()
    async with database.engine.connect() as connection, connection.stream(numbers) as result:
        paged = [number async for number in result.scalars()]

    assert at_once == paged == list(range(1, count + 1))


async def test_a_stream_that_is_left_early_leaves_nothing_behind(database: Database) -> None:
    await _fill(database, _MANY)
    numbers = text("SELECT number FROM numbers")
    async with database.engine.connect() as connection, connection.stream(numbers) as result:
        assert (await result.first()) is not None

    async with database.write() as session:
        await session.execute(text("DROP TABLE numbers"))


async def test_a_statement_that_fails_leaves_the_transaction_open_and_no_cursor(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("INSERT INTO numbers VALUES (1)"))
        with pytest.raises(IntegrityError):
            await session.execute(text("INSERT INTO numbers VALUES (1)"))
        await session.execute(text("INSERT INTO numbers VALUES (2)"))

    async with database.read() as session:
        assert (await session.execute(text("SELECT count(*) FROM numbers"))).scalar_one() == 2


async def test_what_is_cancelled_amid_a_statement_holds_up_nobody(database: Database) -> None:
    started = asyncio.Event()

    async def write() -> None:
        async with database.write() as session:
            await session.execute(text("INSERT INTO numbers VALUES (1)"))
            started.set()
            await session.execute(
                text(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000) SELECT max(i) FROM n"
                )
            )

    task = asyncio.create_task(write())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with asyncio.timeout(5):
        await _fill(database, 2)


async def test_what_sqlite_says_of_a_statement_arrives(tmp_path: Path) -> None:
    connection = await sqlite_driver.connect(str(tmp_path / "plain.db"))
    cursor: Any = connection.cursor()
    assert (cursor.description, cursor.rowcount, cursor.lastrowid) == (None, -1, None)
    await cursor.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)")
    await cursor.executemany("INSERT INTO t VALUES (?)", [(4,), (5,)])
    assert cursor.rowcount == 2
    await cursor.execute("INSERT INTO t VALUES (9) RETURNING a")
    assert (cursor.description[0][0], cursor.lastrowid, await cursor.fetchall()) == ("a", 9, [(9,)])
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await cursor.execute("SELECT * FROM other")
    await connection.close()
