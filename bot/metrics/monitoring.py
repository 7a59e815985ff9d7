"""What operators see of a running process from outside, put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager

from prometheus_client import CollectorRegistry

from bot.metrics.counters import Metrics
from bot.metrics.exposition import Exposition, Lead
from bot.metrics.server import Troubles, serving
from bot.metrics.stored import StoredFigures
from bot.runtime.clock import Clock
from bot.settings import Settings
from db.engine import Database


@asynccontextmanager
async def monitored(
    settings: Settings,
    database: Database,
    clock: Clock,
    *,
    lead: Callable[[], Lead],
    troubles: Troubles,
) -> AsyncIterator[Metrics | None]:
    """Answer on METRICS_LISTEN while the block runs, and give what counts; None where nobody wants to see anything.

    Raises `StartError` where the address cannot be had.
    """
    where = settings.metrics_listen
    if where is None:
        yield None
        return
    metrics = Metrics(CollectorRegistry())
    metrics.watch(database)
    stored = StoredFigures(database, [account.login for account in settings.accounts])
    async with aclosing(stored):
        exposition = Exposition(metrics, stored, clock, lead, troubles)
        async with serving(where, exposition.text, troubles):
            yield metrics
