"""Fixtures of the end-to-end tests."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.process import ForkStarter, Starter
from tests.e2e.world import World, prepare, world
from tests.support.databases import sqlite_url

OpenWorld = Callable[..., AbstractAsyncContextManager[World]]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database to copy: made once, because that takes as long as a test."""
    path = tmp_path_factory.mktemp("prepared") / "docsbot.db"
    asyncio.run(prepare(sqlite_url(path)))
    return path


@pytest.fixture(scope="session")
def starter() -> Starter:
    return ForkStarter()


@pytest.fixture
def open_world(tmp_path: Path, prepared: Path, starter: Starter) -> OpenWorld:
    """Return `world` for this test: its own folder, the prepared database."""
    return partial(world, tmp_path, database=prepared, starter=starter)
