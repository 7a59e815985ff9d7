"""Some random schedules on a real PostgreSQL: what is promised does not depend on the engine."""

from collections.abc import Iterator

import pytest

from tests.simulation.draw import draw
from tests.simulation.oracle import judge
from tests.simulation.postgres_storage import PostgresStorage
from tests.simulation.world import Theatre, play, theatre
from tests.support.databases import Databases
from tests.support.sweeps import amount


@pytest.fixture(scope="module")
def on_postgres(databases: Databases) -> Iterator[Theatre]:
    with theatre(lambda _: PostgresStorage(databases)) as made:
        yield made


@pytest.mark.parametrize("seed", [5, 11, 18, 19, 22][: amount(3, 5)])
def test_random_schedules(on_postgres: Theatre, seed: int) -> None:
    """Of these each process but the last one dies or is stopped, up to four of them."""
    assert judge(play(draw(seed), on_postgres)) == []
