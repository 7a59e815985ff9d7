"""What the tests of the metrics share."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics.counters import Metrics
from db.engine import Database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Samples = Mapping[tuple[str, tuple[str, ...]], float]
"""Values by name and label values."""


class StillClock:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW


def samples(text: str) -> Samples:
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(CollectorRegistry())


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database.open(database_url)
    yield opened
    await opened.close()
