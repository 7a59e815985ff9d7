"""Somebody puts the bot into a channel, or takes it out of one."""

import logging
from typing import Any

import pytest
from sqlalchemy import select

from bot.audit.announcements import RightsAnnouncements
from db.models import Petition
from tests.support.stage import ANNA, BOT, ELSEWHERE, IVAN, OLGA, TEAM, Stage

CHANNEL = -1001
_RIGHTS = (
    "can_be_edited",
    "can_change_info",
    "can_delete_messages",
    "can_delete_stories",
    "can_edit_stories",
    "can_invite_users",
    "can_manage_chat",
    "can_manage_video_chats",
    "can_post_stories",
    "can_promote_members",
    "can_restrict_members",
    "is_anonymous",
)


def _moved(who: int, before: str, after: str) -> dict[str, Any]:
    """Return the update that tells of the bot's new place in the channel."""
    rights = dict.fromkeys(_RIGHTS, False)
    return {
        "update_id": 1,
        "my_chat_member": {
            "chat": {"id": CHANNEL, "type": "channel", "title": "News"},
            "from": {"id": who, "is_bot": False, "first_name": "Somebody"},
            "date": 0,
            "old_chat_member": {"status": before, "user": BOT, **rights},
            "new_chat_member": {"status": after, "user": BOT, **rights},
        },
    }


@pytest.mark.parametrize("who", [IVAN, ANNA, OLGA], ids=["stranger", "manager", "admin"])
async def test_the_bot_leaves_a_channel_and_asks_nobody(
    on_stage: Stage, who: int, caplog: pytest.LogCaptureFixture
) -> None:
    added = _moved(who, "left", "administrator")
    with caplog.at_level(logging.INFO):
        (left,) = await on_stage.take(added)
    assert (left.method, left.chat_id) == ("leaveChat", CHANNEL)
    (line,) = caplog.messages
    assert str(CHANNEL) in line
    assert str(who) in line


@pytest.mark.parametrize(("before", "after"), [("administrator", "left"), ("administrator", "administrator")])
async def test_that_it_has_left_or_has_other_rights_is_nothing(on_stage: Stage, before: str, after: str) -> None:
    assert await on_stage.take(_moved(ANNA, before, after)) == []


async def test_a_group_is_asked_about_as_ever(on_stage: Stage) -> None:
    """The same update of a group is no reason to leave."""
    added = _moved(OLGA, "left", "member")
    added["my_chat_member"]["chat"] = {"id": ELSEWHERE, "type": "group", "title": "Elsewhere"}
    assert await on_stage.take(added) == []
    async with on_stage.app.database.read() as session:
        assert list(await session.scalars(select(Petition.subject_id))) == [ELSEWHERE]


async def test_the_admins_hear_of_it_even_if_the_process_ends_at_once(on_stage: Stage) -> None:
    """What they are told is in the rows: the note is sent once, whenever the bot comes to it."""
    await on_stage.work(RightsAnnouncements)
    for who, before, after, said in ((ANNA, "member", "left", "removed from"), (OLGA, "left", "member", "back in")):
        update = _moved(who, before, after)
        update["my_chat_member"]["chat"] = {"id": TEAM, "type": "group", "title": "Team"}
        for _ in range(2):
            assert await on_stage.take(update) == []
        (told,) = await on_stage.work(RightsAnnouncements)
        assert told.chat_id == OLGA
        assert said in told.text
        assert "Team" in told.text
    assert await on_stage.work(RightsAnnouncements) == []
