"""Asks the allowlist what a person may do in a chat, as it stands now."""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.policy import Access, Action, Place, is_over, login_options, place_of, standing_of
from bot.domain import ConfiguredLogins, Denial
from bot.runtime.clock import Clock
from db import allowlist
from db.allowlist import Known
from db.engine import Database
from db.models import PersonSettings


@dataclass(frozen=True, slots=True)
class Recognised:
    """Somebody who has just said something."""

    access: Access
    settings: PersonSettings | None
    is_asked: bool
    """Whether a question to them is open in that chat."""


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
        return self._access(user_id, chat_id, await allowlist.known(session, user_id, chat_id))

    async def check_now(self, user_id: int, chat_id: int) -> Access:
        """The same as `check`, read by itself."""
        async with self._database.read() as session:
            return await self.check(session, user_id, chat_id)

    async def recognise_now(self, user_id: int, chat_id: int) -> Recognised:
        """The same for somebody who has just said something; with what else is to be known of them at that moment."""
        async with self._database.read() as session:
            speaker = await allowlist.speaker(session, user_id, chat_id)
        return Recognised(self._access(user_id, chat_id, speaker), speaker.settings, speaker.is_asked)

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

    def _access(self, user_id: int, chat_id: int, known: Known) -> Access:
        now = self._clock.now()
        standing = standing_of(known.person, now, always_admin=user_id in self.admin_ids)
        of_chat = known.chat.login if known.chat else None
        logins = login_options(standing, known.person, known.chosen_login, of_chat, self._configured)
        return Access(standing, place_of(known.chat, now, private=chat_id == user_id), logins)
