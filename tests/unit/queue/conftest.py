"""A stage for all tests of the queue: the migrated database is made once."""

from collections.abc import Iterator

import pytest

from tests.simulation.world import Theatre, theatre


@pytest.fixture(scope="session")
def stage() -> Iterator[Theatre]:
    with theatre() as made:
        yield made
