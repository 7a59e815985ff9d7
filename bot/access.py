"""Who may use the bot, where, and with which login. Default deny; the rule itself is pure."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Role
from db import allowlist
from db.models import AllowedChat, AllowedPerson


class Admission(StrEnum):
    """What the allowlist says of a person in a chat."""

    ALLOWED = "allowed"
    STRANGER = "stranger"
    """The chat is fine (or is the person's own), the person is not on the list."""
    CLOSED_CHAT = "closed_chat"
    """The group is not on the list: the bot keeps silent there."""


@dataclass(frozen=True, slots=True)
class Access:
    """The allowlist's answer: may they, as what, and which login their requests use (None: the default one)."""

    admission: Admission
    role: Role | None = None
    login: str | None = None

    @property
    def is_admin(self) -> bool:
        return self.admission is Admission.ALLOWED and self.role is Role.ADMIN


def decide(*, private: bool, person: AllowedPerson | None, chat: AllowedChat | None, always_admin: bool) -> Access:
    """Apply the rule: in private the person must be on the list, in a group the group *and* the person.

    A group's own login goes before the person's: the group's documents are one company's.
    """
    if not private and chat is None:
        return Access(Admission.CLOSED_CHAT)
    if person is None and not always_admin:
        return Access(Admission.STRANGER)
    role = Role.ADMIN if always_admin or person is None else person.role
    login = (chat.login if chat else None) or (next(iter(person.logins), None) if person else None)
    return Access(Admission.ALLOWED, role, login)


class Doorkeeper:
    """Asks the allowlist. Read anew each time: a change on the command line takes effect with the next command."""

    def __init__(self, admin_ids: frozenset[int]) -> None:
        self._admin_ids = admin_ids

    async def check(self, session: AsyncSession, user_id: int, chat_id: int) -> Access:
        """Say what a person may do in a chat; private chats have the person's own id."""
        private = chat_id == user_id
        return decide(
            private=private,
            person=await allowlist.person(session, user_id),
            chat=None if private else await allowlist.chat(session, chat_id),
            always_admin=user_id in self._admin_ids,
        )

    async def may_receive(self, session: AsyncSession, user_id: int, chat_id: int) -> bool:
        """Say whether a person's document may still be shown in a chat."""
        return (await self.check(session, user_id, chat_id)).admission is Admission.ALLOWED

    async def is_listed(self, session: AsyncSession, chat_id: int) -> bool:
        """Say whether a group is on the list, whoever writes there."""
        return await allowlist.chat(session, chat_id) is not None

    async def admins(self, session: AsyncSession) -> list[int]:
        """Return the ids of all admins, those of the settings first."""
        return list(dict.fromkeys([*sorted(self._admin_ids), *await allowlist.admins(session)]))
