"""What `/audit` shows, as admins read it."""

import shutil
from pathlib import Path

import pytest

from tests.support.stage import ANNA, OLGA, stage


@pytest.mark.parametrize("zone", ["Asia/Vladivostok", "America/New_York", "UTC"])
async def test_the_end_of_access_is_the_teams_own_day(tmp_path: Path, prepared_database: Path, zone: str) -> None:
    shutil.copy(prepared_database, tmp_path / "docsbot.db")
    async with stage(tmp_path / "docsbot.db", zone) as on_stage:
        await on_stage.press(OLGA, f"till:0:{ANNA}:20270131")
        (told,) = await on_stage.say(OLGA, "/audit")
        assert "; до 2027-01-31\n" in told.text
