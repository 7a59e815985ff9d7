"""A group that became a supergroup: everything that names it follows. Repository functions never commit."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db import allowlist, audit, batches, petitions, preferences, questions, repeats, requests, status_messages
from db.audit import AuditAction
from db.models import AllowedChat, MovedChat


async def move_chat(session: AsyncSession, old: int, new: int, now: datetime) -> bool:
    """Move the allowlist's entry, the settings and what waits; old messages are unknown in the new chat.

    Telegram says so more than once: return whether this was news. Of a group that was on no list nobody need be told.
    """
    is_news = await session.get(MovedChat, old) is None
    if is_news:
        listed = await session.get(AllowedChat, old) is not None
        session.add(MovedChat(old_id=old, new_id=new, admins_told_at=None if listed else now))
        audit.record(session, AuditAction.CHAT_MOVED, now=now, chat_id=new, detail=f"was {old}")
    await allowlist.move_chat(session, old, new)
    await preferences.move_chat(session, old, new)
    await petitions.follow_chat(session, old, new, now)
    await requests.move_chat(session, old, new)
    await batches.move_chat(session, old, new)
    await status_messages.forget_chat(session, old)
    await repeats.move_chat(session, old, new)
    await questions.close_of_chat(session, old, now)
    return is_news


async def untold(session: AsyncSession) -> Sequence[tuple[MovedChat, str]]:
    """Return the moves of which the admins have not heard, each with the group's name on the list."""
    rows = await session.execute(
        select(MovedChat, AllowedChat.name)
        .outerjoin(AllowedChat, AllowedChat.chat_id == MovedChat.new_id)
        .where(MovedChat.admins_told_at.is_(None))
        .order_by(MovedChat.old_id)
    )
    return [(move, name or "") for move, name in rows]
