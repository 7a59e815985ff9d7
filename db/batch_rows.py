"""The rows of batches, and what became of each. Repository functions never commit."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import BatchState, Failure, Resolution, State
from db.models import OPEN, Request, StoredBatch, StoredBatchRow, in_state

_COUNTED_AS = {
    State.QUEUED: "open",
    State.RUNNING: "open",
    State.DONE: "done",
    State.FAILED: "failed",
    State.UNKNOWN: "unknown",
}


_SETTLED = (State.DONE, State.FAILED, State.CANCELLED)
UNSENT_PDF = (Request.batch_id.is_not(None), in_state(State.DONE), Request.delivered_at.is_(None))
"""Of requests of batches: those with a PDF that has not been sent."""


@dataclass(frozen=True, slots=True)
class RowCounts:
    """How many rows of a batch have come how far; those with mistakes, and those left out, are in none."""

    waiting: int = 0
    open: int = 0
    done: int = 0
    failed: int = 0
    unknown: int = 0
    """Without those that a person has closed."""
    closed: int = 0

    @property
    def ended(self) -> int:
        return self.done + self.failed + self.unknown + self.closed

    @property
    def left(self) -> int:
        return self.waiting + self.open

    @property
    def all(self) -> int:
        return self.ended + self.left


async def rows(session: AsyncSession, batch_id: int) -> Sequence[tuple[StoredBatchRow, Request | None]]:
    """Return all rows of a batch with what became of each, in the file's order."""
    found = await session.execute(
        select(StoredBatchRow, Request)
        .outerjoin(Request, Request.id == StoredBatchRow.request_id)
        .where(StoredBatchRow.batch_id == batch_id)
        .order_by(StoredBatchRow.number)
    )
    return [(row, request) for row, request in found]


async def unsent_pdfs(session: AsyncSession, batch_id: int, limit: int) -> Sequence[Request]:
    """Return the first requests of a batch whose PDFs are made and have not been sent, as they ended."""
    return (
        await session.scalars(
            select(Request)
            .where(Request.batch_id == batch_id, *UNSENT_PDF)
            .order_by(Request.finished_at, Request.id)
            .limit(limit)
        )
    ).all()


async def set_pdfs_unsent(session: AsyncSession, batch_id: int) -> None:
    """Have the PDFs of a batch sent once more."""
    await session.execute(
        update(Request).where(Request.batch_id == batch_id, Request.state == State.DONE).values(delivered_at=None),
        execution_options={"synchronize_session": False},
    )


async def counts(session: AsyncSession, batch_ids: Collection[int]) -> Mapping[int, RowCounts]:
    """Count the rows of batches by how far they have come; one that was cancelled is left out."""
    found = await session.execute(
        select(StoredBatchRow.batch_id, StoredBatchRow.waiting, Request.state, Request.resolution, func.count())
        .outerjoin(Request, Request.id == StoredBatchRow.request_id)
        .where(StoredBatchRow.batch_id.in_(batch_ids))
        .group_by(StoredBatchRow.batch_id, StoredBatchRow.waiting, Request.state, Request.resolution)
    )
    counted: dict[int, Counter[str]] = {batch_id: Counter() for batch_id in batch_ids}
    for batch_id, waits, state, resolution, count in found:
        closed = state is State.UNKNOWN and resolution is Resolution.CLOSED
        name = "waiting" if waits else "closed" if closed else _COUNTED_AS.get(state)
        if name is not None:
            counted[batch_id][name] += count
    return {batch_id: RowCounts(**found) for batch_id, found in counted.items()}


async def waiting_count(session: AsyncSession, batch_id: int) -> int:
    """Count the rows of a batch that are still to become requests."""
    query = select(func.count()).where(StoredBatchRow.batch_id == batch_id, StoredBatchRow.waiting)
    return await session.scalar(query) or 0


async def waiting_of_running(session: AsyncSession, logins: Collection[str]) -> Mapping[str, Mapping[int, int]]:
    """Count, by login and batch, the rows of running batches that are still to become requests."""
    found = await session.execute(
        select(StoredBatch.login, StoredBatch.id, func.count())
        .join(StoredBatchRow, and_(StoredBatchRow.batch_id == StoredBatch.id, StoredBatchRow.waiting))
        .where(
            StoredBatch.login.in_(logins),
            StoredBatch.started_at.is_not(None),
            StoredBatch.finished_at.is_(None),
            StoredBatch.state == BatchState.RUNNING,
        )
        .group_by(StoredBatch.login, StoredBatch.id)
    )
    counted: dict[str, dict[int, int]] = {login: {} for login in logins}
    for login, batch_id, count in found:
        counted[login][batch_id] = count
    return counted


async def with_rows_left(session: AsyncSession, batch_ids: Collection[int]) -> frozenset[int]:
    """Return those of some batches of which a row waits, or is in the queue, or runs."""
    of_batch = StoredBatchRow.batch_id == StoredBatch.id
    waiting = exists().where(of_batch, StoredBatchRow.waiting)
    under_way = exists().where(of_batch, Request.id == StoredBatchRow.request_id, OPEN)
    found = await session.scalars(select(StoredBatch.id).where(StoredBatch.id.in_(batch_ids), or_(waiting, under_way)))
    return frozenset(found)


async def next_row(session: AsyncSession, batch_id: int) -> StoredBatchRow | None:
    """Return the first row of a batch that is still to become a request."""
    return (
        await session.scalars(
            select(StoredBatchRow)
            .where(StoredBatchRow.batch_id == batch_id, StoredBatchRow.waiting)
            .order_by(StoredBatchRow.number)
            .limit(1)
        )
    ).one_or_none()


