"""A request whose login is free is claimed with the commit that makes it, and with no commit less than sure."""

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy.exc import DBAPIError

from bot.domain import Hold, State
from bot.queue import calls_out
from bot.smscentre import Refused
from tests.simulation.world import Theatre
from tests.support.points import Trouble
from tests.unit.queue.workshop import PACE, Answer, Working, Workshop, gaps


async def _begun(working: Working) -> None:
    """Let the queue have its first turn."""
    await working.sleep_until(1.0)


def test_it_takes_one_commit_and_is_announced(stage: Theatre) -> None:
    shop = Workshop(stage, answer=lambda _: Answer(after=10.0))

    async def work(working: Working) -> None:
        await _begun(working)
        before, turns = shop.commits, len(working.turns)
        request = await working.enter()
        await asyncio.sleep(1.0)
        assert (request.state, shop.commits - before, len(shop.calls)) == (State.RUNNING, 1, 1)
        assert [[one.id for one in turn.started] for turn in working.turns[turns:]] == [[request.id]]
        await working.all_done()

    shop.run(work)


def test_the_pace_holds_and_who_came_first_is_first(stage: Theatre) -> None:
    shop = Workshop(stage, answer=lambda _: Answer(after=5.0))
    entered: list[int] = []

    async def work(working: Working) -> None:
        await _begun(working)
        for pause in (0.0, 1.0, 10.0, 300.0, 1.0):
            await asyncio.sleep(pause)
            entered.append((await working.enter()).id)
        await working.all_done()

    shop.run(work)

    assert [call.request for call in shop.calls] == entered
    assert min(gaps(shop.calls)) >= PACE


@pytest.mark.parametrize("lost", [1, 2])
def test_a_commit_that_worked_and_was_reported_as_failed_leads_to_one_call(stage: Theatre, lost: int) -> None:
    shop = Workshop(stage)

    async def work(working: Working) -> None:
        await _begun(working)
        shop.commits_until_loss = lost
        with suppress(Trouble, DBAPIError, OSError):
            await working.enter()
        await working.sleep_until(3 * PACE)
        assert await working.states() == [State.DONE]

    shop.run(work)

    assert len(shop.calls) == 1


def test_a_transaction_that_fails_leaves_nothing(stage: Theatre) -> None:
    shop = Workshop(stage)

    async def work(working: Working) -> None:
        await _begun(working)
        with pytest.raises(ZeroDivisionError):
            await working.enter(fails=True)
        assert await working.states() == []
        await working.enter()
        await working.all_done()

    shop.run(work)

    assert len(shop.calls) == 1


def test_nobody_gets_ahead_of_who_waits_for_room(stage: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls_out, "AT_ONCE", 1)
    shop = Workshop(stage, ("acme", "beta", "gamma"), answer=lambda _: Answer(after=10.0))

    async def work(working: Working) -> None:
        await _begun(working)
        for login in ("acme", "beta", "gamma"):
            await working.enter(login)
            await asyncio.sleep(1.0)
        await working.all_done()

    shop.run(work)

    assert [call.login for call in shop.calls] == ["acme", "beta", "gamma"]
    assert all(
        len([other for other in shop.calls if other.started <= call.started < (other.ended or 0)]) == 1
        for call in shop.calls
    )


def test_after_a_common_rest_one_tries_for_all_whoever_comes(stage: Theatre) -> None:
    answers = [Answer(Refused(4, "blocked"))]
    shop = Workshop(stage, ("acme", "beta"), answer=lambda _: answers.pop() if answers else Answer(after=5.0))

    async def work(working: Working) -> None:
        await _begun(working)
        await working.enter("acme")
        await working.sleep_until(20 * 60.0)
        assert (await working.login("beta")).hold in {Hold.BLOCKED, None}
        await working.enter("beta")
        await working.all_done()

    shop.run(work)

    assert all(not (one.started < other.started < (one.ended or 0)) for one in shop.calls for other in shop.calls)


def test_nothing_is_claimed_once_the_queue_stops(stage: Theatre) -> None:
    shop = Workshop(stage)

    async def work(working: Working) -> None:
        await _begun(working)
        working.queue.stop()
        assert (await working.enter()).state is State.QUEUED

    shop.run(work)

    assert shop.calls == []
