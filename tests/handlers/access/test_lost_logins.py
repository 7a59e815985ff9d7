"""A login that left the settings: the only one left takes its place and says so; among several nobody guesses."""

import pytest

from tests.handlers.losing_rights import group, loses_the_login, person
from tests.support.stage import ANNA, TEAM, Stage, stage

BETA = '{"beta": {"apikey": "y"}}'
TWO = '{"beta": {"apikey": "y"}, "gamma": {"apikey": "z"}}'
COMMANDS = ["/invoice alice 1500", "/act alice 7", "/repeat alice 1500 monthly 1", "/batch"]
FILE = b"user;sum\nalice;5\n"


async def _logins(on: Stage) -> list[str]:
    return [request.login for request in await on.requests()]


async def _say(on: Stage, command: str, chat: int) -> list[str]:
    calls = await (on.attach(ANNA, FILE, command, chat) if command == "/batch" else on.say(ANNA, command, chat))
    return [call.text for call in calls]


@pytest.mark.parametrize("chat", [ANNA, TEAM])
@pytest.mark.parametrize("command", COMMANDS)
async def test_the_only_one_left_is_used_and_told_once(stage_url: str, command: str, chat: int) -> None:
    async with stage(stage_url, SMSC_ACCOUNTS=BETA) as on:
        await person(on, ANNA, "acme", "beta")
        (*_, told) = await _say(on, command, chat)
        assert "acme" in told
        assert "beta" in told
        assert all("acme" not in text for text in await _say(on, "/invoice bob 7", chat))
        assert set(await _logins(on)) == {"beta"}
        (shown,) = await on.say(ANNA, "/use", chat)
        assert "beta" in shown.text


@pytest.mark.parametrize("command", COMMANDS)
async def test_among_several_it_is_asked_which(stage_url: str, command: str) -> None:
    async with stage(stage_url, SMSC_ACCOUNTS=TWO) as on:
        await person(on, ANNA, "acme", "beta", "gamma")
        (*_, asked) = await _say(on, command, ANNA)
        assert "acme" in asked
        assert await _logins(on) == []
        (which,) = [call for call in on.edge.calls if call.text == asked]
        assert len(which.buttons) == 2
        await on.press(ANNA, which.buttons[1])
        await _say(on, "/invoice bob 7", ANNA)
        assert await _logins(on) == ["gamma"]


async def test_a_choice_that_left_is_not_replaced_by_the_first(stage_url: str) -> None:
    async with stage(stage_url) as on:
        await person(on, ANNA, "beta", "demo")
        (shown,) = await on.say(ANNA, "/use")
        await on.press(ANNA, shown.buttons[1])
    async with stage(stage_url, SMSC_ACCOUNTS=TWO) as on:
        await person(on, ANNA, "beta", "demo", "gamma")
        (asked,) = await on.say(ANNA, "/invoice alice 1500")
        assert len(asked.buttons) == 2
        assert await _logins(on) == []
        (shown,) = await on.say(ANNA, "/use")
        assert "demo" in shown.text
        assert shown.buttons == asked.buttons


async def test_where_none_is_left_or_the_group_has_its_own_nothing_is_sent(stage_url: str) -> None:
    async with stage(stage_url, SMSC_ACCOUNTS=BETA) as on:
        await loses_the_login(on)
        (refused,) = await on.say(ANNA, "/invoice alice 1500")
        assert "demo" in refused.text
        assert not refused.buttons
        await person(on, ANNA, "acme", "beta")
        await group(on, "acme")
        (refused,) = await on.say(ANNA, "/invoice alice 1500", TEAM)
        assert "acme" in refused.text
        assert await _logins(on) == []
