"""Asks the allowlist what a person may do in a chat, as it stands now."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.policy import Access, Action, Place, is_over, login_options, place_of, standing_of
from bot.domain import ConfiguredLogins, Denial
from bot.runtime.clock import Clock
from db import allowlist, preferences
from db.engine import Database
from db.models import PersonSettings


class Authorization:
    """Asks the allowlist. Read anew each time: a change on the command line takes effect with the next command.

    The questions that end in `_now` open a read of their own; the others belong to the caller's transaction.
    """

    def __init__(
        self, database: Database, clock: Clock, admin_ids: frozenset[int], configured: ConfiguredLogins
    ) -> None:
        self._database = database
        self.admin_ids = admin_ids
        """Admins configured in ADMIN_IDS."""
        self._clock = clock
        self._configured = configured

    async def check(self, session: AsyncSession, user_id: int, chat_id: int) -> Access:
        """Say what a person is in a chat; private chats have the person's own id."""
        private, now = chat_id == user_id, self._clock.now()
        person = await allowlist.person(session, user_id)
        chat = None if private else await allowlist.chat(session, chat_id)
        standing = standing_of(person, now, always_admin=user_id in self.admin_ids)
        may_choose = person is not None and len(person.logins) > 1
        chosen = await preferences.login(session, chat_id, user_id) if may_choose else None
        logins = login_options(standing, person, chosen, chat.login if chat else None, self._configured)
        return Access(standing, place_of(chat, now, private=private), logins)

    async def check_now(self, user_id: int, chat_id: int) -> Access:
        """The same as `check`, read by itself."""
        async with self._database.read() as session:
            return await self.check(session, user_id, chat_id)

    async def recognise_now(self, user_id: int, chat_id: int) -> tuple[Access, PersonSettings | None]:
        """The same for somebody who has just said something; with what they set for themselves, read at that moment."""
        async with self._database.read() as session:
            return await self.check(session, user_id, chat_id), await preferences.of_person(session, user_id)

    async def denial(
        self, session: AsyncSession, user_id: int, chat_id: int, login: str, action: Action = Action.USE
    ) -> Denial | None:
        """Say why a person may not do something about a request of this chat and this login; None: they may.

        Asked when a request is made, when a button of it is pressed, before it is sent to SMS Center, and before its
        outcome or a copy of it is shown: each time as the allowlist stands then.
        """
        if action is Action.USE and login not in self._configured:
            return Denial.LOGIN_REMOVED
        if chat_id > 0 and chat_id != user_id:
            return await self._denial_for_owner(session, user_id, chat_id, login, action)
        access = await self.check(session, user_id, chat_id)
        if access.place is Place.CLOSED and await self.was_removed(session, chat_id):
            # What was asked for in a group that removed the bot goes on, and is shown in private.
            access = replace(access, place=Place.PRIVATE)
        return access.denial(action, login)

    async def may(
        self, session: AsyncSession, user_id: int, chat_id: int, login: str, action: Action = Action.USE
    ) -> bool:
        """Say whether a person may do something about a request of this chat and this login."""
        return await self.denial(session, user_id, chat_id, login, action) is None

    async def _denial_for_owner(
        self, session: AsyncSession, user_id: int, owner_id: int, login: str, action: Action
    ) -> Denial | None:
        """Judge who acts in somebody else's private chat: an admin may, for its owner, where the owner may too."""
        alone = await self.check(session, user_id, user_id)
        if not alone.is_admin:
            return Denial.NOT_LISTED
        return alone.denial(action, login) or await self.denial(session, owner_id, owner_id, login, action)

    async def is_listed_now(self, chat_id: int) -> bool:
        """Say whether a group may use the bot, whoever writes there."""
        async with self._database.read() as session:
            chat = await allowlist.chat(session, chat_id)
        return place_of(chat, self._clock.now(), private=False) is not Place.CLOSED

    async def was_removed(self, session: AsyncSession, chat_id: int) -> bool:
        """Say whether the bot is no longer in a group that is on the list."""
        if chat_id > 0:
            return False
        chat = await allowlist.chat(session, chat_id)
        return chat is not None and chat.left_at is not None and not is_over(chat, self._clock.now())

    async def admins(self, session: AsyncSession) -> list[int]:
        """Return the ids of all who are admins now, those of the settings first."""
        now = self._clock.now()
        listed = [admin.user_id for admin in await allowlist.admins(session) if not is_over(admin, now)]
        return list(dict.fromkeys([*sorted(self.admin_ids), *listed]))
