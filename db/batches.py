"""Batches and their rows. Repository functions never commit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import BatchState, Failure, State
from db.engine import bot_of
from db.models import OPEN, QUEUED, Request, StoredBatch, StoredBatchRow


@dataclass(frozen=True, slots=True)
class RowCounts:
    """How many rows of a batch have come how far; those with mistakes, and those left out, are in none."""

    waiting: int = 0
    open: int = 0
    done: int = 0
    failed: int = 0
    unknown: int = 0

    @property
    def ended(self) -> int:
        return self.done + self.failed + self.unknown

    @property
    def left(self) -> int:
        return self.waiting + self.open

    @property
    def all(self) -> int:
        return self.ended + self.left


async def get(session: AsyncSession, batch_id: int) -> StoredBatch | None:
    return await session.get(StoredBatch, batch_id)


async def lock(session: AsyncSession, batch_id: int) -> StoredBatch | None:
    """Return a batch as it is now, to change it."""
    return await session.get(StoredBatch, batch_id, with_for_update=True, populate_existing=True)


async def of_origin(session: AsyncSession, chat_id: int, message_id: int) -> StoredBatch | None:
    """Find the batch that a message with a file led to."""
    return (
        await session.scalars(
            select(StoredBatch).where(
                StoredBatch.bot_id == bot_of(session),
                StoredBatch.origin_chat_id == chat_id,
                StoredBatch.origin_message_id == message_id,
            )
        )
    ).one_or_none()


async def latest_with_key(session: AsyncSession, login: str, key: str) -> StoredBatch | None:
    """Find the latest batch of a login that asked for the same and was started."""
    return (
        await session.scalars(
            select(StoredBatch)
            .where(StoredBatch.login == login, StoredBatch.key == key, StoredBatch.started_at.is_not(None))
            .order_by(StoredBatch.id.desc())
            .limit(1)
        )
    ).one_or_none()


async def active(session: AsyncSession, login: str | None = None) -> Sequence[StoredBatch]:
    """Return the batches that were started and have not ended, of a login or of all, oldest first."""
    query = select(StoredBatch).where(StoredBatch.started_at.is_not(None), StoredBatch.finished_at.is_(None))
    if login is not None:
        query = query.where(StoredBatch.login == login)
    return (await session.scalars(query.order_by(StoredBatch.login, StoredBatch.id))).all()


async def open_count(session: AsyncSession, login: str) -> int:
    """Count what waits or runs for a login."""
    query = select(func.count()).where(Request.login == login, OPEN)
    return await session.scalar(query) or 0


async def to_deliver(session: AsyncSession) -> Sequence[StoredBatch]:
    """Return the batches whose result Telegram does not have yet, oldest first."""
    return (
        await session.scalars(
            select(StoredBatch)
            .where(StoredBatch.finished_at.is_not(None), StoredBatch.delivered_at.is_(None))
            .order_by(StoredBatch.id)
        )
    ).all()


async def of_chat(session: AsyncSession, chat_id: int, limit: int) -> Sequence[StoredBatch]:
    """Return a chat's latest batches that were started, the newest first."""
    return (
        await session.scalars(
            select(StoredBatch)
            .where(StoredBatch.chat_id == chat_id, StoredBatch.started_at.is_not(None))
            .order_by(StoredBatch.id.desc())
            .limit(limit)
        )
    ).all()


async def rows(session: AsyncSession, batch_id: int) -> Sequence[tuple[StoredBatchRow, Request | None]]:
    """Return all rows of a batch with what became of each, in the file's order."""
    found = await session.execute(
        select(StoredBatchRow, Request)
        .outerjoin(Request, Request.id == StoredBatchRow.request_id)
        .where(StoredBatchRow.batch_id == batch_id)
        .order_by(StoredBatchRow.number)
    )
    return [(row, request) for row, request in found]


async def counts(session: AsyncSession, batch_id: int) -> RowCounts:
    """Count the rows of a batch by how far they have come."""
    found = await session.execute(
        select(StoredBatchRow.waiting, Request.state, func.count())
        .outerjoin(Request, Request.id == StoredBatchRow.request_id)
        .where(StoredBatchRow.batch_id == batch_id)
        .group_by(StoredBatchRow.waiting, Request.state)
    )
    waiting = open_ = done = failed = unknown = 0
    for waits, state, count in found:
        match state:
            case _ if waits:
                waiting += count
            case State.QUEUED | State.RUNNING:
                open_ += count
            case State.DONE:
                done += count
            case State.UNKNOWN:
                unknown += count
            case State.FAILED | State.CANCELLED:
                failed += count
    return RowCounts(waiting, open_, done, failed, unknown)


