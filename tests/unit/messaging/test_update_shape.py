"""What is read of an update is of its type, and nothing that nobody reads can keep a command from being read."""

from typing import Any

import pytest
from telegram import Bot, ChatMember, Update

from bot.messaging.update_shape import Unreadable, read_update
from tests.unit.messaging.conftest import TOKEN, message, raw

BOT = Bot(TOKEN)
TEAM = {"id": -5, "type": "supergroup", "title": "Team"}
ANNA = {"id": 5, "is_bot": False, "first_name": "Anna"}
US = {"id": 4242, "is_bot": True, "first_name": "Bot", "username": "docsbot_bot"}


def read(update: Any) -> Update:
    return read_update(raw(update), BOT)


@pytest.mark.parametrize(
    "unread",
    [
        {"pinned_message": {"chat": TEAM, "message_id": 3, "date": 0}},
        {"photo": [{"file_id": "x"}]},
        {"poll": 5},
        {"document": {"thumbnail": "?"}},
        {"forward_origin": {"type": "a new one"}},
        {"forward_origin": 5},
        {"reply_to_message": {"message_id": 1}},
        {"external_reply": {}},
        {"future": [{"x": None}]},
    ],
)
def test_a_member_that_nobody_reads_takes_no_command_away(unread: dict[str, Any]) -> None:
    read_ = read(message(1, "/act alice 7", **unread)).message
    assert read_ is not None
    assert (read_.text, read_.entities[0].length) == ("/act alice 7", 4)
    assert (read_.forward_origin is not None) == ("forward_origin" in unread)


@pytest.mark.parametrize(
    "former",
    [
        {"forward_from": ANNA, "forward_date": 5},
        {"forward_sender_name": "Anna", "forward_date": 5},
        {"forward_from_chat": TEAM, "forward_from_message_id": 7, "forward_signature": "Anna"},
        {"forward_date": "?", "contact": 5, "pinned_message": {"chat": 5}},
    ],
)
def test_what_an_older_server_calls_forwarded_is_forwarded(former: dict[str, Any]) -> None:
    said, as_caption = message(1, "/act alice 7", **former), message(1, caption="/act alice 7", **former)
    del as_caption["message"]["text"]
    for update in (said, as_caption):
        read_ = read(update).message
        assert read_ is not None
        assert (read_.text, read_.forward_origin is not None) == ("/act alice 7", True)


_OLD_RIGHTS = {"status": "administrator", "user": US, "can_be_edited": False, "can_post_messages": True}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"status": "left", "user": US}, _OLD_RIGHTS),
        ({"status": "kicked", "user": US}, {"status": "restricted", "user": US, "is_member": True}),
        ({"status": "restricted", "user": US, "is_member": False}, {"status": "creator", "user": US}),
        ({"status": "a new one", "user": US}, {"status": "member", "user": US, "tag": 5}),
    ],
)
def test_where_the_bot_is_is_understood_from_any_version_of_the_bot_api(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    change = {"chat": TEAM, "from": ANNA, "date": 0, "old_chat_member": before, "new_chat_member": after}
    for old, new, told in ((before, after, True), (after, before, False)):
        found = read({"update_id": 1, "my_chat_member": change | {"old_chat_member": old, "new_chat_member": new}})
        assert found.my_chat_member is not None
        assert (found.my_chat_member.new_chat_member.status == ChatMember.MEMBER) == told


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"message_id": "7"}, "message.message_id is no whole number"),
        ({"message_id": 2**70}, "message.message_id is no whole number"),
        ({"message_id": True}, "message.message_id is no whole number"),
        ({"date": -1}, "message.date is no time"),
        ({"date": 2**60}, "message.date is no time"),
        ({"chat": None}, "message.chat is no object"),
        ({"chat": {"id": 5}}, "message.chat.type is no text"),
        ({"from": {**ANNA, "is_bot": 0}}, "message.from.is_bot is neither true nor false"),
        ({"sender_chat": 5}, "message.sender_chat is no object"),
        ({"is_automatic_forward": "no"}, "message.is_automatic_forward is neither true nor false"),
    ],
)
def test_what_cannot_be_done_without_is_named(changed: dict[str, Any], where: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(message(1) | {"message": message(1)["message"] | changed})
    assert str(caught.value) == where


def test_what_cannot_be_stored_or_sent_is_replaced() -> None:
    said = message(1, "/act al\ud83dice\0 7")["message"] | {"from": {**ANNA, "first_name": "A" * 500}}
    found = read({"update_id": 1, "message": said}).message
    assert found is not None
    assert found.from_user is not None
    assert (found.text, found.from_user.first_name) == ("/act al?ice\N{REPLACEMENT CHARACTER} 7", "A" * 64)


def test_a_caption_is_a_text() -> None:
    said = message(1, "/act alice 7")["message"]
    said = said | {"caption": said.pop("text"), "caption_entities": said.pop("entities"), "photo": []}
    found = read({"update_id": 1, "message": said}).message
    assert found is not None
    assert (found.text, len(found.entities)) == ("/act alice 7", 1)


def test_messages_without_a_number_of_their_own_are_told_apart() -> None:
    found = [read(message(update_id, message_id=0)).message for update_id in (7, 8)]
    assert [one.message_id for one in found if one is not None] == [-7, -8]


def test_nor_is_the_message_under_a_press_the_same_as_all_others() -> None:
    said = message(9, message_id=0)["message"]
    press = {"id": "1", "from": said["from"], "message": said, "chat_instance": "1", "data": "x:1"}
    pressed = read({"update_id": 9, "callback_query": press}).callback_query
    assert pressed is not None
    assert pressed.message is not None
    assert pressed.message.message_id == -9
