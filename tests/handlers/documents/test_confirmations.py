"""What is asked before a wish is queued: which questions, in which order, once each, and whose answer counts."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain import State
from db.models import AuditEntry
from tests.handlers.conversation.test_crashes import Killer, clear, visible
from tests.support.stage import ANNA, BORIS, FORWARDED, OLGA, TEAM, VIA_BOT, Call, Stage, stage
from tests.support.sweeps import stride

LARGE = "/invoice alice 1000000.01"


def names(call: Call) -> list[str]:
    return [data.partition(":")[0] for data in call.buttons]


@pytest.mark.parametrize("borrowed", [FORWARDED, VIA_BOT, FORWARDED | VIA_BOT])
@pytest.mark.parametrize("text", ["/invoice alice 1500", "/getinvoice alice 9001", "/act alice 7"])
async def test_borrowed_words_are_asked_about_once(on_stage: Stage, text: str, borrowed: dict[str, Any]) -> None:
    (asked,) = await on_stage.say(ANNA, text, TEAM, **borrowed)
    assert names(asked) == ["confirm", "forget"]
    assert "alice" in asked.text
    assert await on_stage.requests() == []

    for stranger in (BORIS, BORIS):
        (answer,) = await on_stage.press(stranger, asked.buttons[0], TEAM)
        assert answer.params["show_alert"]
    assert await on_stage.requests() == []
    for _ in range(2):
        answer, _shown = await on_stage.press(ANNA, asked.buttons[0], TEAM)
        assert not answer.params.get("show_alert")
    (request,) = await on_stage.requests()
    assert (request.requester_id, request.origin_message_id) == (ANNA, 1)

    on_stage.rewind()
    assert await on_stage.say(ANNA, text, TEAM, **borrowed) == []
    assert len(await on_stage.requests()) == 1


async def test_borrowed_answers_are_asked_about(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/act alice")
    (asked, *_) = await on_stage.say(ANNA, "7", **FORWARDED)
    assert names(asked) == ["confirm", "forget"]
    assert await on_stage.requests() == []

    (whose,) = await on_stage.say(ANNA, "/act 8", TEAM)
    assert whose.method == "sendMessage"
    (asked, *_) = await on_stage.say(ANNA, "bob", TEAM, reply_to=max(visible(on_stage)), **VIA_BOT)
    assert names(asked) == ["confirm", "forget"]
    assert await on_stage.requests() == []
    await on_stage.press(ANNA, asked.buttons[0], TEAM)
    assert [str(request.sub_client) for request in await on_stage.requests()] == ["bob"]


async def test_a_dialogue_with_borrowed_words_asks_after_its_summary(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/invoice alice")
    (summary, *_) = await on_stage.say(ANNA, "1500", **FORWARDED)
    create = next(data for data in summary.buttons if data.startswith("make:"))
    asked = next(call for call in await on_stage.press(ANNA, create) if names(call) == ["confirm", "forget"])
    assert await on_stage.requests() == []
    await on_stage.press(ANNA, asked.buttons[0])
    assert len(await on_stage.requests()) == 1


@pytest.mark.parametrize("borrowed", [FORWARDED, VIA_BOT])
@pytest.mark.parametrize(
    "text", ["/allow 1003", "/revoke 1001", "/resume demo", "/client bob", "/retry 1", "/language", "/use"]
)
async def test_other_commands_that_change_something_are_not_borrowed(
    on_stage: Stage, text: str, borrowed: dict[str, Any]
) -> None:
    own = await on_stage.say(OLGA, text)
    before = await _audited(on_stage)
    (refused,) = await on_stage.say(OLGA, text, **borrowed)
    assert await _audited(on_stage) == before
    assert refused.buttons == []
    assert refused.text not in {call.text for call in own}


async def _audited(stage: Stage) -> int:
    async with stage.app.database.read() as session:
        return len((await session.scalars(select(AuditEntry))).all())


@pytest.mark.parametrize(("minutes", "asks"), [(59, False), (60, False), (61, True), (60 * 24 * 400, True)])
async def test_an_old_command_is_asked_about(on_stage: Stage, minutes: int, *, asks: bool) -> None:
    calls = await on_stage.say(ANNA, "/invoice alice 1500", ago=timedelta(minutes=minutes))
    assert [names(call) for call in calls] == ([["confirm", "forget"]] if asks else [])
    assert len(await on_stage.requests()) == (not asks)
    assert await on_stage.say(ANNA, "/act alice 7", ago=timedelta(minutes=minutes)) == []


@pytest.mark.parametrize(("amount", "asks"), [("1000000", False), ("1000000.01", True), ("99999999999", True)])
async def test_a_large_sum_is_asked_about(on_stage: Stage, amount: str, *, asks: bool) -> None:
    calls = await on_stage.say(ANNA, f"/invoice alice {amount}")
    assert [names(call) for call in calls] == ([["confirm", "forget"]] if asks else [])
    await on_stage.say(ANNA, f"/invoice bob {amount}", TEAM)
    await on_stage.say(ANNA, "/invoice carol", TEAM)
    await on_stage.say(ANNA, amount, TEAM, reply_to=max(visible(on_stage)))
    summary = list(visible(on_stage).values())[-1]
    calls = await on_stage.press(ANNA, next(data for data in summary.buttons if data.startswith("make:")), TEAM)
    assert any(names(call) == ["confirm", "forget"] for call in calls) == asks
    assert len(await on_stage.requests()) == (0 if asks else 3)


async def test_one_question_after_the_other(on_stage: Stage) -> None:
    """Forwarded, old, large, and like one that was made meanwhile."""
    await on_stage.say(BORIS, LARGE)
    await on_stage.press(BORIS, "confirm:1")
    assert len(await on_stage.requests()) == 1
    (asked,) = await on_stage.say(ANNA, LARGE, TEAM, ago=timedelta(hours=3), **FORWARDED)
    texts = {asked.text}
    for _ in range(3):
        data = next(data for data in asked.buttons if data.partition(":")[0] in {"confirm", "another"})
        answer, asked = await on_stage.press(ANNA, data, TEAM)
        assert not answer.text
        assert asked.method == "editMessageText"
        texts.add(asked.text)
        # The same press once more leads to the same question, and answers none.
        _, again = await on_stage.press(ANNA, data, TEAM)
        assert again.buttons == asked.buttons
        assert len(await on_stage.requests()) == 1
    assert names(asked) == ["another", "forget"]
    assert len(texts) == 4
    await on_stage.press(ANNA, asked.buttons[0], TEAM)
    assert len(await on_stage.requests()) == 2


@pytest.mark.parametrize("depth", [0, 1, 2])
async def test_no_at_any_question_is_the_end(on_stage: Stage, depth: int) -> None:
    (asked,) = await on_stage.say(ANNA, LARGE, ago=timedelta(hours=3), **FORWARDED)
    first = asked
    for _ in range(depth):
        _, asked = await on_stage.press(ANNA, asked.buttons[0])
    answer, shown = await on_stage.press(ANNA, asked.buttons[-1])
    assert not answer.params.get("show_alert")
    assert shown.buttons == []
    await on_stage.press(ANNA, first.buttons[0])
    on_stage.rewind()
    assert await on_stage.say(ANNA, LARGE, ago=timedelta(hours=3), **FORWARDED) == []
    assert await on_stage.requests() == []


async def test_nobody_answers_in_time(on_stage: Stage) -> None:
    (asked,) = await on_stage.say(ANNA, LARGE)
    on_stage.clock.advance(timedelta(minutes=10, seconds=1))
    for data in asked.buttons:
        answer, _ = await on_stage.press(ANNA, data)
        assert answer.params["show_alert"]
    assert await on_stage.requests() == []


async def test_an_admin_may_answer_for_somebody(on_stage: Stage) -> None:
    (asked,) = await on_stage.say(ANNA, LARGE, TEAM)
    await on_stage.press(OLGA, asked.buttons[0], TEAM)
    (request,) = await on_stage.requests()
    assert (request.requester_id, request.state) == (OLGA, State.QUEUED)


@pytest.fixture
async def unasked(stage_url: str) -> AsyncIterator[Stage]:
    never = {"CONFIRM_ABOVE": "0", "ASK_AFTER_MINUTES": "0", "DUPLICATE_MINUTES": "0"}
    async with stage(stage_url, **never) as made:
        yield made


async def test_zero_asks_never_but_about_borrowed_words(unasked: Stage) -> None:
    for count in (1, 2):
        assert await unasked.say(ANNA, "/invoice alice 99999999999", ago=timedelta(days=2)) == []
        assert len(await unasked.requests()) == count
    (asked,) = await unasked.say(ANNA, "/act alice 7", **FORWARDED)
    assert names(asked) == ["confirm", "forget"]


async def test_killed_at_every_point_of_the_questions(on_stage: Stage) -> None:
    """Whatever was cut off comes again; each question is asked, and one invoice is made."""
    killer, points, amount = Killer(on_stage), 0, 2_000_000
    while killer.left <= 0:
        points, amount = points + stride(1, on_stage.app.database), amount + 1
        before = len(await on_stage.requests())
        killer.left = points
        text = f"/invoice alice {amount}"
        await on_stage.say(ANNA, text, ago=timedelta(hours=3), **FORWARDED)
        for _ in range(3):
            shown = next(reversed(visible(on_stage).values()))
            await on_stage.press(ANNA, shown.buttons[0], message_id=max(visible(on_stage)))
        made = await on_stage.requests()
        assert len(made) == before + 1
        assert made[-1].amount == amount
        clear(on_stage)
    assert points > 15
