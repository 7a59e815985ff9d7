"""Rests that all logins have in common, on each engine: who tries, who is told of it, and how they end."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain import Destination, GetAct, Hold, Person, SubClient
from db import logins, requests
from db.engine import Database
from db.models import Login

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
REST = timedelta(minutes=15)
TRIAL = timedelta(minutes=1)
NAMES = ("acme", "beta", "gamma", "idle")


@pytest.fixture
async def resting(database_url: str) -> AsyncIterator[Database]:
    """A database of four logins, one of which has nothing to do, and one of which met a block."""
    database = Database.open(database_url)
    async with database.write() as session:
        await logins.ensure(session, NAMES, NOW)
        for number, name in enumerate(NAMES[:3], 1):
            wish = GetAct(SubClient(name="alice"), num="7")
            to = Destination(101, reply_to=number)
            session.add(requests.new(wish, login=name, requester=Person(101, "Anna", "en"), destination=to, now=NOW))
            await logins.refresh_due(session, await logins.lock(session, name))
        met = await logins.lock(session, "acme")
        met.hold, met.held_until = Hold.BLOCKED, NOW + REST
        await logins.refresh_due(session, met)
        await logins.rest_like(session, met, NOW)
    yield database
    await database.close()


async def everyone(database: Database) -> dict[str, Login]:
    async with database.read() as session:
        return {login.login: login for login in await logins.everyone(session)}


def count_statements(database: Database) -> list[str]:
    """Return a list to which each statement is added from now on."""
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    return statements


async def take(database: Database, now: datetime) -> list[str]:
    async with database.write() as session:
        taken, _ = await logins.take_due(session, now, 10, trial=TRIAL)
        return sorted(taken)


async def test_all_rest_and_the_admins_are_told_of_one(resting: Database) -> None:
    found = await everyone(resting)
    assert {login.hold for login in found.values()} == {Hold.BLOCKED}
    assert {name for name, login in found.items() if login.told_at is None} == {"acme"}
    assert [found[name].due_at for name in NAMES] == [NOW + REST] * 3 + [None]
    assert await take(resting, NOW + REST - TRIAL) == []


async def test_what_the_admins_have_to_hear_of(resting: Database) -> None:
    async def untold(at: datetime) -> list[str]:
        async with resting.read() as session:
            return [login.login for login in await logins.in_untold_trouble(session, at)]

    async with resting.write() as session:
        await logins.pause(session, await logins.lock(session, "gamma"), NOW, by="Olga")
        refused = await logins.lock(session, "idle")
        refused.paused_at, refused.told_at = NOW, None
        resting_alone = await logins.lock(session, "beta")
        resting_alone.hold, resting_alone.told_at = Hold.UNREACHABLE, None
    assert await untold(NOW) == ["acme", "idle"]
    assert await untold(NOW + REST) == ["idle"]


async def test_one_tries_at_a_time(resting: Database) -> None:
    first = await take(resting, NOW + REST)
    assert len(first) == 1
    assert await take(resting, NOW + REST) == []
    second = await take(resting, NOW + REST + TRIAL)
    assert len(second) == 1
    assert second != first


async def test_they_end_together_and_a_pause_stays_told(resting: Database) -> None:
    async with resting.write() as session:
        paused = await logins.lock(session, "beta")
        paused.paused_at = paused.told_at = NOW
        await logins.refresh_due(session, paused)
        await logins.end_common_rest(session)
    found = await everyone(resting)
    assert {(login.hold, login.held_until) for login in found.values()} == {(None, None)}
    assert {name for name, login in found.items() if login.told_at is not None} == {"beta"}
    assert await take(resting, NOW) == ["acme", "gamma"]


async def test_a_login_that_is_locked_is_read_anew(resting: Database) -> None:
    """A claim takes due logins in one statement; what the session holds of them must not hide that they are due."""
    async with resting.write() as session:
        await logins.end_common_rest(session)
    async with resting.write() as session:
        known = await logins.lock(session, "acme")
        due_at = known.due_at
        await logins.take_due(session, NOW, 10, trial=TRIAL)
        await logins.refresh_due(session, await logins.lock(session, "acme"))
    assert due_at is not None
    assert (await everyone(resting))["acme"].due_at == due_at


async def test_waits_are_worked_out_anew_at_a_start_whatever_the_number_of_logins(resting: Database) -> None:
    pace = timedelta(minutes=1)
    async with resting.write() as session:
        for name, answered_at in {"acme": NOW - 3 * pace, "beta": NOW - pace / 4, "gamma": NOW + 9 * pace}.items():
            login = await logins.lock(session, name)
            login.answered_at, login.next_start_at = answered_at, NOW + 99 * pace
        await session.flush()
        statements = count_statements(resting)
        await logins.cap_waits(session, NOW, pace, REST)
        few = len(statements)
        await logins.ensure(session, [f"login{number}" for number in range(1000)], NOW)
        statements.clear()
        await logins.cap_waits(session, NOW, pace, REST)
        assert len(statements) == few
    found = await everyone(resting)
    assert [found[name].next_start_at for name in NAMES] == [NOW - 2 * pace, NOW + 3 * pace / 4, NOW + pace, NOW]
