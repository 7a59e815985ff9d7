"""The audit: who did what, and when. Repository functions never commit."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Person
from db.models import AuditEntry


def record(
    session: AsyncSession,
    action: str,
    *,
    now: datetime,
    actor: Person | None = None,
    chat_id: int | None = None,
    request_id: int | None = None,
    detail: str = "",
) -> None:
    """Add an entry to the running transaction: what is not committed did not happen. No actor: the command line."""
    session.add(
        AuditEntry(
            at=now,
            actor_id=actor.id if actor else None,
            actor_name=actor.name if actor else "",
            action=action,
            chat_id=chat_id,
            request_id=request_id,
            detail=detail,
        )
    )