async def startable(session: AsyncSession, batch_id: int) -> tuple[int, int]:
    """Count the readable rows of a batch, and the doubtful ones among them."""
    found = await session.execute(
        select(func.count(), func.count().filter(StoredBatchRow.doubtful)).where(
            StoredBatchRow.batch_id == batch_id, StoredBatchRow.mistake.is_(None)
        )
    )
    rows, doubtful = found.one()
    return rows, doubtful


async def sure_invoices(session: AsyncSession, batch_id: int) -> Sequence[StoredBatchRow]:
    """Return the rows of a batch that ask for a new invoice and are not doubtful."""
    return (
        await session.scalars(
            select(StoredBatchRow).where(
                StoredBatchRow.batch_id == batch_id,
                StoredBatchRow.likeness.is_not(None),
                StoredBatchRow.doubtful.is_(False),
            )
        )
    ).all()


async def set_waiting(session: AsyncSession, batch_id: int, *, without_doubtful: bool) -> None:
    """Let the readable rows of a batch become requests."""
    query = update(StoredBatchRow).where(StoredBatchRow.batch_id == batch_id, StoredBatchRow.mistake.is_(None))
    if without_doubtful:
        query = query.where(StoredBatchRow.doubtful.is_(False))
    await session.execute(query.values(waiting=True), execution_options={"synchronize_session": False})


async def failed_counts(
    session: AsyncSession, batch_ids: Collection[int], failures: Collection[Failure]
) -> Mapping[int, int]:
    """Count, by batch, the rows that failed for one of these reasons."""
    failed = _failed(batch_ids, failures).subquery()
    found = await session.execute(select(failed.c.batch_id, func.count()).group_by(failed.c.batch_id))
    return {row[0]: row[1] for row in found}


async def set_failed_waiting(session: AsyncSession, batch_id: int, failures: Collection[Failure]) -> int:
    """Let the rows that failed for one of these reasons become requests once more; return how many there are."""
    rows = (await session.scalars(_failed([batch_id], failures))).all()
    for row in rows:
        row.waiting = True
    return len(rows)


def _failed(batch_ids: Collection[int], failures: Collection[Failure]) -> Select[StoredBatchRow]:
    return (
        select(StoredBatchRow)
        .join(Request, Request.id == StoredBatchRow.request_id)
        .where(
            StoredBatchRow.batch_id.in_(batch_ids),
            StoredBatchRow.waiting.is_(False),
            Request.state == State.FAILED,
            Request.failure.in_(failures),
        )
    )


async def go_along(session: AsyncSession, follower: Request) -> None:
    """Let the row whose request has failed, or is unknown, stand for the one that follows it."""
    followed = select(Request.id).where(
        Request.id == follower.again_of, Request.state.in_((State.FAILED, State.UNKNOWN))
    )
    await session.flush()
    await session.execute(
        update(StoredBatchRow)
        .where(StoredBatchRow.request_id == followed.scalar_subquery())
        .values(request_id=follower.id, waiting=False),
        execution_options={"synchronize_session": "fetch"},
    )


async def unresolved(session: AsyncSession, batch_id: int, limit: int) -> Sequence[Request]:
    """Return the first requests of a batch's rows of which nobody has said whether their invoice exists."""
    return (
        await session.scalars(
            select(Request)
            .join(StoredBatchRow, StoredBatchRow.request_id == Request.id)
            .where(StoredBatchRow.batch_id == batch_id, in_state(State.UNKNOWN), Request.resolution.is_(None))
            .order_by(StoredBatchRow.number)
            .limit(limit)
        )
    ).all()


async def drop_waiting(session: AsyncSession, batch_id: int) -> None:
    """Let no more rows of a batch become requests."""
    await session.execute(
        update(StoredBatchRow).where(StoredBatchRow.batch_id == batch_id, StoredBatchRow.waiting).values(waiting=False),
        execution_options={"synchronize_session": False},
    )


async def row_of(session: AsyncSession, request_id: int) -> StoredBatchRow | None:
    """Return the row that became this request."""
    return (await session.scalars(select(StoredBatchRow).where(StoredBatchRow.request_id == request_id))).one_or_none()


async def batches_of(session: AsyncSession, request_ids: Collection[int]) -> frozenset[int]:
    """Return the ids of the batches with rows for which some of these requests stand."""
    found = select(StoredBatchRow.batch_id).where(StoredBatchRow.request_id.in_(request_ids))
    return frozenset(await session.scalars(found))


async def last_states(session: AsyncSession, batch_id: int, since: datetime, limit: int) -> Sequence[State]:
    """Return what became of the rows that ended last, after a time, the latest first."""
    return (
        await session.scalars(
            select(Request.state)
            .join(StoredBatchRow, StoredBatchRow.request_id == Request.id)
            .where(StoredBatchRow.batch_id == batch_id, Request.finished_at > since)
            .order_by(Request.finished_at.desc(), Request.id.desc())
            .limit(limit)
        )
    ).all()


async def end_deliveries(session: AsyncSession, batch_id: int, now: datetime) -> None:
    """Note that the outcomes of a batch's rows are where they belong."""
    of_rows = select(StoredBatchRow.request_id).where(StoredBatchRow.batch_id == batch_id)
    await session.execute(
        update(Request)
        .where(Request.id.in_(of_rows), Request.delivered_at.is_(None), Request.state.in_(_SETTLED))
        .values(delivered_at=now),
        execution_options={"synchronize_session": False},
    )
