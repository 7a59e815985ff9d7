"""People of a group for everyone who are on no list: the group's login serves them, and nothing else does."""

from collections.abc import AsyncIterator

import pytest

from bot.access.login_choice import DEFAULT_LOGIN
from bot.cli import allowlist
from db import allowlist as entries
from db.models import MovedChat, Petition
from handlers.access import buttons as entry
from tests.support.stage import ANNA, IVAN, OLGA, TEAM, Stage, stage

ONE_LOGIN = '{"acme": {"password": "x"}}'


@pytest.fixture
async def alone(stage_url: str) -> AsyncIterator[Stage]:
    """Set a stage whose settings have one login."""
    async with stage(stage_url, SMSC_ACCOUNTS=ONE_LOGIN) as made:
        yield made


async def _login_of_team(on: Stage) -> str | None:
    async with on.app.database.read() as session:
        chat = await entries.chat(session, TEAM)
    return None if chat is None else chat.login


@pytest.mark.parametrize("everyone", ["/allow chat {} everyone", "button", "command line", "petition"])
async def test_where_there_is_one_login_the_group_gets_it(alone: Stage, everyone: str) -> None:
    match everyone:
        case "button":
            await alone.press(OLGA, f"{entry.EVERYONE}:{-TEAM}:1")
        case "command line":
            told = allowlist.Told(everyone=True)
            await allowlist.allow(alone.app.settings, "chat", TEAM, told, known_logins=("acme",))
        case "petition":
            async with alone.app.database.write() as session:
                chat = await entries.chat(session, TEAM)
                assert chat is not None
                chat.everyone = True
                now = alone.clock.now()
                petition = Petition(kind="group", subject_id=TEAM, subject_name="Team", asker_id=ANNA, asker_name="A")
                petition.language, petition.asked_at = "en", now
                session.add(petition)
            await alone.press(OLGA, f"letgroup:1:{DEFAULT_LOGIN}")
        case _:
            await alone.say(OLGA, everyone.format(TEAM))
    assert await _login_of_team(alone) == "acme"
    assert await alone.say(IVAN, "/invoice alice 100", TEAM) == []
    assert [request.login for request in await alone.requests()] == ["acme"]


async def test_a_group_for_people_on_the_list_stays_without(alone: Stage) -> None:
    await alone.say(OLGA, f"/allow chat {TEAM} until 2100-01-31")
    assert await _login_of_team(alone) is None


async def test_where_there_are_several_somebody_has_to_say_which(on_stage: Stage) -> None:
    *_, card = await on_stage.say(OLGA, f"/allow chat {TEAM} everyone")
    assert "отказываю" in card.text
    (refused,) = await on_stage.say(IVAN, "/invoice alice 100", TEAM)
    assert "login" in refused.text
    assert await on_stage.requests() == []
    await on_stage.say(OLGA, f"/allow chat {TEAM} beta")
    assert await on_stage.say(IVAN, "/invoice alice 100", TEAM) == []
    assert [request.login for request in await on_stage.requests()] == ["beta"]


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("where", ["chat", "command line"])
async def test_a_group_that_moved_has_one_entry_whichever_id_is_named(
    on_stage: Stage, where: str, *, listed: bool
) -> None:
    old, new = (TEAM, -1005) if listed else (-900, -1009)
    async with on_stage.app.database.write() as session:
        session.add(MovedChat(old_id=old, new_id=new, admins_told_at=on_stage.clock.now()))
    if where == "chat":
        await on_stage.say(OLGA, f"/allow chat {old} login beta")
    else:
        await allowlist.allow(on_stage.app.settings, "chat", old, allowlist.Told(logins=("beta",)))
    async with on_stage.app.database.read() as session:
        chats = await entries.chats(session)
    assert [chat.chat_id for chat in chats if chat.login == "beta"] == [new]
