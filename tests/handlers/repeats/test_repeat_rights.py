"""Each button of repeats asks for the right at the press: lost rights, other chats and other people change nothing."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.domain import RepeatPause, RepeatState, RunState
from bot.repeats import buttons
from bot.repeats.runs import new_occurrence, new_run
from bot.runtime.clock import today
from db.models import StoredRepeat
from tests.handlers.repeats.stage_of_repeats import repeats, runs, work
from tests.handlers.test_buttons_ask_rights import (
    expires,
    group_expires,
    group_is_revoked,
    group_moves_to_another_login,
    has_the_default_one,
    is_revoked,
    loses_the_login,
    nothing,
    person,
)
from tests.support.stage import ANNA, BORIS, OLGA, TEAM, Stage

Maker = Callable[[Stage, int], Awaitable[str]]
"""Brings a button about a repeat of Anna's, made with the login beta in a chat; returns its data."""


async def _repeat(on: Stage, chat: int, state: RepeatState = RepeatState.ACTIVE) -> StoredRepeat:
    amount = 100 + len(await repeats(on))
    await on.say(ANNA, f"/repeat alice {amount} SMS {{month}} monthly 1", chat)
    async with on.app.database.write() as session:
        repeat = await session.merge((await repeats(on))[-1])
        repeat.state = state
    assert repeat.login == "beta"
    return repeat


def under(name: str, state: RepeatState = RepeatState.ACTIVE, *more: int) -> Maker:
    async def make(on: Stage, chat: int) -> str:
        repeat = await _repeat(on, chat, state)
        return ":".join(map(str, (name, repeat.id, *more)))

    return make


def on_card(name: str) -> Maker:
    async def make(on: Stage, chat: int) -> str:
        repeat = await _repeat(on, chat)
        async with on.app.database.write() as session:
            run = new_run(repeat, on.clock.now(), RunState.ASKED)
            session.add(run)
            await session.flush()
            session.add(new_occurrence(repeat, today(on.clock.now(), None), run))
        return f"{name}:{run.id}:0"

    return make


def of_change(name: str) -> Maker:
    async def make(on: Stage, chat: int) -> str:
        repeat = await _repeat(on, chat)
        _, asked = await on.press(ANNA, f"{buttons.EDIT}:{repeat.id}", chat, message_id=9000 + repeat.id)
        assert asked.method == "sendMessage"
        message_id = 5000 + sum(call.method in {"sendMessage", "sendDocument"} for call in on.edge.calls)
        shown = (await on.say(ANNA, "alice 7 monthly 2", chat, reply_to=message_id))[-1]
        return next(data for data in shown.buttons if data.startswith(f"{name}:"))

    return make


NEW = RepeatState.PREVIEWED
ABOUT_A_REPEAT: dict[str, Maker] = {
    buttons.BEGIN: under(buttons.BEGIN, NEW),
    buttons.BEGIN_SURE: under(buttons.BEGIN_SURE, NEW),
    buttons.SPEAK_IN: under(buttons.SPEAK_IN, NEW, 1),
    buttons.SHOW: under(buttons.SHOW),
    buttons.RUN_NOW: under(buttons.RUN_NOW),
    buttons.SKIP_ONCE: under(buttons.SKIP_ONCE, RepeatState.ACTIVE, 0),
    buttons.PAUSE: under(buttons.PAUSE),
    buttons.GO_ON: under(buttons.GO_ON, RepeatState.PAUSED),
    buttons.BY_ITSELF: under(buttons.BY_ITSELF, RepeatState.ACTIVE, 1),
    buttons.END: under(buttons.END),
    buttons.END_SURE: under(buttons.END_SURE),
    buttons.EDIT: under(buttons.EDIT),
    buttons.EDIT_SURE: of_change(buttons.EDIT_SURE),
    buttons.CREATE: on_card(buttons.CREATE),
    buttons.CREATE_SURE: on_card(buttons.CREATE_SURE),
    buttons.SKIP: on_card(buttons.SKIP),
    buttons.CHANGE: on_card(buttons.CHANGE),
}
FORGETTING: dict[str, Maker] = {
    buttons.DROP: under(buttons.DROP, NEW),
    buttons.EDIT_DROP: of_change(buttons.EDIT_DROP),
}
"""Whoever has lost the right may still forget what they had begun."""
LISTS = {buttons.LIST, buttons.LIST_ALL}
READING = {buttons.SHOW, buttons.END}
"""What all with the login in the chat may see, whoever its owner is; the question whether to end it is answered by the
owner."""


