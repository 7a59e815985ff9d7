"""The allowlist: people and group chats that may use the bot. Repository functions never commit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, and_, bindparam, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Role
from db.models import AllowedChat, AllowedPerson, LoginChoice, MovedChat, PersonSettings, Question

_ASKED = select(
    bindparam("user_id", type_=BigInteger).label("user_id"), bindparam("chat_id", type_=BigInteger).label("chat_id")
).subquery("asked")
_KNOWN = (
    select(AllowedPerson, AllowedChat, LoginChoice.login)
    .select_from(_ASKED)
    .outerjoin(AllowedPerson, AllowedPerson.user_id == _ASKED.c.user_id)
    .outerjoin(MovedChat, MovedChat.old_id == _ASKED.c.chat_id)
    .outerjoin(AllowedChat, AllowedChat.chat_id == func.coalesce(MovedChat.new_id, _ASKED.c.chat_id))
    .outerjoin(LoginChoice, and_(LoginChoice.chat_id == _ASKED.c.chat_id, LoginChoice.user_id == _ASKED.c.user_id))
)
_IS_ASKED = exists().where(
    Question.chat_id == _ASKED.c.chat_id, Question.asker_id == _ASKED.c.user_id, Question.answered_at.is_(None)
)
_SPEAKER = _KNOWN.outerjoin(PersonSettings, PersonSettings.user_id == _ASKED.c.user_id).add_columns(
    PersonSettings, _IS_ASKED.correlate(_ASKED)
)

_CHAT_ID = bindparam("chat_id", type_=BigInteger)
_ID_NOW = select(MovedChat.new_id).where(MovedChat.old_id == _CHAT_ID).scalar_subquery()
_CHAT = select(AllowedChat).where(AllowedChat.chat_id == func.coalesce(_ID_NOW, _CHAT_ID))


@dataclass(frozen=True, slots=True)
class Known:
    """What the tables say about a person in a chat."""

    person: AllowedPerson | None
    chat: AllowedChat | None
    chosen_login: str | None


@dataclass(frozen=True, slots=True)
class Speaker(Known):
    """The same of somebody who says something there."""

    settings: PersonSettings | None
    is_asked: bool
    """Whether a question to them is open there."""


async def known(session: AsyncSession, user_id: int, chat_id: int) -> Known:
    """Return what is known of a person in a chat; a group may be named by its id before it became a supergroup."""
    return Known(*(await session.execute(_KNOWN, {"user_id": user_id, "chat_id": chat_id})).one())


async def speaker(session: AsyncSession, user_id: int, chat_id: int) -> Speaker:
    """Return what is known of somebody who says something in a chat."""
    return Speaker(*(await session.execute(_SPEAKER, {"user_id": user_id, "chat_id": chat_id})).one())


async def person(session: AsyncSession, user_id: int) -> AllowedPerson | None:
    return await session.get(AllowedPerson, user_id)


async def chat(session: AsyncSession, chat_id: int) -> AllowedChat | None:
    """Return a group's entry, also by the id that it had before it became a supergroup."""
    return (await session.scalars(_CHAT, {"chat_id": chat_id})).one_or_none()


async def id_now(session: AsyncSession, chat_id: int) -> int:
    """Return the id that a group has now, by it or by the one that it had before it became a supergroup."""
    moved = await session.get(MovedChat, chat_id)
    return chat_id if moved is None else moved.new_id


async def people_among(session: AsyncSession, ids: Collection[int]) -> dict[int, AllowedPerson]:
    """Return the entries of some people, by their ids."""
    found = await session.scalars(select(AllowedPerson).where(AllowedPerson.user_id.in_(ids)))
    return {entry.user_id: entry for entry in found}


async def chats_among(session: AsyncSession, ids: Collection[int]) -> dict[int, AllowedChat]:
    """Return the entries of some groups, by the ids that they were asked for with: old ones may be among them."""
    moves = await session.execute(select(MovedChat.old_id, MovedChat.new_id).where(MovedChat.old_id.in_(ids)))
    current = {id_: id_ for id_ in ids} | dict(moves.all())
    found = await session.scalars(select(AllowedChat).where(AllowedChat.chat_id.in_(set(current.values()))))
    entries = {entry.chat_id: entry for entry in found}
    return {id_: entries[new] for id_, new in current.items() if new in entries}


async def people(session: AsyncSession) -> Sequence[AllowedPerson]:
    return (await session.scalars(select(AllowedPerson).order_by(AllowedPerson.added_at))).all()


async def chats(session: AsyncSession) -> Sequence[AllowedChat]:
    return (await session.scalars(select(AllowedChat).order_by(AllowedChat.added_at))).all()


async def admins(session: AsyncSession, *, to_change: bool = False) -> Sequence[AllowedPerson]:
    """Return the admins on the list, also those whose time is over; `to_change` holds up other transactions that do."""
    query = select(AllowedPerson).where(AllowedPerson.role == Role.ADMIN).order_by(AllowedPerson.user_id)
    return (await session.scalars(query.with_for_update() if to_change else query)).all()


async def put(session: AsyncSession, entry: AllowedPerson | AllowedChat) -> None:
    """Add an entry, or replace the one with its id."""
    await session.merge(entry)


async def remove_person(session: AsyncSession, user_id: int) -> bool:
    return await _remove(session, await person(session, user_id))


async def remove_chat(session: AsyncSession, chat_id: int) -> bool:
    return await _remove(session, await chat(session, chat_id))


async def _remove(session: AsyncSession, entry: AllowedPerson | AllowedChat | None) -> bool:
    if entry is None:
        return False
    await session.delete(entry)
    return True


async def move_chat(session: AsyncSession, old: int, new: int) -> None:
    """Follow a group that became a supergroup: the whole entry moves. Telegram says so more than once."""
    entry = await session.get(AllowedChat, old)
    if entry is None:
        return
    await session.execute(delete(AllowedChat).where(AllowedChat.chat_id == new))
    entry.chat_id = new
