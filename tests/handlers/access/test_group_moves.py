"""A group becomes a supergroup, as Telegram tells it: twice, and in answers to what is sent."""

from typing import Any

import pytest

from bot.access.move_notes import MoveNotes
from tests.support.stage import ANNA, ELSEWHERE, NAMES, OLGA, TEAM, Call, Stage

SUPERGROUP = -1_000_000_000_500


def _service(update_id: int, chat_id: int, what: dict[str, int]) -> dict[str, Any]:
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": 0,
            "chat": {"id": chat_id, "type": "group", "title": "Team"},
            "from": {"id": ANNA, "is_bot": False, "first_name": NAMES[ANNA]},
            **what,
        },
    }


async def _notes(on_stage: Stage) -> list[Call]:
    before = len(on_stage.edge.calls)
    worker = next(worker for worker in on_stage.app.workers if isinstance(worker, MoveNotes))
    await worker.work()
    return on_stage.edge.calls[before:]


async def test_the_admins_are_told_once(on_stage: Stage) -> None:
    await on_stage.take(_service(1, TEAM, {"migrate_to_chat_id": SUPERGROUP}))
    (note,) = await _notes(on_stage)
    assert note.chat_id == OLGA
    assert str(TEAM) in note.text
    assert str(SUPERGROUP) in note.text

    await on_stage.take(_service(2, SUPERGROUP, {"migrate_from_chat_id": TEAM}))
    assert await _notes(on_stage) == []
    assert await on_stage.say(ANNA, "/queue", SUPERGROUP)


async def test_of_a_group_on_no_list_nobody_is_told(on_stage: Stage) -> None:
    await on_stage.take(_service(1, ELSEWHERE, {"migrate_to_chat_id": SUPERGROUP}))
    assert await _notes(on_stage) == []


@pytest.mark.parametrize("new", [ELSEWHERE, ANNA, TEAM])
async def test_what_is_no_supergroup_is_not_followed(on_stage: Stage, new: int) -> None:
    await on_stage.take(_service(1, TEAM, {"migrate_to_chat_id": new}))
    assert await _notes(on_stage) == []
    assert await on_stage.say(ANNA, "/queue", TEAM)
