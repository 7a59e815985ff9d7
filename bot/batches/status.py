"""How batches that were started stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.batches.forecast import Forecast, loads
from bot.domain import ConfiguredLogins
from bot.queue.verdicts import RETRYABLE
from bot.runtime.clock import Clock
from db import batch_rows
from db.batch_rows import RowCounts
from db.models import StoredBatch


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """A started batch, how many of its rows have come how far, and when the rest will have gone out."""

    batch: StoredBatch
    counts: RowCounts
    retryable: int
    """How many failed rows may well succeed when they are tried again."""
    forecast: Forecast | None
    """None: nothing is left."""


async def statuses(
    session: AsyncSession, batches: Sequence[StoredBatch], configured: ConfiguredLogins, clock: Clock
) -> list[BatchStatus]:
    """Say how each of some batches stands, in their order."""
    ids = [batch.id for batch in batches]
    counts = await batch_rows.counts(session, ids)
    retryable = await batch_rows.failed_counts(session, [id_ for id_ in ids if counts[id_].failed], RETRYABLE)
    waiting = [batch for batch in batches if counts[batch.id].waiting]
    load = await loads(session, {batch.login for batch in waiting})
    forecasts = {
        batch.id: load[batch.login].forecast(
            counts[batch.id].waiting, now=clock.now(), pace=configured.pace, of=batch.id
        )
        for batch in waiting
    }
    return [
        BatchStatus(batch, counts[batch.id], retryable.get(batch.id, 0), forecasts.get(batch.id)) for batch in batches
    ]


async def status_of(
    session: AsyncSession, batch: StoredBatch, configured: ConfiguredLogins, clock: Clock
) -> BatchStatus:
    """Say how a batch stands."""
    [status] = await statuses(session, [batch], configured, clock)
    return status
