"""After a backup was restored: nothing is done once more that was done since it was made."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Kind, State
from db import audit, batches, menus, repeats
from db.audit import AuditAction
from db.models import OPEN, InboxUpdate, Request


async def settle(session: AsyncSession, now: datetime) -> None:
    """Have people decide about creates that wait in the backup, and count its updates as handled: both may be old.

    The file does not know what happened after it was written: batches wait, and repeats ask anew. Reads that wait may
    be repeated. Menus are set anew.
    """
    await session.execute(
        update(Request)
        .where(
            Request.kind == Kind.CREATE_INVOICE,
            OPEN,
            Request.invoice_number.is_(None),
        )
        .values(state=State.UNKNOWN, finished_at=now)
    )
    await session.execute(update(InboxUpdate).where(InboxUpdate.done_at.is_(None)).values(done_at=now, payload=None))
    await menus.forget_all(session)
    await batches.pause_restored(session)
    await repeats.ask_anew(session)
    audit.record(session, AuditAction.RESTORED, now=now)
