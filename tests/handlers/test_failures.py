"""A press whose handler fails, or that ended the process again and again, is answered and set aside."""

import asyncio
import json

import pytest
from sqlalchemy import select

from db import inbox
from db.models import InboxUpdate
from handlers.repeats.listed import RepeatsCommand
from tests.support.stage import ANNA, IVAN, TEAM, Call, Stage


async def _left_by_earlier_starts(on: Stage, who: int, chat: int, tries: int) -> list[Call]:
    """Have a press handled that several starts of the bot have begun and not ended."""
    press = on.press_of(who, "rshow:1", chat)
    async with on.app.database.write() as session:
        await inbox.keep(session, {press["update_id"]: json.dumps(press)}, on.clock.now())
        for _ in range(tries):
            await inbox.begin(session, press["update_id"])
    before = len(on.edge.calls)
    await on.app.dispatcher.take_up_what_is_left()
    while tasks := on.app.dispatcher._tasks:
        await asyncio.wait(tasks.values())
    return on.edge.calls[before:]


async def _is_set_aside(on: Stage) -> bool:
    async with on.app.database.read() as session:
        (problem,) = await session.scalars(select(InboxUpdate.problem))
    return problem is not None


@pytest.mark.parametrize("chat", [ANNA, TEAM])
async def test_a_press_that_ended_the_process_again_and_again(on_stage: Stage, chat: int) -> None:
    (answer,) = await _left_by_earlier_starts(on_stage, ANNA, chat, 5)
    assert answer.params["show_alert"]
    assert "on my side" in answer.text
    assert await _is_set_aside(on_stage)


@pytest.mark.parametrize("chat", [ANNA, TEAM])
async def test_where_the_press_is_too_old_for_that_a_message_answers_it(on_stage: Stage, chat: int) -> None:
    on_stage.edge.presses_are_old = True
    _, said = await _left_by_earlier_starts(on_stage, ANNA, chat, 5)
    assert (said.method, said.chat_id) == ("sendMessage", chat)
    assert "on my side" in said.text
    assert (f"user?id={ANNA}" in said.text) == (chat == TEAM)
    assert said.params["reply_parameters"]["message_id"] == 5001
    assert await _is_set_aside(on_stage)


async def test_who_may_not_use_the_bot_hears_nothing_of_it(on_stage: Stage) -> None:
    on_stage.edge.presses_are_old = True
    assert await _left_by_earlier_starts(on_stage, IVAN, TEAM, 5) == []
    assert await _is_set_aside(on_stage)


@pytest.mark.parametrize("old", [False, True])
async def test_a_press_whose_handler_fails(on_stage: Stage, monkeypatch: pytest.MonkeyPatch, *, old: bool) -> None:
    async def fail(*_: object) -> None:
        raise KeyError("odd")

    monkeypatch.setattr(RepeatsCommand, "_answer", fail)
    on_stage.edge.presses_are_old = old
    calls = await on_stage.press(ANNA, "rshow:1")
    assert ["on my side" in call.text for call in calls] == [True] * (1 + old)