@pytest.fixture
async def on(on_stage: Stage) -> Stage:
    await person(on_stage, ANNA, "beta", "demo")
    await person(on_stage, BORIS, "demo")
    return on_stage


def test_every_button_of_repeats_is_here() -> None:
    names = {value for name, value in vars(buttons).items() if name.isupper() and isinstance(value, str)}
    assert names == ABOUT_A_REPEAT.keys() | FORGETTING.keys() | LISTS


@pytest.mark.parametrize("chat", [ANNA, TEAM])
async def test_with_the_right_each_button_works(on: Stage, chat: int) -> None:
    for name, make in (ABOUT_A_REPEAT | FORGETTING).items():
        answer, *_ = await on.press(ANNA, await make(on, chat), chat)
        assert not answer.params.get("show_alert"), name


@pytest.mark.parametrize(
    ("lose", "chat", "presser", "pressed_in"),
    [
        (loses_the_login, ANNA, ANNA, ANNA),
        (loses_the_login, TEAM, ANNA, TEAM),
        (has_the_default_one, TEAM, ANNA, TEAM),
        (is_revoked, ANNA, ANNA, ANNA),
        (is_revoked, TEAM, ANNA, TEAM),
        (expires, ANNA, ANNA, ANNA),
        (expires, TEAM, ANNA, TEAM),
        (group_is_revoked, TEAM, ANNA, TEAM),
        (group_expires, TEAM, ANNA, TEAM),
        (group_moves_to_another_login, TEAM, ANNA, TEAM),
        (nothing, TEAM, BORIS, TEAM),
        (nothing, TEAM, ANNA, ANNA),
        (nothing, ANNA, BORIS, BORIS),
    ],
)
async def test_without_the_right_none_does_anything(
    on: Stage, lose: Callable[[Stage], Awaitable[None]], chat: int, presser: int, pressed_in: int
) -> None:
    makers = ABOUT_A_REPEAT | (FORGETTING if lose is nothing else {})
    data = {name: await make(on, chat) for name, make in makers.items()}
    before = await _facts(on)
    await lose(on)
    for name, one in data.items():
        calls = await on.press(presser, one, pressed_in)
        assert calls[0].method == "answerCallbackQuery", name
        assert calls[0].params.get("show_alert"), (name, calls[0].text)
        assert not any("alice" in call.text for call in calls), name
        assert await _facts(on) == before, name


async def test_a_colleague_with_the_login_sees_and_changes_nothing(on: Stage) -> None:
    await person(on, BORIS, "beta")
    for name, make in (ABOUT_A_REPEAT | FORGETTING).items():
        data = await make(on, TEAM)
        before = await _facts(on)
        answer, *_ = await on.press(BORIS, data, TEAM)
        assert bool(answer.params.get("show_alert")) == (name not in READING), name
        assert await _facts(on) == before, name


async def test_who_is_revoked_after_agreeing_gets_nothing(on: Stage) -> None:
    await on.press(ANNA, await on_card(buttons.CREATE)(on, ANNA))
    await is_revoked(on)
    note = (await work(on))[-1]
    assert note.chat_id == OLGA
    assert await on.requests() == []
    assert [run.state for run in await runs(on)] == [RunState.SKIPPED]
    assert [repeat.pause for repeat in await repeats(on)] == [RepeatPause.NOT_ALLOWED]


async def _facts(on: Stage) -> Any:
    of_repeats = [
        (one.id, one.state, one.by_itself, one.amount, one.next_number, one.language) for one in await repeats(on)
    ]
    return of_repeats, [(one.id, one.state, one.turn) for one in await runs(on)], len(await on.requests())
