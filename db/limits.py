"""Counting what waits, as far as a limit needs it. Repository functions never commit."""

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import QUEUED, Request


async def waiting_of_person(session: AsyncSession, person_id: int, most: int) -> int:
    """Count the waiting requests of a person, up to `most`."""
    return await _count(session, and_(Request.requester_id == person_id, Request.delivered_at.is_(None)), most)


async def waiting_in_chat(session: AsyncSession, chat_id: int, most: int) -> int:
    """Count the waiting requests of a chat, up to `most`."""
    return await _count(session, Request.chat_id == chat_id, most)


async def _count(session: AsyncSession, whose: ColumnElement[bool], most: int) -> int:
    waiting = select(Request.id).where(whose, QUEUED).limit(most).subquery()
    return await session.scalar(select(func.count()).select_from(waiting)) or 0
