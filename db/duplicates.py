"""Finding invoices that are alike. Repository functions never commit."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, BindParameter, bindparam, case, cast, literal, null, or_, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Failure, Resolution, State
from db.models import Request, StoredBatch, StoredBatchRow
from db.requests import MAY_EXIST

_REQUEST = (
    Request.login == bindparam("login"),
    Request.likeness.in_(bindparam("likenesses", expanding=True)),
    Request.id != bindparam("other_than"),
    Request.id > bindparam("after"),
)
_STILL_UNKNOWN = Request.resolution.is_(None)
_SINCE: BindParameter[datetime] = bindparam("since")
_SAID_TO_EXIST = Request.resolution.in_((Resolution.EXISTS, Resolution.CLOSED)) & (Request.resolved_at > _SINCE)
_NO_ROW = (cast(null(), BigInteger).label("batch_id"), cast(null(), BigInteger).label("number"))
_FIRST_LIKE = (
    union_all(
        select(case((_STILL_UNKNOWN, 0), else_=2).label("rank"), Request.id.label("request_id"), *_NO_ROW).where(
            *_REQUEST, Request.state == State.UNKNOWN, _STILL_UNKNOWN | _SAID_TO_EXIST
        ),
        select(literal(1), Request.id, *_NO_ROW).where(*_REQUEST, Request.state.in_((State.QUEUED, State.RUNNING))),
        select(literal(2), Request.id, *_NO_ROW).where(
            *_REQUEST,
            Request.state.in_((State.DONE, State.FAILED)),
            Request.finished_at > _SINCE,
            Request.copy_of.is_(None),
            or_(Request.state == State.DONE, Request.invoice_number.is_not(None), Request.failure == Failure.TOO_LARGE),
        ),
        select(literal(3), cast(null(), BigInteger), StoredBatchRow.batch_id, StoredBatchRow.number)
        .join(StoredBatch, StoredBatch.id == StoredBatchRow.batch_id)
        .where(
            StoredBatchRow.likeness.in_(bindparam("likenesses", expanding=True)),
            StoredBatchRow.likeness.is_not(None),
            StoredBatchRow.waiting,
            StoredBatch.login == bindparam("login"),
        ),
    )
    .order_by(text("rank"), text("request_id DESC"), text("batch_id"), text("number"))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row of a batch that was started and that has not become a request yet."""

    batch_id: int
    number: int
    requester_name: str
    started_at: datetime


async def first_like(
    session: AsyncSession,
    likenesses: Collection[str],
    login: str,
    *,
    since: datetime,
    other_than: int = 0,
    after: int = 0,
) -> Request | WaitingRow | None:
    """Find an invoice of the login with one of these likenesses that was made, or may have been, or will be.

    First comes one of which nobody knows whether it exists, then one that waits or runs, both however old; then the
    latest that is known, or was said, to exist since `since`; then a row of a batch that waits. The request
    `other_than` does not count, nor do those up to the id `after`.
    """
    asked = {"likenesses": list(likenesses), "login": login, "since": since, "other_than": other_than, "after": after}
    found = (await session.execute(_FIRST_LIKE, asked)).one_or_none()
    if found is None:
        return None
    if found.request_id is not None:
        return await session.get_one(Request, found.request_id)
    batch = await session.get_one(StoredBatch, found.batch_id)
    return _waiting_row(batch, found.number)


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
    return {key: _waiting_row(batch, number) for key, number, batch in found if key is not None}


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


def _waiting_row(batch: StoredBatch, number: int) -> WaitingRow:
    return WaitingRow(batch.id, number, batch.requester_name, batch.started_at or batch.created_at)
