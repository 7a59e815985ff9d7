"""Finding invoices that are alike. Repository functions never commit."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Failure, Resolution, State
from db.models import Request, StoredBatch, StoredBatchRow
from db.requests import MAY_EXIST


async def like(
    session: AsyncSession,
    likenesses: Collection[str],
    login: str,
    *,
    since: datetime,
    other_than: int = 0,
    after: int = 0,
) -> Request | None:
    """Find an invoice of the login with one of these likenesses that was made, or may have been.

    First comes one of which nobody knows whether it exists, then one that waits or runs, both however old; then the
    latest that is known, or was said, to exist since `since`. The request `other_than` does not count, nor do those
    up to the id `after`.
    """
    alike = (
        Request.login == login,
        Request.likeness.in_(likenesses),
        Request.id != other_than,
        Request.id > after,
    )
    still_unknown = Request.resolution.is_(None)
    said = Request.resolution.in_((Resolution.EXISTS, Resolution.CLOSED)) & (Request.resolved_at > since)
    unknown = select(Request.id, case((still_unknown, 0), else_=2).label("rank")).where(
        *alike, Request.state == State.UNKNOWN, still_unknown | said
    )
    under_way = select(Request.id, literal(1)).where(*alike, Request.state.in_((State.QUEUED, State.RUNNING)))
    made = select(Request.id, literal(2)).where(
        *alike,
        Request.state.in_((State.DONE, State.FAILED)),
        Request.finished_at > since,
        Request.copy_of.is_(None),
        or_(Request.state == State.DONE, Request.invoice_number.is_not(None), Request.failure == Failure.TOO_LARGE),
    )
    found = union_all(unknown, under_way, made).subquery()
    return (
        await session.scalars(
            select(Request).join(found, found.c.id == Request.id).order_by(found.c.rank, Request.id.desc()).limit(1)
        )
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row of a batch that was started and that has not become a request yet."""

    batch_id: int
    number: int
    requester_name: str
    started_at: datetime


async def waiting_rows_like(
    session: AsyncSession, likenesses: Collection[str], login: str, *, but_batch: int = 0
) -> Mapping[str, WaitingRow]:
    """Find, by likeness, the first row of the login's batches that waits to become an invoice like it.

    Those of the batch with the id `but_batch` do not count.
    """
    found = await session.execute(
        select(StoredBatchRow.likeness, StoredBatchRow.number, StoredBatch)
        .join(StoredBatch, StoredBatch.id == StoredBatchRow.batch_id)
        .where(
            StoredBatchRow.likeness.in_(likenesses),
            StoredBatchRow.likeness.is_not(None),
            StoredBatchRow.waiting,
            StoredBatch.login == login,
            StoredBatchRow.batch_id != but_batch,
        )
        .order_by(StoredBatchRow.batch_id.desc(), StoredBatchRow.number.desc())
    )
    return {
        key: WaitingRow(batch.id, number, batch.requester_name, batch.started_at or batch.created_at)
        for key, number, batch in found
        if key is not None
    }


async def like_any(
    session: AsyncSession, likenesses: Collection[str], login: str, *, since: datetime
) -> Mapping[str, Request]:
    """Find, for each of many likenesses, the latest invoice that waits, runs, is unknown, or was made since a time."""
    found = await session.scalars(
        select(Request)
        .where(
            Request.likeness.in_(likenesses),
            Request.login == login,
            or_(Request.finished_at.is_(None), Request.finished_at > since, Request.state == State.UNKNOWN),
            Request.copy_of.is_(None),
            MAY_EXIST,
        )
        .order_by(Request.id)
    )
    return {request.likeness: request for request in found if request.likeness is not None}
