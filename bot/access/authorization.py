"""Asks the allowlist what a person may do in a chat, as it stands now."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.policy import Access, Action, Place, Standing, is_over, login_for, place_of, standing_of
from bot.runtime.clock import Clock
from db import allowlist, preferences
from db.engine import Database


class Authorization:
    """Asks the allowlist. Read anew each time: a change on the command line takes effect with the next command.

    The questions that end in `_now` open a read of their own; the others belong to the caller's transaction.
    """

    def __init__(self, database: Database, clock: Clock, admin_ids: frozenset[int]) -> None:
        self._database = database
        self.admin_ids = admin_ids
        """Who is always an admin, by the settings."""
        self._clock = clock

    async def check(self, session: AsyncSession, user_id: int, chat_id: int) -> Access:
        """Say what a person is in a chat; private chats have the person's own id."""
        private, now = chat_id == user_id, self._clock.now()
        person = await allowlist.person(session, user_id)
        chat = None if private else await allowlist.chat(session, chat_id)
        standing = standing_of(person, now, always_admin=user_id in self.admin_ids)
        own = person.logins if person is not None and standing not in {Standing.STRANGER, Standing.EXPIRED} else ()
        chosen = await preferences.login(session, chat_id, user_id) if len(own) > 1 else None
        login = login_for(chat.login if chat else None, chosen, own)
        return Access(standing, place_of(chat, now, private=private), login)

    async def check_now(self, user_id: int, chat_id: int) -> Access:
        """The same as `check`, read by itself."""
        async with self._database.read() as session:
            return await self.check(session, user_id, chat_id)

    async def may_receive(self, session: AsyncSession, user_id: int, chat_id: int) -> bool:
        """Say whether a person's document may still be shown in a chat."""
        return (await self.check(session, user_id, chat_id)).may(Action.RECEIVE)

    async def is_listed_now(self, chat_id: int) -> bool:
        """Say whether a group may use the bot, whoever writes there."""
        async with self._database.read() as session:
            chat = await allowlist.chat(session, chat_id)
        return place_of(chat, self._clock.now(), private=False) is not Place.CLOSED

    async def was_removed(self, session: AsyncSession, chat_id: int) -> bool:
        """Say whether the bot is no longer in a group that is on the list."""
        chat = await allowlist.chat(session, chat_id)
        return chat is not None and chat.left_at is not None

    async def admins(self, session: AsyncSession) -> list[int]:
        """Return the ids of all who are admins now, those of the settings first."""
        now = self._clock.now()
        listed = [admin.user_id for admin in await allowlist.admins(session) if not is_over(admin, now)]
        return list(dict.fromkeys([*sorted(self.admin_ids), *listed]))
