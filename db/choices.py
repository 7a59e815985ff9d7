"""Which of their logins people use where. Repository functions never commit."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import LoginChoice


async def login(session: AsyncSession, chat_id: int, user_id: int) -> str | None:
    """Return the login that a person chose for a chat."""
    chosen = await session.get(LoginChoice, (chat_id, user_id))
    return None if chosen is None else chosen.login


async def choose(session: AsyncSession, chat_id: int, user_id: int, name: str) -> None:
    await session.merge(LoginChoice(chat_id=chat_id, user_id=user_id, login=name))


async def forget_person(session: AsyncSession, user_id: int) -> None:
    await session.execute(delete(LoginChoice).where(LoginChoice.user_id == user_id))


async def move_chat(session: AsyncSession, old: int, new: int) -> None:
    """Follow a group that became a supergroup."""
    for choice in (await session.scalars(select(LoginChoice).where(LoginChoice.chat_id == old))).all():
        await choose(session, new, choice.user_id, choice.login)
        await session.delete(choice)
