"""What is delivered is the outcome that a request has now, once, whatever changes while Telegram is asked."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.delivery.outcomes import OutcomeDelivery
from bot.domain import Failure, State
from db.models import Request
from tests.support.stage import ANNA, Call, Stage


async def _ends(on: Stage, state: State, failure: Failure | None = None) -> None:
    async with on.app.database.write() as session:
        request = await session.get_one(Request, 1)
        request.state, request.failure, request.finished_at = state, failure, on.clock.now()


def _sent(calls: list[Call]) -> list[str]:
    return [call.method for call in calls if call.method.startswith("send")]


async def test_an_outcome_that_changes_while_it_is_told_is_told_anew(
    on_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await on_stage.say(ANNA, "/invoice alice 1500")
    await _ends(on_stage, State.UNKNOWN)
    send = OutcomeDelivery._send

    async def answered_meanwhile(self: Any, outcome: Any, *where: Any) -> Any:
        sent = await send(self, outcome, *where)
        if outcome.request.state is State.UNKNOWN:
            await _ends(on_stage, State.FAILED, Failure.REFUSED)
        return sent

    monkeypatch.setattr(OutcomeDelivery, "_send", answered_meanwhile)
    (delivery,) = [worker for worker in on_stage.app.workers if isinstance(worker, OutcomeDelivery)]
    before = len(on_stage.edge.calls)
    await delivery.drain(10)
    assert len(_sent(on_stage.edge.calls[before:])) == 2
    (request,) = await on_stage.requests()
    assert request.state is State.FAILED
    assert request.delivered_at is not None


async def test_what_was_delivered_since_the_list_was_read_is_not_delivered_again(
    on_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await on_stage.say(ANNA, "/invoice alice 1500")
    await _ends(on_stage, State.FAILED, Failure.REFUSED)
    (delivery,) = [worker for worker in on_stage.app.workers if isinstance(worker, OutcomeDelivery)]
    listed = await delivery._undelivered()
    await delivery.drain(10)
    before = len(on_stage.edge.calls)

    async def read_before() -> Sequence[Request]:
        return listed

    monkeypatch.setattr(delivery, "_undelivered", read_before)
    await delivery.drain(10)
    assert len(listed) == 1
    assert on_stage.edge.calls[before:] == []
