"""What `/audit` shows, as admins read it."""

import pytest

from tests.support.stage import ANNA, IVAN, OLGA, Stage, stage


@pytest.mark.parametrize("zone", ["Asia/Vladivostok", "America/New_York", "UTC"])
async def test_the_end_of_access_is_the_teams_own_day(stage_url: str, zone: str) -> None:
    async with stage(stage_url, zone) as on_stage:
        await on_stage.press(OLGA, f"till:0:{ANNA}:20270131")
        (told,) = await on_stage.say(OLGA, "/audit")
        assert "; до 31.01.2027\n" in told.text


async def test_names_stand_where_they_are_known(on_stage: Stage) -> None:
    await on_stage.say(OLGA, f"/allow {IVAN}")
    await on_stage.press(OLGA, f"role:{IVAN}:0")
    (told,) = await on_stage.say(OLGA, f"/audit {IVAN}")
    entries = told.text.splitlines()
    assert entries, told.text
    assert all(f"(<code>{IVAN}</code>)" in line for line in entries)


async def test_an_entry_names_who_added_it(on_stage: Stage) -> None:
    await on_stage.say(OLGA, "/allow 1009 until 2027-01-31")
    (_, card) = await on_stage.press(OLGA, "entry:0:1009")
    assert "кто добавил: Ольга" in card.text
    assert "До 31.01.2027 включительно" in card.text
