"""How people are spoken to. Repository functions never commit."""

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import PersonSettings, Request


async def settings(session: AsyncSession, user_id: int) -> PersonSettings | None:
    return await session.get(PersonSettings, user_id)


async def settings_of(session: AsyncSession, user_ids: Iterable[int]) -> dict[int, PersonSettings]:
    rows = await session.scalars(select(PersonSettings).where(PersonSettings.user_id.in_(list(user_ids))))
    return {row.user_id: row for row in rows}


async def ensure_settings(session: AsyncSession, user_id: int) -> PersonSettings:
    """Return a person's settings, made now if there were none."""
    row = await session.get(PersonSettings, user_id)
    if row is None:
        row = PersonSettings(user_id=user_id, language=None, telegram_language=None)
        session.add(row)
    return row


async def speak_of_requests(session: AsyncSession, user_id: int, language: str) -> None:
    """Have the outcomes that a person still waits for told in another language."""
    await session.execute(
        update(Request).where(Request.requester_id == user_id, Request.delivered_at.is_(None)).values(language=language)
    )
