"""What is delivered is the outcome that a request has now, once, whatever changes while Telegram is asked."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import update

from bot.delivery import outcomes
from bot.delivery.outcomes import OutcomeDelivery
from bot.domain import Failure, State
from bot.queue.changes import news_of
from db import documents
from db.models import Document, Request
from db.outcomes import Undelivered
from tests.support.stage import ANNA, Call, Stage
from tests.unit.db.plans.plan import Recorder


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
    delivery = _delivery(on_stage)
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
    delivery = _delivery(on_stage)
    listed = await delivery._undelivered(None)
    await delivery.drain(10)
    before = len(on_stage.edge.calls)

    async def read_before(after: Undelivered | None) -> Sequence[Undelivered]:
        return [] if after else listed

    monkeypatch.setattr(delivery, "_undelivered", read_before)
    await delivery.drain(10)
    assert len(listed) == 1
    assert on_stage.edge.calls[before:] == []


async def test_a_document_that_telegram_has_is_not_read(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/act alice 7")
    async with on_stage.app.database.write() as session:
        (await session.get_one(Request, 1)).file_id = "kept"
        session.add(Document(request_id=1, content=b"%PDF-", stored_at=on_stage.clock.now()))
    await _ends(on_stage, State.DONE)
    before = len(on_stage.edge.calls)
    await _delivery(on_stage).drain(10)
    (sent,) = on_stage.edge.calls[before:]
    assert (sent.method, sent.params["document"]) == ("sendDocument", "kept")
    async with on_stage.app.database.read() as session:
        assert await documents.with_pdf(session, 1) == (await session.get_one(Request, 1), None)


async def test_what_has_ended_is_delivered_without_a_look_at_all_that_waits(on_stage: Stage) -> None:
    delivery = _delivery(on_stage)
    await delivery.work()
    await on_stage.say(ANNA, "/invoice alice 1500")
    await _ends(on_stage, State.FAILED, Failure.REFUSED)
    (request,) = await on_stage.requests()
    before = len(on_stage.edge.calls)
    with Recorder(on_stage.app.database.engine) as statements:
        on_stage.app.queue_changes.announce(news_of(request))
        await delivery.work()
        await asyncio.wait(delivery._under_way.values())
    assert _sent(on_stage.edge.calls[before:]) == ["sendMessage"]
    assert not [statement for statement in statements if "ORDER BY requests.finished_at" in statement.sql]


async def test_what_another_process_ended_is_delivered_when_it_rings(on_stage: Stage) -> None:
    delivery = _delivery(on_stage)
    await delivery.work()
    await on_stage.say(ANNA, "/invoice alice 1500")
    await _ends(on_stage, State.FAILED, Failure.REFUSED)
    await delivery.work()
    assert not delivery._under_way
    before = len(on_stage.edge.calls)
    on_stage.app.look_again()
    await delivery.work()
    await asyncio.wait(delivery._under_way.values())
    assert _sent(on_stage.edge.calls[before:]) == ["sendMessage"]


async def test_a_look_finds_all_however_many_there_are(on_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "_PAGE", 2)
    for number in range(5):
        await on_stage.say(ANNA, f"/invoice alice {1000 + number}")
    async with on_stage.app.database.write() as session:
        now = on_stage.clock.now()
        await session.execute(update(Request).values(state=State.FAILED, failure=Failure.REFUSED, finished_at=now))
    before = len(on_stage.edge.calls)
    await _delivery(on_stage).drain(10)
    assert _sent(on_stage.edge.calls[before:]) == ["sendMessage"] * 5


def _delivery(on: Stage) -> OutcomeDelivery:
    (delivery,) = [worker for worker in on.app.workers if isinstance(worker, OutcomeDelivery)]
    return delivery
