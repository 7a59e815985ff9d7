"""One process leads, the others stand by; who has lost the lead does nothing more."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

import db.engine
from bot.process import leadership
from bot.process.leadership import Leadership
from db import inbox, lease
from db.engine import Database
from db.lease import LeaseLost
from db.models import InboxUpdate, Lease
from tests.e2e.database_wire import database_wire
from tests.support.databases import Databases, EngineName, database_name, migrated

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    for pause in ("_RENEW_EVERY_S", "_RETRY_AFTER_S", "_LOOK_EVERY_S"):
        monkeypatch.setattr(leadership, pause, 0.005)


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.new(EngineName.POSTGRESQL, migrated) as made:
        yield made


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database.open(url)
    yield opened
    await opened.close()


async def time_passes(database: Database) -> None:
    """Have the lease be over, as it is ten seconds after its holder was killed."""
    async with database.write_aside() as session:
        await session.execute(update(Lease).values(until=LONG_AGO))


async def forever() -> None:
    await asyncio.Event().wait()


async def led(database: Database, name: str) -> Leadership:
    made = Leadership(database, name)
    async with asyncio.timeout(30):
        await made.gain()
    return made


async def lease_of(database: Database) -> Lease:
    async with database.read() as session:
        return await session.get_one(Lease, 1)


async def test_the_lead_is_handed_over_at_an_orderly_stop(database: Database) -> None:
    first, stop = await led(database, "first"), asyncio.Event()

    async def work() -> None:
        await stop.wait()

    leading = asyncio.create_task(first.during(work()))
    following = asyncio.create_task(led(database, "second"))
    # Time enough for one that does not stand by.
    await asyncio.wait([following], timeout=0.05)
    assert not following.done()
    assert (first.holds, first.term) == (True, 1)

    stop.set()
    await leading
    assert (first.holds, first.term) == (False, None)
    second = await following
    assert (second.holds, second.term) == (True, 2)


async def test_who_is_told_to_stop_as_it_takes_the_lead_leaves_it_free(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the next one waits for the end of a lease that nobody has."""
    taken, goes_on = asyncio.Event(), asyncio.Event()
    take = lease.take

    async def slowly(session: AsyncSession, name: str, lasts: timedelta) -> int | None:
        term = await take(session, name, lasts)
        taken.set()
        await goes_on.wait()
        return term

    monkeypatch.setattr(lease, "take", slowly)
    gaining = asyncio.create_task(led(database, "first"))
    async with asyncio.timeout(30):
        await taken.wait()
    gaining.cancel()
    await asyncio.sleep(0)
    goes_on.set()
    await asyncio.wait([gaining], timeout=30)
    assert gaining.cancelled()
    async with database.read() as session:
        assert await lease.is_free(session)
    assert (await led(database, "second")).term == 2


