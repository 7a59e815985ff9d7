"""Who gets what, where: the whole table, as people meet it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.access.policy import Action, Place, Ruling, Standing, rule
from tests.support.stage import ANNA, BOT, ELSEWHERE, EPOCH, FORWARDED, IVAN, OLGA, TEAM, Stage

GROUP_BOT = 1087968824
_QUESTION = {"message_id": 5001, "date": 0, "chat": {"id": TEAM, "type": "group"}, "from": BOT, "text": "?"}


def _entity(length: int, at: int = 0) -> dict[str, Any]:
    return {"type": "bot_command", "offset": at, "length": length}


DONE, SILENCE, WORDS, INVITED = "done", "silence", "words", "invited"


@pytest.mark.parametrize(
    ("who", "chat", "text", "expected"),
    [
        (ANNA, ANNA, "/invoice alice 1500", DONE),
        (ANNA, TEAM, "/invoice alice 1500", DONE),
        (ANNA, ELSEWHERE, "/invoice alice 1500", SILENCE),
        (OLGA, OLGA, "/invoice alice 1500", DONE),
        (OLGA, TEAM, "/invoice alice 1500", DONE),
        (OLGA, ELSEWHERE, "/invoice alice 1500", SILENCE),
        (IVAN, IVAN, "/invoice alice 1500", INVITED),
        (IVAN, TEAM, "/invoice alice 1500", INVITED),
        (IVAN, ELSEWHERE, "/invoice alice 1500", SILENCE),
        (IVAN, IVAN, "/start", INVITED),
        (IVAN, IVAN, "hello", INVITED),
        (IVAN, TEAM, "hello", SILENCE),
        (ANNA, ANNA, "/resume demo", WORDS),
        (ANNA, TEAM, "/logins", WORDS),
        (OLGA, TEAM, "/logins", WORDS),
        (ANNA, ANNA, "/invoice alice", WORDS),
        (ANNA, ANNA, "hello", WORDS),
        (ANNA, TEAM, "hello", SILENCE),
        (ANNA, ANNA, "/nosuchcommand", WORDS),
    ],
)
async def test_a_message_of_somebody_somewhere(on_stage: Stage, who: int, chat: int, text: str, expected: str) -> None:
    calls = await on_stage.say(who, text, chat)
    assert len(await on_stage.requests()) == (1 if expected == DONE else 0)
    assert len(calls) == (1 if expected in {WORDS, INVITED} else 0)
    if expected == INVITED:
        assert str(IVAN) in calls[0].text


@pytest.mark.parametrize("who", [IVAN, ANNA, OLGA])
@pytest.mark.parametrize("chat", [ELSEWHERE, TEAM])
async def test_a_press_of_somebody_somewhere(on_stage: Stage, who: int, chat: int) -> None:
    """Buttons outlive rights, so a press is checked as a command is."""
    await on_stage.say(OLGA, "/invoice alice 1500", TEAM)
    (request,) = await on_stage.requests()
    calls = await on_stage.press(who, f"cancel:{request.id}", chat)
    assert calls[0].method == "answerCallbackQuery"
    assert calls[0].text
    (request,) = await on_stage.requests()
    assert (request.state == "cancelled") == (who == OLGA and chat == TEAM)


async def test_strangers_hear_it_once_an_hour_alone_and_once_a_day_in_a_group(on_stage: Stage) -> None:
    heard = []
    for _ in range(24):
        heard.append([len(await on_stage.say(IVAN, "/act alice 7", chat)) for chat in (TEAM, TEAM, IVAN, IVAN)])
        on_stage.clock.advance(timedelta(hours=1))
    assert heard == [[1, 0, 1, 0], *[[0, 0, 1, 0]] * 23]


async def test_who_was_let_in_and_taken_off_again_hears_it_at_once(on_stage: Stage) -> None:
    assert len(await on_stage.say(IVAN, "/help")) == 1
    await on_stage.say(OLGA, f"/allow {IVAN}")
    assert len(await on_stage.say(IVAN, "/whoami")) == 1
    await on_stage.say(OLGA, f"/revoke {IVAN}")
    (told,) = await on_stage.say(IVAN, "/help")
    assert "petition:0" in told.buttons


@pytest.mark.parametrize("chat", [-9, TEAM], ids=["a channel", "the group"])
async def test_who_writes_as_a_chat_hears_of_it_once_an_hour(on_stage: Stage, chat: int) -> None:
    async def say(text: str = "/act alice 7", **changed: Any) -> int:
        sender = {"id": chat, "type": "channel" if chat != TEAM else "group", "title": "News"}
        return len(await on_stage.say(GROUP_BOT, text, TEAM, sender_chat=sender, **changed))

    assert [await say() for _ in range(3)] == [1, 0, 0]
    on_stage.clock.advance(timedelta(hours=1))
    assert [await say() for _ in range(3)] == [1, 0, 0]
    on_stage.clock.advance(timedelta(hours=1))
    assert await say(is_automatic_forward=True, **FORWARDED) == 0, "the post of a linked channel"
    assert await say("hello", reply_to_message=_QUESTION) == 0, "what is no command"
    assert await say("hello") == 0
    assert await say() == 1


async def test_an_admin_is_told_of_an_unlisted_group_in_private(on_stage: Stage) -> None:
    assert await on_stage.say(ANNA, "/whoami", ELSEWHERE) == []
    (call,) = await on_stage.say(OLGA, "/whoami", ELSEWHERE)
    assert (call.chat_id, str(ELSEWHERE) in call.text) == (OLGA, True)


_COMMAND = {
    "message_id": 9,
    "date": int(EPOCH.timestamp()),
    "chat": {"id": TEAM, "type": "group", "title": "Team"},
    "from": {"id": ANNA, "is_bot": False, "first_name": "Anna"},
    "text": "/invoice alice 1500",
    "entities": [{"type": "bot_command", "offset": 0, "length": 8}],
}
_GROUP_ANONYMOUS_BOT = {"id": GROUP_BOT, "is_bot": True, "first_name": "Group"}


@pytest.mark.parametrize(
    ("kind", "changed", "answers"),
    [
        ("message", {}, 0),
        ("edited_message", {"edit_date": 1}, 0),
        ("channel_post", {"chat": {"id": TEAM, "type": "channel", "title": "Team"}}, 0),
        ("message", {"from": {"id": ANNA, "is_bot": True, "first_name": "Anna"}}, 0),
        ("message", {"from": _GROUP_ANONYMOUS_BOT, "sender_chat": _COMMAND["chat"]}, 1),
        ("message", {"sender_chat": {"id": -9, "type": "channel", "title": "News"}}, 1),
        ("message", {"text": "/invoice@other_bot alice 1500", "entities": [_entity(18)]}, 0),
        ("message", {"text": "see /invoice alice 1500", "entities": [_entity(8, at=4)]}, 0),
    ],
    ids=["plain", "edited", "channel", "bot", "anonymous admin", "as a channel", "other bot", "mentioned"],
)
async def test_only_a_persons_own_new_command_counts(
    on_stage: Stage, kind: str, changed: dict[str, Any], answers: int
) -> None:
    calls = await on_stage.take({"update_id": 1, kind: _COMMAND | changed})
    assert len(calls) == answers
    assert len(await on_stage.requests()) == (0 if changed else 1)


async def test_commands_without_a_number_of_their_own_are_each_handled_and_nothing_names_them(on_stage: Stage) -> None:
    calls = [
        *await on_stage.poll(*({"update_id": number, "message": _COMMAND | {"message_id": 0}} for number in (7, 7, 8))),
        *await on_stage.say(ANNA, "/whoami", message_id=0),
        *await on_stage.press(ANNA, "forget:1", message_id=0),
    ]
    assert len(await on_stage.requests()) == 1, "the second is asked about, as it is like the first"
    assert [call.method for call in calls] == ["sendMessage", "sendMessage", "answerCallbackQuery"]
    assert not any("reply_parameters" in call.params for call in calls)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("standing", Standing)
def test_a_closed_group_gets_nothing_whoever_asks(standing: Standing, action: Action) -> None:
    assert rule(standing, Place.CLOSED, action) is Ruling.SILENT


@pytest.mark.parametrize("place", [Place.PRIVATE, Place.LISTED])
@pytest.mark.parametrize("standing", [Standing.STRANGER, Standing.EXPIRED])
def test_strangers_may_only_ask_to_be_let_in(standing: Standing, place: Place) -> None:
    assert [action for action in Action if rule(standing, place, action) is Ruling.YES] in ([], [Action.PETITION])


@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize("action", Action)
def test_rights_only_grow_with_standing(place: Place, action: Action) -> None:
    if action is Action.PETITION:
        return
    granted = [rule(standing, place, action) is Ruling.YES for standing in Standing]
    assert granted == sorted(granted)


def test_what_is_about_everybody_is_shown_in_private_only() -> None:
    places = {place for place in Place for standing in Standing if rule(standing, place, Action.READ_LISTS) == "yes"}
    assert places == {Place.PRIVATE}
