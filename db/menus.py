"""Menus that are set with Telegram, and whose differ from what they should be. Repository functions never commit.

They speak of the bot that works on the database.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, case, delete, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import bot_of
from db.models import AllowedPerson, PersonSettings, ShownMenu

ALL_OTHERS = ""
"""Stands for all languages that have no menu of their own."""
IN_CHAT = "chat"
"""The scope of a menu that one chat has."""


async def shown(session: AsyncSession, chat_ids: Collection[int]) -> dict[tuple[str, int], dict[str, str]]:
    """Return the digests of what is set in some chats, by scope and chat, then by language."""
    rows = await session.scalars(
        select(ShownMenu).where(ShownMenu.bot_id == bot_of(session), ShownMenu.chat_id.in_(chat_ids))
    )
    found: dict[tuple[str, int], dict[str, str]] = {}
    for row in rows:
        found.setdefault((row.scope, row.chat_id), {})[row.language] = row.digest
    return found


async def note(session: AsyncSession, scope: str, chat_id: int, language: str, digest: str | None) -> None:
    """Note what is set; None: nothing is any more."""
    key = {"bot_id": bot_of(session), "scope": scope, "chat_id": chat_id, "language": language}
    if digest is None:
        await session.execute(delete(ShownMenu).filter_by(**key))
    else:
        await session.merge(ShownMenu(**key, digest=digest))


async def forget_all(session: AsyncSession) -> None:
    """Forget what is set, so that it is set anew."""
    await session.execute(delete(ShownMenu))


async def differing(
    session: AsyncSession, digests: Mapping[str, str], *, but: Collection[int], after: int, limit: int
) -> Sequence[int]:
    """Return people whose menu is not what it should be, by id from the one after `after` on, admins (`but`) left out.

    Who is on the list and chose a language is to have one menu, of that language: `digests` says which. No other has
    any.
    """
    chosen = select(PersonSettings.language).where(PersonSettings.user_id == AllowedPerson.user_id).scalar_subquery()
    is_set = and_(*_of_person(session), ShownMenu.language == ALL_OTHERS)
    right = case(digests, value=chosen, else_=None)
    to_set = (
        select(AllowedPerson.user_id.label("id"))
        .outerjoin(ShownMenu, is_set)
        .where(
            AllowedPerson.user_id > after,
            AllowedPerson.user_id.not_in(but),
            right.is_not(None),
            or_(ShownMenu.digest.is_(None), ShownMenu.digest != right),
        )
    )
    to_take_away = (
        select(ShownMenu.chat_id)
        .outerjoin(AllowedPerson, AllowedPerson.user_id == ShownMenu.chat_id)
        .where(
            ShownMenu.bot_id == bot_of(session),
            ShownMenu.scope == IN_CHAT,
            ShownMenu.chat_id > after,
            ShownMenu.chat_id.not_in(but),
            or_(AllowedPerson.user_id.is_(None), chosen.is_(None), ShownMenu.language != ALL_OTHERS),
        )
    )
    found = union(to_set, to_take_away).subquery()
    return (await session.scalars(select(found.c.id).order_by(found.c.id).limit(limit))).all()


async def chosen_languages(session: AsyncSession, user_ids: Collection[int]) -> dict[int, str]:
    """Return which languages those of some people chose who are on the list."""
    rows = await session.execute(
        select(AllowedPerson.user_id, PersonSettings.language)
        .join(PersonSettings, PersonSettings.user_id == AllowedPerson.user_id)
        .where(AllowedPerson.user_id.in_(user_ids), PersonSettings.language.is_not(None))
    )
    return {user_id: language for user_id, language in rows if language is not None}


def _of_person(session: AsyncSession) -> tuple[ColumnElement[bool], ...]:
    return (
        ShownMenu.bot_id == bot_of(session),
        ShownMenu.scope == IN_CHAT,
        ShownMenu.chat_id == AllowedPerson.user_id,
    )
