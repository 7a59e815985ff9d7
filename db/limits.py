"""Counting what waits, as far as a limit needs it. Repository functions never commit."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import State
from db.models import Request
from db.types import inline


async def waiting_of_person(session: AsyncSession, person_id: int, most: int) -> int:
    """Count the waiting requests of a person, up to `most`."""
    return await _count(session, Request.requester_id == person_id, most)


async def waiting_in_chat(session: AsyncSession, chat_id: int, most: int) -> int:
    """Count the waiting requests of a chat, up to `most`."""
    return await _count(session, Request.chat_id == chat_id, most)


async def _count(session: AsyncSession, whose: ColumnElement[bool], most: int) -> int:
    waiting = select(Request.id).where(whose, inline(Request.state, State.QUEUED)).limit(most).subquery()
    return await session.scalar(select(func.count()).select_from(waiting)) or 0