async def waiting_count(session: AsyncSession, batch_id: int) -> int:
    """Count the rows of a batch that are still to become requests."""
    query = select(func.count()).where(StoredBatchRow.batch_id == batch_id, StoredBatchRow.waiting)
    return await session.scalar(query) or 0


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


async def set_waiting(session: AsyncSession, batch_id: int, *, without_doubtful: bool) -> None:
    """Let the readable rows of a batch become requests."""
    query = update(StoredBatchRow).where(StoredBatchRow.batch_id == batch_id, StoredBatchRow.mistake.is_(None))
    if without_doubtful:
        query = query.where(StoredBatchRow.doubtful.is_(False))
    await session.execute(query.values(waiting=True), execution_options={"synchronize_session": False})


async def failed_count(session: AsyncSession, batch_id: int, failures: Collection[Failure]) -> int:
    """Count the rows of a batch that failed for one of these reasons."""
    query = select(func.count()).select_from(_failed(batch_id, failures).subquery())
    return await session.scalar(query) or 0


async def set_failed_waiting(session: AsyncSession, batch_id: int, failures: Collection[Failure]) -> int:
    """Let the rows that failed for one of these reasons become requests once more; return how many there are."""
    rows = (await session.scalars(_failed(batch_id, failures))).all()
    for row in rows:
        row.waiting = True
    return len(rows)


def _failed(batch_id: int, failures: Collection[Failure]) -> Select[StoredBatchRow]:
    return (
        select(StoredBatchRow)
        .join(Request, Request.id == StoredBatchRow.request_id)
        .where(
            StoredBatchRow.batch_id == batch_id,
            StoredBatchRow.waiting.is_(False),
            Request.state == State.FAILED,
            Request.failure.in_(failures),
        )
    )


async def drop_waiting(session: AsyncSession, batch_id: int) -> None:
    """Let no more rows of a batch become requests."""
    await session.execute(
        update(StoredBatchRow).where(StoredBatchRow.batch_id == batch_id, StoredBatchRow.waiting).values(waiting=False),
        execution_options={"synchronize_session": False},
    )


async def queued_of_login(session: AsyncSession, login: str) -> Sequence[Request]:
    """Return the rows of batches that are in a login's queue, oldest first."""
    return (
        await session.scalars(
            select(Request).where(Request.login == login, QUEUED, Request.yields).order_by(Request.id)
        )
    ).all()


async def row_of(session: AsyncSession, request_id: int) -> StoredBatchRow | None:
    """Return the row that became this request."""
    return (await session.scalars(select(StoredBatchRow).where(StoredBatchRow.request_id == request_id))).one_or_none()


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
        .where(Request.id.in_(of_rows), Request.delivered_at.is_(None), Request.state != State.UNKNOWN)
        .values(delivered_at=now),
        execution_options={"synchronize_session": False},
    )


async def forget_previews(session: AsyncSession, before: datetime, limit: int) -> int:
    """Drop some of the batches that nobody started, the oldest first, and return how many."""
    # Spelled out, as the partial index has it.
    words: list[ColumnElement[BatchState]] = [
        literal_column(f"'{state.value}'") for state in (BatchState.PREVIEWED, BatchState.DISCARDED)
    ]
    old = (
        await session.scalars(
            select(StoredBatch.id)
            .where(StoredBatch.state.in_(words), StoredBatch.created_at < before)
            .order_by(StoredBatch.created_at)
            .limit(limit)
        )
    ).all()
    await session.execute(delete(StoredBatchRow).where(StoredBatchRow.batch_id.in_(old)))
    await session.execute(delete(StoredBatch).where(StoredBatch.id.in_(old)))
    return len(old)


async def move_chat(session: AsyncSession, old: int, new: int) -> None:
    """Follow a group that became a supergroup, which knows no old messages."""
    await session.execute(
        update(StoredBatch)
        .where(StoredBatch.chat_id == old)
        .values(chat_id=new, thread_id=None, reply_to=None, message_id=None)
    )
