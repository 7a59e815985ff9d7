"""Which of several logins a person uses in a chat."""

from collections.abc import Iterable
from zlib import crc32

from bot.domain import Person
from bot.runtime.clock import Clock
from db import audit, preferences
from db.audit import AuditAction
from db.engine import Database


class LoginChoices:
    """Keeps the choices; one that names a login taken away since counts for nothing."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

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
