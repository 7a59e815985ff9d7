"""Each button of repeats, with a repeat of Anna's to press it on."""

from collections.abc import Awaitable, Callable

from bot.domain import RepeatState, RunState
from bot.repeats import buttons
from bot.repeats.runs import new_occurrence, new_run
from bot.runtime.clock import today
from db.models import StoredRepeat
from tests.handlers.repeats.stage_of_repeats import repeats, runs
from tests.support.stage import ANNA, Stage

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
    buttons.DROP: under(buttons.DROP, NEW),
    buttons.EDIT_DROP: of_change(buttons.EDIT_DROP),
}


async def facts_of_repeats(on: Stage) -> object:
    of_repeats = [
        (one.id, one.state, one.by_itself, one.amount, one.next_number, one.language) for one in await repeats(on)
    ]
    return of_repeats, [(one.id, one.state, one.turn) for one in await runs(on)]
