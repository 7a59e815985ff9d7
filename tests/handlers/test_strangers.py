"""Strangers on the way in: who is one, as the allowlist stands when the update comes."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.messaging.reception import Reception
from db.models import InboxUpdate
from tests.support.stage import ANNA, BOT, ELSEWHERE, IVAN, OLGA, TEAM, Call, Stage

_IDS = itertools.count(100)


def said(who: int, text: str, chat: int | None = None, **more: Any) -> dict[str, Any]:
    update_id = next(_IDS)
    place = {"id": chat, "type": "group", "title": "Team"} if chat else {"id": who, "type": "private"}
    message = {
        "message_id": update_id,
        "date": 1_790_000_000,
        "chat": place,
        "from": {"id": who, "is_bot": False, "first_name": "Ivan"},
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}],
    }
    return {"update_id": update_id, "message": message | more}


def pressed(who: int, data: str) -> dict[str, Any]:
    update_id = next(_IDS)
    under = {"message_id": 5001, "date": 0, "chat": {"id": who, "type": "private"}, "from": BOT, "text": "?"}
    query = {"id": str(update_id), "from": {"id": who, "is_bot": False, "first_name": "Ivan"}, "message": under}
    return {"update_id": update_id, "callback_query": query | {"chat_instance": "1", "data": data}}


async def stored(on_stage: Stage) -> int:
    async with on_stage.app.database.read() as session:
        return len((await session.scalars(select(InboxUpdate))).all())


async def poll(on_stage: Stage, *updates: Any) -> tuple[list[Call], int]:
    """Return the answers, and how many updates were stored."""
    before = await stored(on_stage)
    calls = [*await on_stage.poll(*updates), *await on_stage.work(Reception), *await on_stage.poll()]
    return calls, await stored(on_stage) - before


@pytest.mark.parametrize(
    ("who", "chat", "answers", "kept"),
    [
        (IVAN, None, 1, 0),
        (IVAN, TEAM, 1, 0),
        (IVAN, ELSEWHERE, 0, 0),
        (ANNA, None, 1, 1),
        (ANNA, TEAM, 1, 1),
        (OLGA, None, 1, 1),
        (OLGA, ELSEWHERE, 1, 1),
    ],
)
async def test_a_strangers_word_is_not_kept(
    on_stage: Stage, who: int, chat: int | None, answers: int, kept: int
) -> None:
    calls, stored_now = await poll(on_stage, said(who, "/whoami", chat))
    assert (len(calls), stored_now) == (answers, kept)


async def test_in_a_group_for_everyone_nobody_is_one(on_stage: Stage) -> None:
    await on_stage.say(OLGA, f"/allow chat {TEAM} everyone")
    calls, kept = await poll(on_stage, said(IVAN, "/whoami", TEAM))
    assert (len(calls), kept) == (1, 1)


async def test_the_first_words_bring_the_button_and_the_press_works(on_stage: Stage) -> None:
    (asked,), kept = await poll(on_stage, *(said(IVAN, "/start") for _ in range(50)))
    assert (asked.buttons, kept) == (["petition:0"], 0)
    calls, kept = await poll(on_stage, pressed(IVAN, "petition:0"))
    assert ([call.method for call in calls], kept) == (["answerCallbackQuery", "editMessageText"], 0)
    (listed,) = await on_stage.say(OLGA, "/access")
    assert listed.buttons[0] == "showpetition:1"
    await on_stage.press(OLGA, "asmanager:1")
    calls, kept = await poll(on_stage, said(IVAN, "/act alice 7"))
    assert (len(await on_stage.requests()), kept) == (1, 1)


async def test_who_is_let_in_within_the_same_poll_is_taken(on_stage: Stage) -> None:
    await poll(on_stage, said(IVAN, "/start"))
    _, kept = await poll(on_stage, said(OLGA, f"/allow {IVAN}"), said(IVAN, "/act alice 7"), said(IVAN, "/act bob 8"))
    assert (len(await on_stage.requests()), kept) == (2, 3)


async def test_whose_time_is_over_is_a_stranger_until_it_is_prolonged(on_stage: Stage) -> None:
    await on_stage.say(OLGA, f"/allow {IVAN} until 2026-11-23")
    assert (await poll(on_stage, said(IVAN, "/whoami")))[1] == 1
    on_stage.clock.advance(timedelta(days=2))
    assert (await poll(on_stage, said(IVAN, "/whoami")))[1] == 0
    await on_stage.say(OLGA, f"/allow {IVAN} until 2026-11-30")
    assert (await poll(on_stage, said(IVAN, "/whoami")))[1] == 1


async def test_a_group_is_known_by_the_id_that_it_had(on_stage: Stage) -> None:
    """What was sent just before a group became a supergroup still comes from the old id."""
    supergroup = -1_000_000_000_500
    update = said(ANNA, "-", TEAM, migrate_to_chat_id=supergroup)
    for field in ("text", "entities"):
        del update["message"][field]
    await poll(on_stage, update)
    await on_stage.say(OLGA, f"/allow chat {supergroup} everyone")
    _, kept = await poll(on_stage, said(IVAN, "/whoami", TEAM), said(IVAN, "/whoami", supergroup))
    assert kept == 2


async def test_the_notices_to_those_who_write_as_a_chat_are_not_kept_either(on_stage: Stage) -> None:
    channel = {"id": -9, "type": "channel", "title": "News"}
    answers, kept = await poll(on_stage, *(said(136817688, "/help", TEAM, sender_chat=channel) for _ in range(50)))
    assert (len(answers), kept) == (1, 0)
    answers, kept = await poll(on_stage, said(136817688, "/help", ELSEWHERE, sender_chat=channel))
    assert (len(answers), kept) == (0, 0)


async def test_who_was_a_member_a_moment_ago_is_kept_like_one_and_refused_all_the_same(on_stage: Stage) -> None:
    await on_stage.say(OLGA, f"/allow {IVAN}")
    assert (await poll(on_stage, said(IVAN, "/whoami")))[1] == 1
    await on_stage.say(OLGA, f"/revoke {IVAN}")
    (refusal,), kept = await poll(on_stage, said(IVAN, "/act alice 7"))
    assert ("by invitation" in refusal.text, kept, await on_stage.requests()) == (True, 1, [])
    on_stage.clock.advance(timedelta(seconds=6))
    assert (await poll(on_stage, said(IVAN, "/act alice 7")))[1] == 0
