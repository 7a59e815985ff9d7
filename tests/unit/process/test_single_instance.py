"""Two processes never work on the same SQLite file."""

import asyncio
from pathlib import Path

import pytest

from bot.process import single_instance
from bot.process.database import StartError
from bot.process.single_instance import only_instance


async def test_a_second_one_is_refused_and_a_later_one_is_not(tmp_path: Path) -> None:
    file = tmp_path / "docsbot.db"
    async with only_instance(file):
        with pytest.raises(StartError, match="another docsbot runs on"):
            async with only_instance(file):
                pass
    async with only_instance(file):
        pass


async def test_one_that_is_told_to_waits_for_the_end_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single_instance, "_LOOK_EVERY_S", 0.001)
    file = tmp_path / "docsbot.db"

    async def second() -> None:
        async with only_instance(file, wait=True):
            pass

    async with only_instance(file):
        waiting = asyncio.create_task(second())
        await asyncio.wait([waiting], timeout=0.05)
        assert not waiting.done()
    async with asyncio.timeout(30):
        await waiting


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "docsbot.db.lock").mkdir()
    with pytest.raises(StartError, match=r"^DATABASE_URL: "):
        async with only_instance(tmp_path / "docsbot.db"):
            pass
