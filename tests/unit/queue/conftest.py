"""A stage for all tests of the queue, on each engine: what they share is made once."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.simulation.postgres_storage import PostgresStorage
from tests.simulation.process import SqliteStorage, Storage
from tests.simulation.world import Theatre, theatre
from tests.support.databases import Databases, EngineName


@pytest.fixture(scope="session")
def stages(databases: Databases) -> Iterator[Callable[[EngineName], Theatre]]:
    storages: dict[EngineName, Callable[[Path], Storage]] = {
        EngineName.SQLITE: SqliteStorage,
        EngineName.POSTGRESQL: lambda _: PostgresStorage(databases),
    }
    with ExitStack() as stack:
        yield cache(lambda engine: stack.enter_context(theatre(storages[engine])))


@pytest.fixture
def stage(stages: Callable[[EngineName], Theatre], engine: EngineName) -> Theatre:
    return stages(engine)
