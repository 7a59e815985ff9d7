"""Which of several logins a person uses in a chat."""

from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

from bot.access.policy import Standing, login_for, standing_of
from bot.domain import Person
from bot.runtime.clock import Clock
from db import allowlist, audit, preferences
from db.audit import AuditAction
from db.engine import Database


@dataclass(frozen=True, slots=True)
class LoginOptions:
    """What a person can choose from in a chat; `now` is the login in use, None for the default one."""

    of_chat: str | None
    logins: tuple[str, ...]
    now: str | None

    @property
    def can_choose(self) -> bool:
        return self.of_chat is None and len(self.logins) > 1


class LoginChoices:
    """Keeps the choices; one that names a login taken away since counts for nothing."""

    def __init__(self, database: Database, clock: Clock, admin_ids: frozenset[int]) -> None:
        self._database = database
        self._clock = clock
        self._admin_ids = admin_ids

    async def options(self, person: Person, chat_id: int) -> LoginOptions:
        """Return what a person can choose from in a chat."""
        async with self._database.read() as session:
            chat = None if chat_id == person.id else await allowlist.chat(session, chat_id)
            entry = await allowlist.person(session, person.id)
            chosen = await preferences.login(session, chat_id, person.id)
        standing = standing_of(entry, self._clock.now(), always_admin=person.id in self._admin_ids)
        own = tuple(entry.logins) if entry is not None and standing is not Standing.EXPIRED else ()
        of_chat = chat.login if chat is not None else None
        return LoginOptions(of_chat, own, login_for(of_chat, chosen, own))

    async def choose(self, person: Person, chat_id: int, login: str) -> None:
        """Use a login from now on; the same choice once more changes nothing."""
        async with self._database.write() as session:
            if await preferences.login(session, chat_id, person.id) == login:
                return
            await preferences.choose_login(session, chat_id, person.id, login)
            audit.record(
                session, AuditAction.CHOOSE_LOGIN, now=self._clock.now(), actor=person, chat_id=chat_id, detail=login
            )


DEFAULT_LOGIN = 0


def key_of(login: str) -> int:
    """Return the number that names a login in a button's data."""
    return crc32(login.encode()) or 1


def login_of(key: int, logins: Iterable[str]) -> str | None:
    """Return the login with this number; None if the settings have it no more."""
    return next((login for login in logins if key_of(login) == key), None)
