"""Every change of rights is told to all other admins, and nobody becomes an admin by one press."""

import pytest

from bot.audit.announcements import RightsAnnouncements
from bot.cli import allowlist
from bot.domain import Role
from tests.support.stage import ANNA, BORIS, IVAN, OLGA, TEAM, Stage


@pytest.fixture
async def two_admins(on_stage: Stage) -> Stage:
    """Return the stage after Boris has become an admin; what was told of that is out of the way."""
    await on_stage.work(RightsAnnouncements)
    await on_stage.say(OLGA, f"/allow {BORIS} admin")
    await on_stage.press(OLGA, "letinsure:1")
    await on_stage.work(RightsAnnouncements)
    return on_stage


@pytest.mark.parametrize(
    "command",
    [f"/allow {IVAN}", f"/allow {ANNA} until 2100-01-31", f"/revoke {ANNA}", f"/revoke chat {TEAM}", "/pause demo"],
)
async def test_the_other_admins_hear_of_it_once(two_admins: Stage, command: str) -> None:
    await two_admins.say(OLGA, command)
    told = await two_admins.work(RightsAnnouncements)
    assert {call.params["chat_id"] for call in told} == {BORIS}
    assert "Ольга" in told[0].text
    assert await two_admins.work(RightsAnnouncements) == []


async def test_the_command_line_is_told_to_all(two_admins: Stage) -> None:
    assert await allowlist.allow(two_admins.app.settings, "user", IVAN, allowlist.Told(role=Role.ADMIN)) == 0
    told = await two_admins.work(RightsAnnouncements)
    assert {call.params["chat_id"] for call in told} == {OLGA, BORIS, IVAN}


async def test_a_choice_that_is_no_right_is_told_to_nobody(two_admins: Stage) -> None:
    await two_admins.say(ANNA, "/client alice")
    assert await two_admins.work(RightsAnnouncements) == []


async def test_an_admin_is_made_only_by_somebody_who_is_sure(on_stage: Stage) -> None:
    for ask in (f"/allow {ANNA} admin", f"/allow {IVAN} admin"):
        *_, sure = await on_stage.say(OLGA, ask)
        assert [button.partition(":")[0] for button in sure.buttons] == ["letinsure", "letin"]
    await on_stage.press(OLGA, f"role:{ANNA}:1")
    (refused,) = await on_stage.say(ANNA, "/access")
    assert not refused.buttons
    await on_stage.press(OLGA, f"rolesure:{ANNA}")
    (listed,) = await on_stage.say(ANNA, "/access")
    assert listed.buttons
