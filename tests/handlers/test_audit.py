"""What `/audit` shows, as admins read it."""

import pytest

from tests.support.stage import ANNA, OLGA, stage


@pytest.mark.parametrize("zone", ["Asia/Vladivostok", "America/New_York", "UTC"])
async def test_the_end_of_access_is_the_teams_own_day(stage_url: str, zone: str) -> None:
    async with stage(stage_url, zone) as on_stage:
        await on_stage.press(OLGA, f"till:0:{ANNA}:20270131")
        (told,) = await on_stage.say(OLGA, "/audit")
        assert "; до 2027-01-31\n" in told.text
