"""The inbox: updates that Telegram handed over and that are not handled yet. Repository functions never commit."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import InboxUpdate


async def keep(session: AsyncSession, update_id: int, payload: str, now: datetime) -> bool:
    """Store an update; False if it is handled already: Telegram delivers again what it thinks lost."""
    fingerprint = hashlib.sha256(payload.encode()).hexdigest()
    known = await session.get(InboxUpdate, update_id)
    if known is not None and known.fingerprint == fingerprint:
        return known.done_at is None
    await session.merge(
        InboxUpdate(
            update_id=update_id, payload=payload, fingerprint=fingerprint, received_at=now, tries=0, done_at=None
        )
    )
    return True


async def begin(session: AsyncSession) -> Sequence[InboxUpdate]:
    """Return what is left to handle, in Telegram's order, and count the try: an update may kill the process."""
    left = (
        await session.scalars(select(InboxUpdate).where(InboxUpdate.done_at.is_(None)).order_by(InboxUpdate.update_id))
    ).all()
    for row in left:
        row.tries += 1
    return left


async def end(session: AsyncSession, update_id: int, now: datetime) -> None:
    """Forget an update's content, keep its id."""
    await session.execute(
        update(InboxUpdate).where(InboxUpdate.update_id == update_id).values(done_at=now, payload=None)
    )


async def forget(session: AsyncSession, before: datetime, limit: int) -> int:
    """Drop some ids of updates handled before a time, and return how many; Telegram keeps an update for 24 hours."""
    old = select(InboxUpdate.update_id).where(InboxUpdate.done_at < before).order_by(InboxUpdate.done_at).limit(limit)
    dropped = await session.execute(
        delete(InboxUpdate).where(InboxUpdate.update_id.in_(old)).returning(InboxUpdate.update_id),
        execution_options={"synchronize_session": False},
    )
    return len(dropped.all())
