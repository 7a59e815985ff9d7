"""A stage for all schedules: what they share is made once."""

from collections.abc import Iterator

import pytest

from tests.simulation.world import Theatre, theatre


@pytest.fixture(scope="session")
def stage() -> Iterator[Theatre]:
    with theatre() as made:
        yield made
