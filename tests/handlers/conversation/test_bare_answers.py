"""In private, words that follow a question answer it, as a reply or not; of several, the one asked last."""

from datetime import timedelta

import pytest

from bot.delivery.outcomes import OutcomeDelivery
from bot.domain import Failure, GetAct, GetInvoice, State, SubClient
from tests.support.stage import ANNA, OLGA, TEAM, Stage


async def _unknown(stage: Stage) -> int:
    await stage.say(ANNA, "/invoice alice 1500")
    *_, request = await stage.requests()
    async with stage.app.database.write() as session:
        request.state = State.UNKNOWN
        await session.merge(request)
    return request.id


@pytest.mark.parametrize("words", ["9010", "No. 9010", "№ 9010", "#9010", " 9010. "])
async def test_a_number_is_taken_without_a_reply(on_stage: Stage, words: str) -> None:
    request_id = await _unknown(on_stage)
    *_, question = await on_stage.press(ANNA, f"exists:{request_id}")
    assert "Reply to this message" not in question.text
    await on_stage.say(ANNA, words)
    *_, fetch = await on_stage.requests()
    assert fetch.wish == GetInvoice(SubClient(name="alice"), "9010")


async def test_whose_act_is_answered_without_a_reply(on_stage: Stage) -> None:
    (question,) = await on_stage.say(ANNA, "/act 7")
    assert "Reply to this message" not in question.text
    await on_stage.say(ANNA, "<bob>,")
    (request,) = await on_stage.requests()
    assert request.wish == GetAct(SubClient(name="bob"), num="7")


async def test_in_a_group_only_a_reply_counts(on_stage: Stage) -> None:
    (question,) = await on_stage.say(ANNA, "/act 7", TEAM)
    assert "eply to this message" in question.text
    assert await on_stage.say(ANNA, "bob", TEAM) == []
    assert await on_stage.requests() == []


async def test_the_question_asked_last_is_answered(on_stage: Stage) -> None:
    request_id = await _unknown(on_stage)
    await on_stage.say(ANNA, "/invoice bob")
    await on_stage.press(ANNA, f"exists:{request_id}")
    await on_stage.say(ANNA, "9010")
    *_, fetch = await on_stage.requests()
    assert fetch.wish == GetInvoice(SubClient(name="alice"), "9010")
    *_, asked = [call.text for call in await on_stage.say(ANNA, "250") if call.text]
    assert "250" in asked
    assert "bob" in asked


async def test_the_words_come_again_after_a_crash(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/act 7")
    await on_stage.say(ANNA, "bob")
    on_stage.rewind()
    await on_stage.say(ANNA, "/act 7")
    await on_stage.say(ANNA, "bob")
    assert len(await on_stage.requests()) == 1


async def test_after_an_hour_words_are_just_words(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/act 7")
    on_stage.clock.advance(timedelta(minutes=61))
    (hint,) = await on_stage.say(ANNA, "bob")
    assert "/help" in hint.text
    assert await on_stage.requests() == []


@pytest.mark.parametrize(("typed", "meant"), [("alcie", "alice"), ("аlice", "alice"), ("Alice2", "alice"), ("zed", "")])
async def test_an_unknown_sub_client_is_told_with_the_known_ones_that_are_near(
    on_stage: Stage, typed: str, meant: str
) -> None:
    for number, name in enumerate(("alice", "bob", typed)):
        await on_stage.say(OLGA, f"/act {name} {number}")
    *_, unknown = await on_stage.requests()
    async with on_stage.app.database.write() as session:
        unknown.state, unknown.failure, unknown.finished_at = State.FAILED, Failure.NO_SUB_CLIENT, unknown.created_at
        await session.merge(unknown)
    (delivery,) = (worker for worker in on_stage.app.workers if isinstance(worker, OutcomeDelivery))
    before = len(on_stage.edge.calls)
    await delivery.drain(10)
    told = [call for call in on_stage.edge.calls[before:] if call.method == "sendMessage"]
    assert [f"<b>{meant}</b>?" in call.text for call in told] == [bool(meant)]
