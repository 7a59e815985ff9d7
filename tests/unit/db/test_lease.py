"""The lease has one holder at a time, and what an earlier one still writes is refused."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from db import inbox, lease
from db.engine import Database
from db.lease import LeaseLost
from db.models import InboxUpdate

LONG, OVER = timedelta(hours=1), timedelta(0)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database.open(database_url)
    yield opened
    await opened.close()


async def take(database: Database, name: str, lasts: timedelta = LONG) -> int | None:
    async with database.write() as session:
        return await lease.take(session, name, lasts)


async def renew(database: Database, term: int, lasts: timedelta = LONG) -> bool:
    async with database.write_aside() as session:
        return await lease.renew(session, term, lasts)


async def test_it_is_taken_by_one_and_renewed_until_it_is_given_up(database: Database) -> None:
    assert await take(database, "one") == 1
    assert await take(database, "two") is None
    assert await renew(database, 1)
    async with database.read() as session:
        assert not await lease.is_free(session)
        assert await lease.holder(session) == "one"

    async with database.write() as session:
        await lease.give_up(session, 1)
    async with database.read() as session:
        assert await lease.is_free(session)
        assert await lease.holder(session) is None
    assert await take(database, "two") == 2


async def test_one_that_is_over_can_be_renewed_until_another_has_taken_it(database: Database) -> None:
    assert await take(database, "one", OVER) == 1
    assert await renew(database, 1, OVER)
    assert await take(database, "two") == 2
    assert not await renew(database, 1)
    async with database.read() as session:
        assert await lease.holder(session) == "two"


async def test_giving_up_what_another_has_taken_changes_nothing(database: Database) -> None:
    await take(database, "one", OVER)
    await take(database, "two")
    async with database.write() as session:
        await lease.give_up(session, 1)
    async with database.read() as session:
        assert await lease.holder(session) == "two"


async def test_of_many_who_want_it_at_once_one_gets_it(database_url: str) -> None:
    others = [Database.open(database_url) for _ in range(4)]
    terms = await asyncio.gather(*(take(other, f"{number}") for number, other in enumerate(others)))
    assert sorted(terms, key=str) == [1, None, None, None]
    for other in others:
        await other.close()


async def test_it_lasts_by_the_database_s_clock(database: Database) -> None:
    """A moment of it is over a moment later, within one transaction, too."""
    async with database.write() as session:
        assert await lease.take(session, "one", timedelta(milliseconds=2)) == 1
        async with asyncio.timeout(30):
            while await lease.take(session, "two", LONG) is None:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.001)
        assert await lease.holder(session) == "two"


async def test_what_a_former_leader_still_writes_is_refused(database: Database) -> None:
    term = await take(database, "one", OVER)
    assert term is not None
    fenced = database.fenced_by(lambda session: lease.hold(session, term))
    async with fenced.write() as session:
        await inbox.keep(session, {1: "{}"}, NOW)

    await take(database, "two")

    async def write() -> None:
        async with fenced.write() as session:
            await inbox.keep(session, {2: "{}"}, NOW)

    with pytest.raises(LeaseLost):
        await write()
    async with database.read() as session:
        assert await session.get(InboxUpdate, (0, 1)) is not None
        assert await session.get(InboxUpdate, (0, 2)) is None
