"""What chats and people set for themselves. Repository functions never commit."""

from collections.abc import Iterable

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import SubClient
from db.models import ChatSettings, LoginChoice, PersonSettings, Request


async def sub_client(session: AsyncSession, chat_id: int) -> SubClient | None:
    """Return the sub-client that `/act <num>` means in a chat."""
    row = await session.get(ChatSettings, chat_id)
    if row is None or (row.user_name is None and row.user_id is None):
        return None
    return SubClient(name=row.user_name, id=row.user_id)


async def set_sub_client(session: AsyncSession, chat_id: int, chosen: SubClient | None) -> None:
    if chosen is None:
        await session.execute(delete(ChatSettings).where(ChatSettings.chat_id == chat_id))
        return
    await session.merge(ChatSettings(chat_id=chat_id, user_name=chosen.name, user_id=chosen.id))


async def login(session: AsyncSession, chat_id: int, user_id: int) -> str | None:
    """Return the login that a person chose for a chat."""
    chosen = await session.get(LoginChoice, (chat_id, user_id))
    return None if chosen is None else chosen.login


async def choose_login(session: AsyncSession, chat_id: int, user_id: int, name: str) -> None:
    await session.merge(LoginChoice(chat_id=chat_id, user_id=user_id, login=name))


async def forget_logins(session: AsyncSession, user_id: int) -> None:
    """Forget which logins a person chose, in every chat."""
    await session.execute(delete(LoginChoice).where(LoginChoice.user_id == user_id))


async def of_person(session: AsyncSession, user_id: int) -> PersonSettings | None:
    return await session.get(PersonSettings, user_id)


async def of_people(session: AsyncSession, user_ids: Iterable[int]) -> dict[int, PersonSettings]:
    """Return the settings of those people who have any."""
    rows = await session.scalars(select(PersonSettings).where(PersonSettings.user_id.in_(list(user_ids))))
    return {row.user_id: row for row in rows}


async def ensure_person(session: AsyncSession, user_id: int) -> PersonSettings:
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


async def move_chat(session: AsyncSession, old: int, new: int) -> None:
    """Follow a group that became a supergroup."""
    chosen = await sub_client(session, old)
    if chosen is not None:
        await set_sub_client(session, old, None)
        await set_sub_client(session, new, chosen)
    for choice in (await session.scalars(select(LoginChoice).where(LoginChoice.chat_id == old))).all():
        await choose_login(session, new, choice.user_id, choice.login)
        await session.delete(choice)
