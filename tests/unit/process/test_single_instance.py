"""Two processes never work on the same database."""

from pathlib import Path

import pytest

from bot.process.database import StartError
from bot.process.single_instance import only_instance
from db.engine import Database


async def test_a_second_one_is_refused_and_a_later_one_is_not(database_url: str) -> None:
    database = Database.open(database_url)
    async with only_instance(database):
        with pytest.raises(StartError, match="another docsbot runs on"):
            async with only_instance(database):
                pass
    async with only_instance(database):
        pass
    await database.close()


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path}/docsbot.db")
    (tmp_path / "docsbot.db.lock").mkdir()
    with pytest.raises(StartError, match=r"^DATABASE_URL: "):
        async with only_instance(database):
            pass
    await database.close()
