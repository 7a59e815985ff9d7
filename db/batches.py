"""Batches. Repository functions never commit."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, literal_column, select, union, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import BatchPause, BatchState
from db.batch_rows import UNSENT_PDF
from db.engine import bot_of
from db.models import QUEUED, Request, StoredBatch, StoredBatchRow

_ACTIVE = (StoredBatch.started_at.is_not(None), StoredBatch.finished_at.is_(None))


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


async def with_key(session: AsyncSession, login: str, key: str, *, but: int = 0) -> StoredBatch | None:
    """Find a batch of a login that asked for the same and was started: one under way, else the latest.

    The batch with the id `but` does not count.
    """
    return (
        await session.scalars(
            select(StoredBatch)
            .where(
                StoredBatch.login == login,
                StoredBatch.key == key,
                StoredBatch.started_at.is_not(None),
                StoredBatch.id != but,
            )
            .order_by(StoredBatch.finished_at.is_not(None), StoredBatch.id.desc())
            .limit(1)
        )
    ).one_or_none()


async def active(session: AsyncSession, logins: Collection[str] | None = None) -> Sequence[StoredBatch]:
    """Return the batches that were started and have not ended, of some logins or of all, oldest first."""
    query = select(StoredBatch).where(*_ACTIVE)
    if logins is not None:
        query = query.where(StoredBatch.login.in_(logins))
    return (await session.scalars(query.order_by(StoredBatch.login, StoredBatch.id))).all()


async def active_of_chat(session: AsyncSession, chat_id: int) -> Sequence[StoredBatch]:
    """Return a chat's batches that were started and have not ended, oldest first."""
    query = select(StoredBatch).where(*_ACTIVE, StoredBatch.chat_id == chat_id)
    return (await session.scalars(query.order_by(StoredBatch.id))).all()


async def to_deliver(session: AsyncSession) -> Sequence[int]:
    """Return the ids of the batches with a result, or a PDF to be sent as it comes, that Telegram does not have yet."""
    ended = select(StoredBatch.id).where(StoredBatch.finished_at.is_not(None), StoredBatch.delivered_at.is_(None))
    pdf = exists().where(Request.batch_id == StoredBatch.id, *UNSENT_PDF)
    coming = select(StoredBatch.id).where(*_ACTIVE, StoredBatch.each_pdf, pdf)
    return sorted(await session.scalars(union(ended, coming)))


async def undeliverable_untold(session: AsyncSession) -> Sequence[StoredBatch]:
    """Return the batches whose result did not get where it was to go, of which the admins have not heard."""
    return (
        await session.scalars(
            select(StoredBatch)
            .where(
                StoredBatch.delivered_at.is_not(None),
                StoredBatch.undeliverable.is_not(None),
                StoredBatch.admins_told_at.is_(None),
            )
            .order_by(StoredBatch.id)
        )
    ).all()


async def of_chat(
    session: AsyncSession, chat_id: int, logins: Collection[str] | None, limit: int
) -> Sequence[StoredBatch]:
    """Return a chat's latest batches that were started, of some logins or of all, the newest first."""
    query = select(StoredBatch).where(StoredBatch.chat_id == chat_id, StoredBatch.started_at.is_not(None))
    if logins is not None:
        query = query.where(StoredBatch.login.in_(logins))
    return (await session.scalars(query.order_by(StoredBatch.id.desc()).limit(limit))).all()


async def queued_of_login(session: AsyncSession, login: str) -> Sequence[Request]:
    """Return the rows of batches that are in a login's queue, oldest first."""
    return (
        await session.scalars(
            select(Request).where(Request.login == login, QUEUED, Request.yields).order_by(Request.id)
        )
    ).all()


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


async def pause_restored(session: AsyncSession) -> None:
    """Let no row of a restored batch go out before somebody says so: it may have gone out since the backup was made."""
    await session.execute(
        update(StoredBatch)
        .where(*_ACTIVE, StoredBatch.state == BatchState.RUNNING)
        .values(state=BatchState.PAUSED, pause=BatchPause.RESTORED, pause_told_at=None)
    )


async def move_chat(session: AsyncSession, old: int, new: int) -> None:
    """Follow a group that became a supergroup, which knows no old messages."""
    await session.execute(
        update(StoredBatch)
        .where(StoredBatch.chat_id == old)
        .values(chat_id=new, thread_id=None, reply_to=None, message_id=None)
    )
