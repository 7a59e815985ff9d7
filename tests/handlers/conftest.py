"""Fixtures of the handlers' tests."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest

from tests.support.databases import Databases, EngineName
from tests.support.stage import Stage, prepare_database, stage


@pytest.fixture
def stage_url(databases: Databases, engine: EngineName) -> Iterator[str]:
    """Return the address of a database with the team, on each engine."""
    with databases.new(engine, prepare_database) as url:
        yield url


@pytest.fixture
def fresh(databases: Databases, engine: EngineName) -> Callable[[], AbstractContextManager[str]]:
    """Return what makes databases; the first is prepared already, which cannot be done within a test's own loop."""
    new = partial(databases.new, engine, prepare_database)
    with new():
        return new


@pytest.fixture
async def on_stage(stage_url: str) -> AsyncIterator[Stage]:
    async with stage(stage_url) as made:
        yield made
