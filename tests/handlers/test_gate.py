"""Who gets what, where: the whole table, as people meet it."""

from typing import Any

import pytest

from bot.access.policy import Action, Place, Ruling, Standing, rule
from tests.support.stage import ANNA, ELSEWHERE, EPOCH, IVAN, OLGA, TEAM, Stage


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


async def test_strangers_hear_it_once_in_a_group_and_always_in_private(on_stage: Stage) -> None:
    assert len(await on_stage.say(IVAN, "/act alice 7", TEAM)) == 1
    assert len(await on_stage.say(IVAN, "/act alice 7", TEAM)) == 0
    assert len(await on_stage.say(IVAN, "/act alice 7")) == 1
    assert len(await on_stage.say(IVAN, "/act alice 7")) == 1


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
_GROUP_ANONYMOUS_BOT = {"id": 1087968824, "is_bot": True, "first_name": "Group"}


@pytest.mark.parametrize(
    ("kind", "changed", "answers"),
    [
        ("message", {}, 0),
        ("edited_message", {"edit_date": 1}, 0),
        ("channel_post", {"chat": {"id": TEAM, "type": "channel", "title": "Team"}}, 0),
        ("message", {"from": {"id": ANNA, "is_bot": True, "first_name": "Anna"}}, 0),
        ("message", {"from": _GROUP_ANONYMOUS_BOT, "sender_chat": _COMMAND["chat"]}, 1),
        ("message", {"sender_chat": {"id": -9, "type": "channel", "title": "News"}}, 0),
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
