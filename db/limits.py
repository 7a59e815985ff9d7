"""Counting what waits, as far as a limit needs it. Repository functions never commit."""

from sqlalchemy import ColumnElement, ScalarSelect, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import QUEUED, Request


def _counted(whose: ColumnElement[bool], most: str) -> ScalarSelect[int]:
    waiting = select(Request.id).where(whose, QUEUED).limit(bindparam(most)).subquery()
    return select(func.count()).select_from(waiting).scalar_subquery()


_WAITING = select(
    _counted(and_(Request.requester_id == bindparam("person_id"), Request.delivered_at.is_(None)), "most_of_person"),
    _counted(Request.chat_id == bindparam("chat_id"), "most_of_chat"),
)


async def waiting(
    session: AsyncSession, person_id: int, chat_id: int, *, most_of_person: int, most_of_chat: int
) -> tuple[int, int]:
    """Count the waiting requests of a person and of a chat, each up to a number."""
    asked = {
        "person_id": person_id,
        "chat_id": chat_id,
        "most_of_person": most_of_person,
        "most_of_chat": most_of_chat,
    }
    of_person, of_chat = (await session.execute(_WAITING, asked)).one()
    return of_person, of_chat
