"""What is no command of ours is answered once, and says what to do; what is another bot's is left alone."""

import pytest

from tests.support.stage import ANNA, BOT, IVAN, TEAM, Stage

_US = f"@{BOT['username']}"


async def test_an_unknown_command_is_named(on_stage: Stage) -> None:
    for text, chat in (("/foo alice", None), (f"/foo{_US}", None), (f"/foo{_US} alice", TEAM)):
        (answer,) = await on_stage.say(ANNA, text, chat)
        assert "/foo" in answer.text
        assert "/help" in answer.text


@pytest.mark.parametrize("text", ["/foo", "/foo@other_bot", "/invoice@other_bot alice 1500"])
async def test_another_bots_command_is_left_alone_in_a_group(on_stage: Stage, text: str) -> None:
    assert await on_stage.say(ANNA, text, TEAM) == []


@pytest.mark.parametrize("text", ["/invoice alice 1500", "/act alice 7", "/cancel", "/foo"])
async def test_an_edited_command_does_nothing_and_is_told_so(on_stage: Stage, text: str) -> None:
    await on_stage.say(ANNA, "/help")
    (answer,) = await on_stage.edit(ANNA, text)
    assert await on_stage.requests() == []
    assert answer.method == "sendMessage"
    (turned_away,) = await on_stage.edit(IVAN, text)
    assert turned_away.text != answer.text


async def test_cancel_ends_a_conversation(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/invoice")
    (answer,) = await on_stage.say(ANNA, "/cancel")
    assert answer.method == "sendMessage"
    (answer,) = await on_stage.say(ANNA, "alice")
    assert "/help" in answer.text, "nothing is asked any more"
    assert await on_stage.requests() == []
