"""Many logins at once, and how little the queue asks of the database when nothing is to be done."""

import pytest

from bot.domain import State
from bot.queue import calls_out
from tests.simulation.world import Theatre
from tests.unit.queue.workshop import PACE, Answer, Working, Workshop

LOGINS = tuple(f"login{number}" for number in range(5))


def test_no_more_calls_at_once_than_there_is_room_for_and_the_longest_due_first(
    stage: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls_out, "AT_ONCE", 2)
    shop = Workshop(stage, LOGINS, answer=lambda _: Answer(after=10.0))

    async def work(working: Working) -> None:
        for login in LOGINS:
            await working.ask(login)
        await working.all_done()

    shop.run(work)

    assert [call.login for call in shop.calls] == list(LOGINS)
    for call in shop.calls:
        at_once = [other for other in shop.calls if other.started <= call.started < (other.ended or 0.0)]
        assert len(at_once) <= 2
    assert shop.calls[-1].started == pytest.approx(20.0, abs=0.1)


def test_what_waits_for_room_is_not_marked_as_sent(stage: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls_out, "AT_ONCE", 1)
    shop = Workshop(stage, LOGINS, answer=lambda _: Answer(after=10.0))

    async def work(working: Working) -> None:
        for login in LOGINS:
            await working.ask(login)
        await working.sleep_until(5.0)
        assert (await working.states()).count(State.RUNNING) == 1
        await working.all_done()

    shop.run(work)


def test_an_answer_takes_one_transaction_and_an_idle_queue_none(stage: Theatre) -> None:
    shop = Workshop(stage, answer=lambda _: Answer(after=10.0))
    commits: list[int] = []

    async def work(working: Working) -> None:
        await working.ask()
        await working.sleep_until(5.0)
        for moment in (9.0, 11.0, 5 * PACE):
            await working.sleep_until(moment)
            commits.append(shop.commits)

    shop.run(work)

    before, answered, idle = commits
    assert (answered - before, idle - answered) == (1, 0)
