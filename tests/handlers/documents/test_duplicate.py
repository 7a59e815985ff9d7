"""The question about an invoice like one that was made or may have been: what counts, how long, and who answers."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain import Failure, Resolution, State
from bot.queue import names
from db.models import Request
from tests.support.stage import ANNA, BORIS, EPOCH, OLGA, TEAM, Stage


async def test_two_at_once(on_stage: Stage) -> None:
    """The first of them still waits, and is what the second is asked about."""
    assert await on_stage.say(ANNA, "/invoice alice 1500") == []
    (asked,) = await on_stage.say(BORIS, "/invoice alice 1500", TEAM)
    assert [data.partition(":")[0] for data in asked.buttons] == ["another", "forget"]
    assert len(await on_stage.requests()) == 1

    answer, *_ = await on_stage.press(ANNA, asked.buttons[0], TEAM)
    assert answer.params["show_alert"]
    assert len(await on_stage.requests()) == 1
    await on_stage.press(OLGA, asked.buttons[0], TEAM)
    await on_stage.press(BORIS, asked.buttons[0], TEAM)
    assert len(await on_stage.requests()) == 2


async def test_an_unanswered_question_expires(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/invoice alice 1500")
    (asked,) = await on_stage.say(ANNA, "/invoice alice 1500")
    on_stage.clock.advance(timedelta(minutes=11))
    answer, edited = await on_stage.press(ANNA, asked.buttons[0])
    assert answer.params["show_alert"]
    assert edited.method == "editMessageText"
    assert len(await on_stage.requests()) == 1


async def end(stage: Stage, request_id: int, state: State, **more: Any) -> None:
    """Have a request end as the queue records it, now."""
    async with stage.app.database.write() as session:
        request = await session.get_one(Request, request_id)
        request.state, request.finished_at, request.delivered_at = state, stage.clock.now(), stage.clock.now()
        for name, value in more.items():
            setattr(request, name, value)


EXISTS = {"invoice_number": "9001"}
ENDS: list[tuple[State | None, dict[str, Any], bool, bool]] = [
    # how the earlier one ended, whether it is asked about at once, whether still after the window
    (None, {}, True, True),
    (State.RUNNING, {"finished_at": None}, True, True),
    (State.UNKNOWN, {}, True, True),
    (State.UNKNOWN, {"resolution": Resolution.CLOSED, "resolved_at": EPOCH}, True, False),
    (State.UNKNOWN, {"resolution": Resolution.EXISTS, "resolved_at": EPOCH}, True, False),
    (State.UNKNOWN, {"resolution": Resolution.CREATE_AGAIN, "resolved_at": EPOCH}, False, False),
    (State.DONE, EXISTS, True, False),
    (State.DONE, {}, True, False),
    (State.FAILED, EXISTS | {"failure": Failure.PDF_MISSING}, True, False),
    (State.FAILED, {"failure": Failure.TOO_LARGE}, True, False),
    (State.FAILED, {"failure": Failure.NOT_CREATED}, False, False),
    (State.CANCELLED, {}, False, False),
]


@pytest.mark.parametrize(("state", "more", "at_once", "later"), ENDS)
async def test_what_counts_and_how_long(
    on_stage: Stage, state: State | None, more: dict[str, Any], *, at_once: bool, later: bool
) -> None:
    await on_stage.say(ANNA, "/invoice alice 1500")
    if state is not None:
        await end(on_stage, 1, state, **more)
    asked = await on_stage.say(BORIS, "/invoice alice 1500", TEAM)
    assert bool(asked) == at_once

    if not at_once:
        await end(on_stage, 2, State.CANCELLED)
    on_stage.clock.advance(timedelta(days=90))
    asked = await on_stage.say(BORIS, "/invoice alice 1500", TEAM)
    assert bool(asked) == later


async def test_what_was_made_counts_from_its_end(on_stage: Stage) -> None:
    """It waited for an hour; the person asks again nine minutes after it came."""
    await on_stage.say(ANNA, "/invoice alice 1500")
    on_stage.clock.advance(timedelta(hours=1))
    await end(on_stage, 1, State.DONE, **EXISTS)
    on_stage.clock.advance(timedelta(minutes=9))
    (asked,) = await on_stage.say(ANNA, "/invoice alice 1500")
    assert "9 min" in asked.text
    assert "9001" in asked.text
    on_stage.clock.advance(timedelta(minutes=1))
    assert await on_stage.say(ANNA, "/invoice alice 1500") == []


async def test_what_was_sent_soon_after_is_asked_about_however_late_it_is_handled(on_stage: Stage) -> None:
    """The bot was down between the two."""
    await on_stage.say(ANNA, "/invoice alice 1500")
    await end(on_stage, 1, State.DONE)
    on_stage.clock.advance(timedelta(hours=1))
    (asked,) = await on_stage.say(BORIS, "/invoice alice 1500", ago=timedelta(minutes=55))
    assert asked.buttons
    assert len(await on_stage.requests()) == 1


async def test_a_date_that_telegram_cannot_mean_does_not_stretch_the_window(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/invoice alice 1500")
    await end(on_stage, 1, State.DONE)
    on_stage.clock.advance(timedelta(minutes=11))
    (old,) = await on_stage.say(ANNA, "/invoice alice 1500", ago=timedelta(days=400))
    await on_stage.press(ANNA, old.buttons[0])
    assert len(await on_stage.requests()) == 2


ALIKE = [
    ("alice 1500 SMS", "ALICE 1500 sms", None),
    ("alice 1500 SMS for May", "Alice 1500,00 sms  FOR may", None),
    ("alice 1500", "\N{CYRILLIC SMALL LETTER A}lice 1500", "Cyrillic"),
    ("\N{CYRILLIC SMALL LETTER ES}arol 1500", "carol 1500", "Cyrillic"),
    ("alice 1500 SMS", "alice 1500 SM\N{CYRILLIC CAPITAL LETTER DZE}", "Cyrillic"),
    ("bob 1500", "b\N{GREEK SMALL LETTER OMICRON}b 1500", "Greek"),
]


@pytest.mark.parametrize(("first", "second", "told"), ALIKE)
async def test_what_looks_the_same_is_the_same(on_stage: Stage, first: str, second: str, told: str | None) -> None:
    await on_stage.say(ANNA, f"/invoice {first}")
    (asked,) = await on_stage.say(ANNA, f"/invoice {second}")
    assert asked.buttons[0].startswith("another:")
    assert (told or "letter") in asked.text or told is None
    assert ("is written with" in asked.text) == (told is not None)


@pytest.mark.parametrize("other", ["alice 1500.01", "alicia 1500", "alice 1500 SMS", "#101 1500", "alice1 1500"])
async def test_another_invoice_is_another(on_stage: Stage, other: str) -> None:
    await on_stage.say(ANNA, "/invoice alice 1500")
    assert await on_stage.say(ANNA, f"/invoice {other}") == []


async def test_a_duplicate_of_what_nobody_knows_leads_to_its_question(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/invoice alice 1500", TEAM)
    await end(on_stage, 1, State.UNKNOWN)
    on_stage.clock.advance(timedelta(days=3))
    (asked,) = await on_stage.say(ANNA, "/invoice alice 1500", TEAM)
    assert asked.buttons == ["exists:1", "missing:1", "close:1", "another:1", "forget:1"]
    _, sure = await on_stage.press(ANNA, "missing:1", TEAM)
    await on_stage.press(ANNA, sure.buttons[0], TEAM)
    assert [request.state for request in await on_stage.requests()] == [State.UNKNOWN, State.QUEUED]


async def test_an_unknown_one_comes_before_what_was_made_later(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/invoice alice 1500")
    (asked,) = await on_stage.say(ANNA, "/invoice alice 1500")
    await on_stage.press(ANNA, asked.buttons[0])
    await end(on_stage, 1, State.UNKNOWN)
    await end(on_stage, 2, State.DONE)
    (asked,) = await on_stage.say(ANNA, "/invoice alice 1500")
    assert "exists:1" in asked.buttons


@pytest.mark.parametrize("made_meanwhile", [False, True])
async def test_trying_again_asks_too(on_stage: Stage, *, made_meanwhile: bool) -> None:
    await on_stage.say(ANNA, "/invoice alice 1500", TEAM)
    await end(on_stage, 1, State.FAILED, failure=Failure.NOT_CREATED)
    if made_meanwhile:
        await on_stage.say(BORIS, "/invoice ALICE 1500")
    answer, *asked = await on_stage.press(ANNA, "again:1", TEAM, message_id=7001)
    if not made_meanwhile:
        assert not asked
        assert len(await on_stage.requests()) == 2
        return
    assert not answer.text
    assert asked[0].params["reply_parameters"]["message_id"] == 7001
    # The same press again asks no second time.
    assert len(await on_stage.press(ANNA, "again:1", TEAM, message_id=7001)) == 1
    for _ in range(2):
        await on_stage.press(ANNA, asked[0].buttons[0], TEAM)
    *_, again = await on_stage.requests()
    assert (again.id, again.again_of, again.origin_message_id) == (3, 1, 1)
    answer, *_ = await on_stage.press(ANNA, "again:1", TEAM, message_id=7001)
    assert not answer.params.get("show_alert")
    assert len(await on_stage.requests()) == 3


async def test_a_pdf_that_is_missing_is_fetched_without_a_question(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/invoice alice 1500", TEAM)
    await end(on_stage, 1, State.FAILED, failure=Failure.PDF_MISSING, **EXISTS)
    (answer,) = await on_stage.press(ANNA, "again:1", TEAM, message_id=7001)
    assert answer.text
    _, fetch = await on_stage.requests()
    assert fetch.invoice_number == "9001"


async def test_the_dialogues_button_asks_too(on_stage: Stage) -> None:
    await on_stage.say(BORIS, "/invoice alice 1500", TEAM)
    await on_stage.say(ANNA, "/invoice Alice")
    (summary, *_) = await on_stage.say(ANNA, "1500")
    create = next(data for data in summary.buttons if data.startswith("make:"))
    calls = await on_stage.press(ANNA, create)
    assert any("another:" in data for call in calls for data in call.buttons)
    assert len(await on_stage.requests()) == 1


@pytest.mark.parametrize(
    ("before", "named"), [(("alice", "#101"), "#101"), (("alice", "#101"), "Alice"), (("#101", "alice"), "alice")]
)
async def test_a_number_and_the_name_that_it_was_seen_with_are_one(
    on_stage: Stage, before: tuple[str, str], named: str
) -> None:
    """One document came for both: then either's invoice is like the other's."""
    first, second = before
    await on_stage.say(ANNA, f"/invoice {first} 900")
    await end(on_stage, 1, State.DONE, **EXISTS)
    await on_stage.say(BORIS, f"/getinvoice {second} 9001", TEAM)
    await end(on_stage, 2, State.DONE)
    async with on_stage.app.database.write() as session:
        await names.learn(session, await session.get_one(Request, 2))
    await on_stage.say(ANNA, f"/invoice {first} 1500")
    (asked,) = await on_stage.say(ANNA, f"/invoice {named} 1500,00")
    assert asked.buttons[0].startswith("another:")
    assert ("same sub-client" in asked.text) == (named.casefold() != first.casefold())
    assert await on_stage.say(ANNA, "/invoice #102 1500") == []


async def test_a_document_that_did_not_come_makes_nobody_one(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/invoice alice 900")
    await end(on_stage, 1, State.DONE, **EXISTS)
    await on_stage.say(ANNA, "/getinvoice #102 9001")
    await end(on_stage, 2, State.FAILED, failure=Failure.NO_DOCUMENT)
    await on_stage.say(ANNA, "/getinvoice #103 9002")
    await end(on_stage, 3, State.DONE)
    async with on_stage.app.database.write() as session:
        for request_id in (1, 3):
            await names.learn(session, await session.get_one(Request, request_id))
    for number in (102, 103):
        assert await on_stage.say(ANNA, f"/invoice #{number} 900") == []


async def test_one_made_while_the_person_thought_is_asked_about_too(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/invoice alice 1500")
    asked = [(await on_stage.say(who, "/invoice alice 1500"))[0] for who in (ANNA, BORIS)]
    await on_stage.press(ANNA, asked[0].buttons[0])
    assert len(await on_stage.requests()) == 2
    _, again = await on_stage.press(BORIS, asked[1].buttons[0])
    assert again.buttons != asked[1].buttons
    for _ in range(2):
        # The same press, delivered once more, is no answer to the second question.
        await on_stage.press(BORIS, asked[1].buttons[0])
    assert len(await on_stage.requests()) == 2
    for _ in range(2):
        await on_stage.press(BORIS, again.buttons[0])
    assert len(await on_stage.requests()) == 3


@pytest.mark.parametrize("state", [None, State.UNKNOWN, State.DONE])
async def test_creating_again_what_does_not_exist_asks_too(on_stage: Stage, state: State | None) -> None:
    """Somebody made one like it meanwhile."""
    await on_stage.say(ANNA, "/invoice alice 1500", TEAM)
    (asked,) = await on_stage.say(BORIS, "/invoice alice 1500", TEAM)
    await on_stage.press(BORIS, asked.buttons[0], TEAM)
    await end(on_stage, 1, State.UNKNOWN)
    if state is not None:
        await end(on_stage, 2, state)
    answer, *asked_again = await on_stage.press(ANNA, "create:1", TEAM, message_id=7001)
    assert not answer.text
    (question,) = asked_again
    assert ("exists:2" in question.buttons) == (state is State.UNKNOWN)
    assert (await on_stage.requests())[0].resolution is None

    another = next(data for data in question.buttons if data.startswith("another:"))
    for _ in range(2):
        await on_stage.press(ANNA, another, TEAM)
    first, _, again = await on_stage.requests()
    assert (again.again_of, again.origin_message_id, first.resolution) == (1, 1, Resolution.CREATE_AGAIN)
    await on_stage.press(ANNA, "create:1", TEAM, message_id=7001)
    assert len(await on_stage.requests()) == 3


async def test_what_was_closed_while_the_question_stood_is_not_created(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/invoice alice 1500", TEAM)
    (asked,) = await on_stage.say(ANNA, "/invoice alice 1500", TEAM)
    await on_stage.press(ANNA, asked.buttons[0], TEAM)
    await end(on_stage, 1, State.UNKNOWN)
    _, question = await on_stage.press(ANNA, "create:1", TEAM, message_id=7001)
    await on_stage.press(OLGA, "close:1", TEAM, message_id=7001)
    _, edited = await on_stage.press(ANNA, question.buttons[0], TEAM)
    assert "Nothing was sent" in edited.text
    assert len(await on_stage.requests()) == 2


@pytest.mark.parametrize("answered", [False, True])
async def test_a_button_whose_question_is_over_asks_anew(on_stage: Stage, *, answered: bool) -> None:
    await on_stage.say(ANNA, "/invoice alice 1500", TEAM)
    await end(on_stage, 1, State.FAILED, failure=Failure.NOT_CREATED)
    await on_stage.say(BORIS, "/invoice ALICE 1500")
    _, asked = await on_stage.press(ANNA, "again:1", TEAM, message_id=7001)
    if answered:
        await on_stage.press(ANNA, asked.buttons[-1], TEAM)
    else:
        on_stage.clock.advance(timedelta(minutes=11))
    _, anew = await on_stage.press(ANNA, "again:1", TEAM, message_id=7001)
    await on_stage.press(ANNA, asked.buttons[0], TEAM)
    assert len(await on_stage.requests()) == 2
    await on_stage.press(ANNA, anew.buttons[0], TEAM)
    assert len(await on_stage.requests()) == 3
