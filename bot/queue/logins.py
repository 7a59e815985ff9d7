"""The logins and what waits for them: for `/logins`, `/queue` and `/resume`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain import ConfiguredLogins, Person
from bot.queue.changes import QueueChange, QueueChanges
from bot.queue.positions import QueuePosition, position_of
from bot.runtime.clock import Clock
from bot.runtime.signals import Signal
from db import audit, logins, queue
from db.audit import AuditAction
from db.engine import Database
from db.models import Login

LOGINS_A_PAGE = 10
PAGE = 8
"""Requests on one page of a queue: each has a button or two."""


@dataclass(frozen=True, slots=True)
class LoginState:
    """A login with what waits for it."""

    login: Login
    waiting: int
    """How many requests wait; the one that runs is not counted."""
    runs: bool

    @property
    def next_start(self) -> datetime | None:
        """The earliest start of the login's next request; None while it is paused."""
        return logins.start_of_next(self.login)


@dataclass(frozen=True, slots=True)
class LoginPage:
    """A page of the logins in the settings' order; `number` counts from 0."""

    states: tuple[LoginState, ...]
    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of what waits or runs; `number` counts from 0."""

    entries: tuple[QueuePosition, ...]
    number: int
    more: bool


class SwitchResult(StrEnum):
    """What became of a wish to pause or to resume a login."""

    DONE = "done"
    AS_BEFORE = "as_before"
    UNKNOWN = "unknown"


class Logins:
    """Shows the queue of each login, pauses and resumes them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        queue_changes: QueueChanges,
        access_changes: Signal[None],
        configured: ConfiguredLogins,
    ) -> None:
        self._database = database
        self._clock = clock
        self._queue_changes = queue_changes
        self._access_changes = access_changes
        self._configured = configured

    async def states(self, number: int = 0) -> LoginPage:
        """Return a page of the settings' logins with how much waits for each; an empty page gives way to the first."""
        names = self._configured.names
        if number * LOGINS_A_PAGE >= len(names):
            number = 0
        shown = names[number * LOGINS_A_PAGE : (number + 1) * LOGINS_A_PAGE]
        async with self._database.read() as session:
            rows = {login.login: login for login in await logins.named(session, shown)}
            open_ = await queue.open_counts(session, shown)
            running = await queue.running_of(session, shown)
        states = (
            LoginState(rows[name], open_.get(name, 0) - (name in running), name in running)
            for name in shown
            if name in rows
        )
        return LoginPage(tuple(states), number, more=(number + 1) * LOGINS_A_PAGE < len(names))

    async def page(self, chat_id: int | None, number: int) -> QueuePage:
        """Return a page of what waits or runs in a chat (None: everywhere), by login and in order; an empty page gives
        way to the first."""
        async with self._database.read() as session:
            found = await queue.open_page(session, chat_id=chat_id, offset=number * PAGE, limit=PAGE + 1)
            if not found and number:
                number = 0
                found = await queue.open_page(session, chat_id=chat_id, offset=0, limit=PAGE + 1)
            names = {request.login for request, _ in found}
            rows = {login.login: login for login in await logins.named(session, names)}
            running = await queue.running_of(session, names)
        pace, now = self._configured.pace, self._clock.now()
        entries = [
            position_of(rows[request.login], request, ahead, running.get(request.login), pace=pace, now=now)
            for request, ahead in found[:PAGE]
        ]
        return QueuePage(tuple(entries), number, more=len(found) > PAGE)

    async def pause(self, name: str, admin: Person) -> SwitchResult:
        """Have a login start nothing more; what runs goes on."""
        return await self._switch(name, admin, AuditAction.PAUSE_LOGIN)

    async def resume(self, name: str, admin: Person) -> SwitchResult:
        """Start a paused or resting login again."""
        return await self._switch(name, admin, AuditAction.RESUME_LOGIN)

    async def _switch(self, name: str, admin: Person, action: AuditAction) -> SwitchResult:
        if name not in self._configured:
            return SwitchResult.UNKNOWN
        async with self._database.write() as session:
            login = await logins.lock(session, name)
            now = self._clock.now()
            pausing = action is AuditAction.PAUSE_LOGIN
            switched = await (
                logins.pause(session, login, now, by=admin.name) if pausing else logins.resume(session, login)
            )
            if switched:
                audit.record(session, action, now=now, actor=admin, detail=name)
        # Also where it was so before: the commit may have worked and been reported as failed.
        self._queue_changes.announce(QueueChange(touched=frozenset({name})))
        self._access_changes.announce(None)
        return SwitchResult.DONE if switched else SwitchResult.AS_BEFORE
