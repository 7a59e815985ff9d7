"""What a chat has set for itself. Repository functions never commit."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import SubClient
from db.models import ChatSettings


async def sub_client(session: AsyncSession, chat_id: int) -> SubClient | None:
    """Return the sub-client that `/act <num>` means in this chat."""
    row = (await session.scalars(select(ChatSettings).where(ChatSettings.chat_id == chat_id))).one_or_none()
    if row is None or (row.user_name is None and row.user_id is None):
        return None
    return SubClient(name=row.user_name, id=row.user_id)


async def set_sub_client(session: AsyncSession, chat_id: int, chosen: SubClient | None) -> None:
    if chosen is None:
        await session.execute(delete(ChatSettings).where(ChatSettings.chat_id == chat_id))
        return
    await session.merge(ChatSettings(chat_id=chat_id, user_name=chosen.name, user_id=chosen.id))


async def move_chat(session: AsyncSession, old: int, new: int) -> None:
    """Follow a group that became a supergroup."""
    chosen = await sub_client(session, old)
    if chosen is not None:
        await set_sub_client(session, old, None)
        await set_sub_client(session, new, chosen)
