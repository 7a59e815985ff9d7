"""Fixtures of the handlers' tests."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.stage import Stage, prepare_database, stage


@pytest.fixture(scope="session")
def prepared_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database to copy: migrations would take longer than most tests."""
    file = tmp_path_factory.mktemp("prepared") / "docsbot.db"
    asyncio.run(prepare_database(file))
    return file


@pytest.fixture
async def on_stage(tmp_path: Path, prepared_database: Path) -> AsyncIterator[Stage]:
    file = tmp_path / "docsbot.db"
    shutil.copy(prepared_database, file)
    async with stage(file) as made:
        yield made
