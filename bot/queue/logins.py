"""The logins and what waits for them: for `/logins`, `/queue` and `/resume`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain import ConfiguredLogins, Person
from bot.queue.changes import QueueChange, QueueChanges
from bot.queue.positions import QueuePosition, positions
from bot.runtime.clock import Clock
from db import audit, logins, requests
from db.audit import AuditAction
from db.engine import Database
from db.models import Login, Request


@dataclass(frozen=True, slots=True)
class LoginState:
    """A login with what waits for it."""

    login: Login
    waiting: tuple[QueuePosition, ...]

    @property
    def next_start(self) -> datetime | None:
        """The earliest start of the login's next request; None while it is paused."""
        return logins.start_of_next(self.login)


class Logins:
    """Shows the queue of each login, and starts paused ones again."""

    def __init__(self, database: Database, clock: Clock, changes: QueueChanges, configured: ConfiguredLogins) -> None:
        self._database = database
        self._clock = clock
        self._changes = changes
        self._configured = configured

    async def states(self) -> list[LoginState]:
        """Return every login of the settings with its queue."""
        async with self._database.read() as session:
            rows = [login for login in await logins.everyone(session) if login.login in self._configured]
            open_requests = await requests.open_of_logins(session, self._configured.names)
        return [LoginState(login, tuple(self._positions(login, open_requests))) for login in rows]

    async def waiting_in_chat(self, chat_id: int) -> list[QueuePosition]:
        """Return what waits or runs for a chat, in the order in which it will go out."""
        async with self._database.read() as session:
            names = await requests.open_logins_of_chat(session, chat_id)
            rows = [login for login in await logins.everyone(session) if login.login in names]
            open_requests = await requests.open_of_logins(session, names)
        return [
            position
            for login in rows
            for position in self._positions(login, open_requests)
            if position.request.chat_id == chat_id
        ]

    async def resume(self, name: str, admin: Person) -> bool:
        """Start a paused or resting login again; False if it did not rest or does not exist."""
        if name not in self._configured:
            return False
        async with self._database.write() as session:
            row = await logins.lock(session, name)
            if row.paused_at is None and row.hold is None:
                return False
            await logins.resume(session, row)
            audit.record(session, AuditAction.RESUME_LOGIN, now=self._clock.now(), actor=admin, detail=name)
        self._changes.announce(QueueChange(touched=frozenset({name})))
        return True

    def _positions(self, login: Login, open_requests: Iterable[Request]) -> list[QueuePosition]:
        own = [request for request in open_requests if request.login == login.login]
        return positions(login, own, pace=self._configured.pace, now=self._clock.now())