async def test_who_does_not_know_the_tables_never_leads(
    database: Database, url: str, databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    """A newer version changed them while an older one stood by; one that leads already goes on."""
    first = await led(database, "first")
    databases.postgres.sql("UPDATE alembic_version SET version_num = '9999' || version_num", database_name(url))
    assert await first._renewed()
    await first._hand_over()

    old = Leadership(database, "old")
    for _ in range(2):
        assert not await old._take()
    assert (old.holds, caplog.text.count("revision 9999")) == (False, 1)
    back = "UPDATE alembic_version SET version_num = substr(version_num, 5)"
    databases.postgres.sql(back, database_name(url))
    assert await old._take()


async def test_a_lead_is_renewed(database: Database) -> None:
    first = await led(database, "first")
    before = (await lease_of(database)).until
    leading = asyncio.create_task(first.during(forever()))
    async with asyncio.timeout(30):
        while (await lease_of(database)).until == before:
            pass
    leading.cancel()
    await asyncio.wait([leading])
    assert leading.cancelled()


async def test_who_was_paused_past_its_lease_stops_and_changes_nothing(database: Database) -> None:
    first, cancelled = await led(database, "first"), asyncio.Event()
    writable = first.fenced(database)

    async def write(update_id: int) -> None:
        async with writable.write() as session:
            await inbox.keep(session, {update_id: "{}"}, NOW)

    async def work() -> None:
        try:
            await forever()
        finally:
            cancelled.set()

    await write(1)
    await time_passes(database)
    second = await led(database, "second")

    with pytest.raises(LeaseLost):
        await write(2)
    with pytest.raises(LeaseLost):
        await first.during(work())
    assert cancelled.is_set()
    assert not first.holds
    async with database.read() as session:
        assert await session.get(InboxUpdate, (0, 1)) is not None
        assert await session.get(InboxUpdate, (0, 2)) is None
    # What the first says when it ends does not free the second's lease.
    assert (await lease_of(database)).holder == "second"
    assert await second._renewed()


async def test_who_wakes_from_a_pause_goes_on_where_nobody_has_taken_the_lead(database: Database) -> None:
    first = await led(database, "first")
    await time_passes(database)
    first._valid_until = 0.0
    assert not first.holds
    assert await first._renewed()
    assert first.holds


async def test_a_lease_that_nobody_took_meanwhile_goes_on(database: Database) -> None:
    """All were away, as when the database was: the same leader goes on, in the same term."""
    first = await led(database, "first")
    await time_passes(database)
    assert await first._renewed()
    assert (first.holds, first.term) == (True, 1)


async def test_who_cannot_reach_the_database_stops_before_its_lease_ends(
    database: Database,
    url: str,
    databases: Databases,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(leadership, "LASTS", timedelta(seconds=leadership._STOP_BEFORE_S + 0.3))
    first, name = await led(database, "first"), database_name(url)
    databases.postgres.sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    databases.postgres.cut_off(name)
    with pytest.raises(LeaseLost):
        await first.during(forever())
    assert not first.holds
    assert "renewing the lease" in caplog.text


async def test_a_database_that_hangs_does_not_keep_its_leader_in_the_lead(
    database: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another session holds the row, so that no answer comes at all."""
    monkeypatch.setattr(leadership, "_STOP_BEFORE_S", 0.1)
    monkeypatch.setattr(leadership, "LASTS", timedelta(seconds=0.2))
    first = await led(database, "first")
    monkeypatch.setattr(leadership, "_ASK_LATE_S", 0.05)
    other = Database.open(url)
    async with other.write() as session:
        await session.get(Lease, 1, with_for_update=True)
        with pytest.raises(LeaseLost):
            await first.during(forever())
    await other.close()
    assert not first.holds


async def test_a_database_that_stumbles_costs_nobody_the_lead(
    database: Database, url: str, databases: Databases
) -> None:
    first = await led(database, "first")
    databases.postgres.cut_off(database_name(url))
    assert [await first._renewed() for _ in range(4)][-1]
    assert first.holds


def test_who_falls_silent_is_cut_off_before_its_lease_ends() -> None:
    assert leadership.LASTS.total_seconds() * 1000 > db.engine.LONGEST_SILENCE_MS


async def _renew(database: Database, first: Leadership, begun: asyncio.Event) -> None:
    async with database.write_aside() as session:
        assert await lease.renew(session, first.term or 0, timedelta(0))
        begun.set()
        await forever()


async def _write(database: Database, first: Leadership, begun: asyncio.Event) -> None:
    async with first.fenced(database).write() as session:
        await inbox.keep(session, {7: "{}"}, NOW)
        begun.set()
        await forever()


@pytest.mark.parametrize("work", [_renew, _write])
async def test_a_leader_cut_off_amid_its_work_leaves_no_lock_behind(
    database: Database,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    work: Callable[[Database, Leadership, asyncio.Event], Coroutine[Any, Any, None]],
) -> None:
    """A network that lets nothing through, and tells nobody: the server goes on waiting for the leader's next word."""
    monkeypatch.setattr(db.engine, "_BEGIN_WRITING", db.engine._BEGIN_WRITING.replace("'8000'", "'200'"))
    async with database_wire(tmp_path / "wire", url) as (wire, through):
        cut_off = Database.open(through)
        first = await led(cut_off, "first")
        begun = asyncio.Event()
        working = asyncio.create_task(work(cut_off, first, begun))
        await begun.wait()
        wire._whole.clear()
        working.cancel()
        await time_passes(database)
        assert (await led(database, "second")).term == 2
        wire._whole.set()
        await asyncio.wait([working])
        await cut_off.close()
    async with database.read() as session:
        assert await session.get(InboxUpdate, (0, 7)) is None
