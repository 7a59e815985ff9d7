"""A group that became a supergroup: everything that names it follows. Repository functions never commit."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from db import allowlist, audit, petitions, preferences, questions, requests
from db.audit import AuditAction


async def move_chat(session: AsyncSession, old: int, new: int, now: datetime) -> None:
    """Move the allowlist's entry, the settings and what waits; old messages are unknown in the new chat."""
    await allowlist.move_chat(session, old, new)
    await preferences.move_chat(session, old, new)
    await petitions.follow_chat(session, old, new, now)
    await requests.move_chat(session, old, new)
    await questions.close_of_chat(session, old, now)
    audit.record(session, AuditAction.CHAT_MOVED, now=now, chat_id=new, detail=f"was {old}")
