"""A database has one writer at a time, on each engine, and readers see one moment: what was read is true when written.

Two `Database` objects are two processes here: the bot, and `docsbot allow` or a second bot beside it.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import select, text

from db import inbox, preferences
from db.engine import Database
from db.models import InboxUpdate, PersonSettings
from db.retry import until_stored

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANNA = 1001


@pytest.fixture
async def one(database_url: str) -> AsyncIterator[Database]:
    opened = Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    opened = Database.open(database_url)
    yield opened
    await opened.close()


async def language(database: Database) -> str | None:
    async with database.read() as session:
        return await session.scalar(select(PersonSettings.language))


async def test_who_reads_and_then_writes_overwrites_nobody(one: Database, other: Database) -> None:
    """Each transaction counts one up from what it read; a lost update would leave less."""

    async def count(database: Database) -> None:
        async with database.write() as session:
            row = await preferences.ensure_person(session, ANNA)
            row.language = str(int(row.language or "0") + 1)

    await asyncio.gather(*(until_stored("counting", partial(count, base)) for _ in range(10) for base in (one, other)))

    assert await language(one) == "20"


async def test_an_update_that_two_processes_take_at_once_is_stored_once(one: Database, other: Database) -> None:
    async def keep(database: Database) -> bool:
        async with database.write() as session:
            return await inbox.keep(session, {7: "{}"}, NOW) == {7}

    assert await asyncio.gather(*map(keep, (one, other, one, other))) == [True] * 4

    async with one.read() as session:
        assert [row.update_id for row in await session.scalars(select(InboxUpdate))] == [7]


async def test_a_second_writer_waits_for_the_first_and_sees_what_it_wrote(one: Database, other: Database) -> None:
    async def follow() -> str | None:
        async with other.write() as session:
            return (await preferences.ensure_person(session, ANNA)).language

    async with one.write() as session:
        (await preferences.ensure_person(session, ANNA)).language = "ru"
        await session.flush()
        following = asyncio.create_task(follow())
        # Time enough for a writer that does not wait.
        await asyncio.wait([following], timeout=0.05)
        assert not following.done()

    assert await following == "ru"


async def test_a_reader_sees_one_moment_and_holds_nobody_up(one: Database, other: Database) -> None:
    async with one.read() as session:
        before = list(await session.scalars(select(PersonSettings)))
        async with other.write() as writing:
            await preferences.ensure_person(writing, ANNA)
        assert list(await session.scalars(select(PersonSettings))) == before == []

    async with one.read() as session:
        assert len(list(await session.scalars(select(PersonSettings)))) == 1


async def test_many_writers_of_a_process_leave_its_readers_a_connection(one: Database) -> None:
    """More writers than the pool has connections; the readers come first to their end."""
    written: list[int] = []

    async def write(number: int) -> None:
        async with one.write() as session:
            await session.execute(text("SELECT 1"))
            await may_end.wait()
            written.append(number)

    may_end = asyncio.Event()
    writing = [asyncio.create_task(write(number)) for number in range(40)]
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        assert [await language(one) for _ in range(3)] == [None] * 3
    assert written == []
    may_end.set()
    await asyncio.gather(*writing)
    assert written == list(range(40))


async def test_writers_of_a_process_are_served_in_the_order_in_which_they_ask(one: Database) -> None:
    """Others' work is many transactions: who asks for one waits for those asked for before, not for all to come."""
    served: list[str] = []

    async def work(name: str, transactions: int) -> None:
        for _ in range(transactions):
            async with one.write():
                served.append(name)

    others = [asyncio.create_task(work(f"other{number}", 20)) for number in range(10)]
    while not served:  # noqa: ASYNC110 - until the first of the others is at work
        await asyncio.sleep(0)
    before = len(served)
    await work("person", 1)
    assert served.index("person") - before <= len(others)
    await asyncio.gather(*others)
