"""A process that stays unhealthy ends itself, so that any supervisor starts it anew."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import OpenWorld
from tests.e2e.process import DATABASE, PROJECT, PlainStarter


def removed(file: Path) -> None:
    file.rename(file.with_suffix(".aside"))


def replaced(file: Path) -> None:
    removed(file)
    shutil.copy(file.with_suffix(".aside"), file)


@pytest.mark.parametrize("how", [removed, replaced])
async def test_a_database_file_that_is_gone_ends_the_process(
    open_world: OpenWorld, how: Callable[[Path], None]
) -> None:
    async with open_world(start=False, judged=False, PYTHONPATH=str(PROJECT)) as w:
        w.bot.starter = PlainStarter("tests.e2e.impatient", "run")
        w.bot.start()
        await w.document(w.say(w.anna, "/act alice 7"))
        how(w.bot.folder / DATABASE)
        assert await w.bot.exit_code() == 1
        last = w.bot.log.strip().splitlines()[-1]
        assert last.startswith("docsbot: not healthy for 3 rounds of the watchdog: the database file at ")
        assert "Traceback" not in w.bot.log
