"""After a backup was restored, or another bot took over: what repeats is asked about once more, and nothing starts."""

from datetime import UTC, datetime

import pytest

from bot.domain import RunState
from db import repeats as stored
from db import restored
from tests.handlers.repeats.stage_of_repeats import create, go_to, runs, work
from tests.support.stage import ANNA, Stage

FIRST = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("answered", ["agreed before it was made", "nobody knows"])
async def test_what_is_open_in_a_backup_is_asked_about_once_more(on_stage: Stage, answered: str) -> None:
    """Also where the backup knows of no answer: one may have been given since."""
    await create(on_stage)
    (card,) = await go_to(on_stage, FIRST)
    if answered.startswith("agreed"):
        await on_stage.press(ANNA, card.buttons[0])
    async with on_stage.app.database.write() as session:
        await restored.settle(session, on_stage.clock.now())
    (asked,) = await work(on_stage)
    assert asked.method == "editMessageText"
    assert len(asked.buttons) == len(card.buttons)
    assert await on_stage.requests() == []
    assert [run.state for run in await runs(on_stage)] == [RunState.ASKED]
    (refused,) = await on_stage.press(ANNA, card.buttons[0])
    assert refused.params["show_alert"]
    await work(on_stage)
    assert await on_stage.requests() == []
    await on_stage.press(ANNA, asked.buttons[0])
    await work(on_stage)
    assert len(await on_stage.requests()) == 1


async def test_another_bot_asks_in_a_message_of_its_own(on_stage: Stage) -> None:
    await create(on_stage)
    (card,) = await go_to(on_stage, FIRST)
    async with on_stage.app.database.write() as session:
        await stored.forget_messages(session)
    (asked,) = await work(on_stage)
    assert (asked.method, asked.text, asked.buttons) == ("sendMessage", card.text, card.buttons)
    await on_stage.press(ANNA, asked.buttons[0])
    await work(on_stage)
    assert len(await on_stage.requests()) == 1
