"""The question about an invoice that was lately made: who may answer, and for how long."""

from datetime import timedelta

from tests.support.stage import ANNA, BORIS, OLGA, TEAM, Stage


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


async def test_what_was_made_long_ago_is_no_question(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/invoice alice 1500")
    on_stage.clock.advance(timedelta(minutes=11))
    assert await on_stage.say(ANNA, "/invoice alice 1500") == []
    assert len(await on_stage.requests()) == 2


async def test_what_was_sent_soon_after_is_asked_about_however_late_it_is_handled(on_stage: Stage) -> None:
    """The bot was down between the two."""
    await on_stage.say(ANNA, "/invoice alice 1500")
    on_stage.clock.advance(timedelta(hours=1))
    (asked,) = await on_stage.say(BORIS, "/invoice alice 1500", ago=timedelta(minutes=55))
    assert asked.buttons
    assert len(await on_stage.requests()) == 1


async def test_a_date_that_telegram_cannot_mean_does_not_stretch_the_window(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/invoice alice 1500")
    on_stage.clock.advance(timedelta(minutes=11))
    assert await on_stage.say(ANNA, "/invoice alice 1500", ago=timedelta(days=400)) == []
    assert len(await on_stage.requests()) == 2
