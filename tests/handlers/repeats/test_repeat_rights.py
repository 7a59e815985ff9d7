"""Rights to repeats, besides those that every button asks for: colleagues, and what was agreed before a right ended."""

import pytest

from bot.domain import RepeatPause, RunState
from bot.repeats import buttons
from tests.handlers.losing_rights import is_revoked, person
from tests.handlers.repeats.repeat_makers import ABOUT_A_REPEAT, facts_of_repeats, on_card
from tests.handlers.repeats.stage_of_repeats import repeats, runs, work
from tests.support.stage import ANNA, BORIS, OLGA, TEAM, Stage

READING = {buttons.SHOW, buttons.END}
"""What all with the login in the chat may see, whoever its owner is; the question whether to end it is answered by the
owner."""


@pytest.fixture
async def on(on_stage: Stage) -> Stage:
    await person(on_stage, ANNA, "beta", "demo")
    return on_stage


@pytest.mark.parametrize(("chat", "presser", "pressed_in"), [(TEAM, ANNA, ANNA), (ANNA, BORIS, BORIS)])
async def test_elsewhere_no_button_does_anything(on: Stage, chat: int, presser: int, pressed_in: int) -> None:
    await person(on, BORIS, "beta")
    for name, make in ABOUT_A_REPEAT.items():
        data = await make(on, chat)
        before = await facts_of_repeats(on)
        answer, *more = await on.press(presser, data, pressed_in)
        assert answer.params.get("show_alert"), name
        assert not any("alice" in call.text for call in [answer, *more]), name
        assert await facts_of_repeats(on) == before, name


async def test_a_colleague_with_the_login_sees_and_changes_nothing(on: Stage) -> None:
    await person(on, BORIS, "beta")
    for name, make in ABOUT_A_REPEAT.items():
        data = await make(on, TEAM)
        before = await facts_of_repeats(on)
        answer, *_ = await on.press(BORIS, data, TEAM)
        assert bool(answer.params.get("show_alert")) == (name not in READING), name
        assert await facts_of_repeats(on) == before, name


async def test_who_is_revoked_after_agreeing_gets_nothing(on: Stage) -> None:
    await on.press(ANNA, await on_card(buttons.CREATE)(on, ANNA))
    await is_revoked(on)
    note = (await work(on))[-1]
    assert note.chat_id == OLGA
    assert await on.requests() == []
    assert [run.state for run in await runs(on)] == [RunState.SKIPPED]
    assert [repeat.pause for repeat in await repeats(on)] == [RepeatPause.NOT_ALLOWED]
