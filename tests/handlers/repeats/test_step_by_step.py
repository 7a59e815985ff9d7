"""`/repeat` alone, or with less than it takes: asked for step by step, and killed at every step."""

import pytest

from tests.handlers.conversation.test_crashes import Killer, clear, press, reply, visible
from tests.handlers.repeats.stage_of_repeats import repeats
from tests.support.stage import ANNA, BORIS, TEAM, Stage
from tests.support.sweeps import stride


@pytest.mark.parametrize("chat", [ANNA, TEAM])
async def test_all_of_it_by_answers(on_stage: Stage, chat: int) -> None:
    await on_stage.say(ANNA, "/repeat", chat)
    await reply(on_stage, "alice", chat)
    await reply(on_stage, "1500", chat)
    await reply(on_stage, "SMS, {month}", chat)
    await press(on_stage, "monthly", chat)
    await reply(on_stage, "1 10:00", chat)
    (shown,) = visible(on_stage).values()
    for said in ("Every month on day 1, at 10:00", "SMS, December"):
        assert said in shown.text, shown.text
    assert await repeats(on_stage)
    await press(on_stage, "rbegin", chat)
    (done,) = visible(on_stage).values()
    assert "Created" in done.text


async def test_only_what_is_missing_is_asked_for(on_stage: Stage) -> None:
    (asked,) = await on_stage.say(ANNA, "/repeat alice 1500 SMS")
    assert "How often" in asked.text
    wrong, *_ = await on_stage.say(ANNA, "now and then")
    assert wrong.text.count("How often?") == 2
    assert "weekly mon" in wrong.text
    await press(on_stage, "lastworkingday", ANNA)
    asked, *_ = await on_stage.say(ANNA, "25:00")
    assert "At what time" in asked.text
    await on_stage.say(ANNA, "18:00")
    (shown,) = visible(on_stage).values()
    assert "last working day, at 18:00" in shown.text
    await on_stage.say(BORIS, "/repeat alice 1500 еженедельно")
    assert "пн 09:00" in list(visible(on_stage).values())[-1].text
    asked, *_ = await on_stage.say(BORIS, "10:00")
    assert "В какой день" in asked.text
    await on_stage.say(BORIS, "пн")
    assert "каждую неделю" in list(visible(on_stage).values())[-1].text.lower()


async def test_no_service_and_cancelled(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/repeat alice monthly 1")
    await on_stage.say(ANNA, "1500")
    await press(on_stage, "noservice", ANNA)
    (shown,) = visible(on_stage).values()
    assert "Every month" in shown.text
    clear(on_stage)
    await on_stage.say(ANNA, "/repeat alice 1500")
    await press(on_stage, "drop", ANNA)
    (cancelled,) = visible(on_stage).values()
    assert "Cancelled" in cancelled.text
    assert len(await repeats(on_stage)) == 1


@pytest.mark.parametrize("chat", [ANNA, TEAM])
@pytest.mark.parametrize(
    ("words", "shown_as"),
    [
        (["monthly 1 10:00"], "Every month on day 1, at 10:00"),
        (["каждый месяц 1"], "Every month on day 1, at 09:00"),
        (["Every week", "mon 09:00"], "Every week on Monday, at 09:00"),
        (["the last day of the month", "18:00"], "last day, at 18:00"),
        (["ежеквартально", "сколько-нибудь", "10 до 31.12.2030"], "31 Dec 2030"),
        (["yearly", "25 december until 2030-12-31"], "31 Dec 2030"),
    ],
)
async def test_what_can_be_pressed_can_be_typed(on_stage: Stage, chat: int, words: list[str], shown_as: str) -> None:
    await on_stage.say(ANNA, "/repeat alice 1500", chat)
    for said in ("No service", *words):
        await reply(on_stage, said, chat)
    (shown,) = visible(on_stage).values()
    assert shown_as in shown.text
    assert [repeat.service for repeat in await repeats(on_stage)] == [None]


@pytest.mark.parametrize("answers", [[], ["alice"], ["alice", "1500"], ["alice", "1500 SMS"]])
async def test_cancelled_by_words(on_stage: Stage, answers: list[str]) -> None:
    await on_stage.say(ANNA, "/repeat")
    for said in answers:
        await reply(on_stage, said, ANNA)
    await reply(on_stage, "Cancel", ANNA)
    texts = [call.text for call in visible(on_stage).values()]
    assert ("Cancelled" in texts[-1]) == (answers != ["alice"]), texts
    assert await repeats(on_stage) == []


async def test_killed_at_every_step(on_stage: Stage) -> None:
    killer, points, amounts = Killer(on_stage), 0, list[int]()
    while killer.left <= 0:
        points += stride(3, on_stage.app.database)
        amounts.append(100 + points)
        killer.left = points
        await on_stage.say(ANNA, "/repeat alice")
        for said in (f"{100 + points} SMS", "!quarterly", "10 10:00"):
            await (press(on_stage, said[1:], ANNA) if said[0] == "!" else reply(on_stage, said, ANNA))
        kept = await repeats(on_stage)
        assert [repeat.amount for repeat in kept] == amounts
        texts = [call.text for call in visible(on_stage).values()]
        assert any("Every quarter on day 10" in text for text in texts), points
        clear(on_stage)
    assert points > 20
