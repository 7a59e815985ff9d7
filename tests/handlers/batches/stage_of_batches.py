"""What tests of batches share: the workers at work by hand, and rows that end as the test says."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from bot.batches.feeder import BatchFeeder
from bot.batches.progress import BatchProgress
from bot.batches.results import BatchResults
from bot.batches.undelivered import UndeliveredBatchNotes
from bot.domain import Failure, State
from bot.runtime.worker import Worker
from db.models import Document, Request, StoredBatch, StoredBatchRow
from tests.support.stage import Stage

PDF = b"%PDF-1.4\n%%EOF\n"


async def work(stage: Stage, *kinds: type[Worker]) -> None:
    """Let the workers of batches do all there is to do now."""
    for worker in stage.app.workers:
        if isinstance(worker, kinds or (BatchFeeder, BatchProgress, BatchResults, UndeliveredBatchNotes)):
            # Tests change rows behind its back.
            worker.wake()
            await worker.work()
            if isinstance(worker, BatchResults):
                await asyncio.gather(*worker._under_way.values())


async def end_next(stage: Stage, state: State = State.DONE, failure: Failure | None = None) -> Request | None:
    """End the request that the queue would send next, and feed the queue; None if nothing waits."""
    await work(stage, BatchFeeder)
    stage.clock.advance(timedelta(seconds=1))
    async with stage.app.database.write() as session:
        request = await session.scalar(
            select(Request).where(Request.state == State.QUEUED).order_by(Request.yields, Request.id).limit(1)
        )
        if request is not None:
            request.state, request.failure = state, failure
            request.started_at = request.finished_at = stage.clock.now()
            if state is State.DONE:
                request.invoice_number = str(9000 + request.id)
                session.add(Document(request_id=request.id, content=PDF, stored_at=stage.clock.now()))
    await work(stage, BatchFeeder)
    return request


async def batches(stage: Stage) -> list[StoredBatch]:
    async with stage.app.database.read() as session:
        return list(await session.scalars(select(StoredBatch).order_by(StoredBatch.id)))


async def rows(stage: Stage) -> list[StoredBatchRow]:
    async with stage.app.database.read() as session:
        found = select(StoredBatchRow).order_by(StoredBatchRow.batch_id, StoredBatchRow.number)
        return list(await session.scalars(found))
