"""What became of a call, written down: on its request, on its login, and for whoever is told after the commit."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import COMMON_HOLDS, State
from bot.queue import names, rests
from bot.queue.changes import QueueChange
from bot.queue.late_answers import FinishedCall
from bot.queue.verdicts import Verdict, judge, no_usable_answer
from db import logins, requests
from db.models import Document, Login, Request
from db.requests import AtItsLogin

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Changed:
    """What a transaction changes, as far as it has come."""

    returned: list[Request] = field(default_factory=list)
    ended: list[Request] = field(default_factory=list)
    troubled: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    due: list[datetime] = field(default_factory=list)
    """When the logins that it recorded something of are due again."""

    def add(self, request: Request, verdict: Verdict) -> None:
        (self.returned if verdict.state is State.QUEUED else self.ended).append(request)
        if verdict.troubles_admins:
            self.troubled.add(request.login)

    def add_recorded(self, request: Request, login: Login, names: Iterable[str]) -> None:
        """Note what an earlier transaction recorded without knowing it: the rests of all logins may have changed."""
        (self.returned if request.state is State.QUEUED else self.ended).append(request)
        if login.paused_at is not None or login.hold in COMMON_HOLDS:
            self.troubled.add(login.login)
        self.touched.update(names)

    def done(self, started: Iterable[Request] = ()) -> QueueChange:
        return QueueChange(
            tuple(started), tuple(self.returned), tuple(self.ended), frozenset(self.troubled), frozenset(self.touched)
        )


class Records:
    """Writes down what became of calls, in the caller's transaction. `names` are all logins of the settings."""

    def __init__(self, names: Iterable[str], pace: timedelta) -> None:
        self._names = tuple(names)
        self._pace = pace

    async def record(self, session: AsyncSession, call: FinishedCall, changed: Changed) -> None:
        """Record how a call ended, once, however often its commit is reported as failed."""
        found = await requests.at_its_login(session, call.request.id)
        request, login = found.request, found.login
        if request.state is not State.RUNNING:
            # The commit of its record worked, but was reported as failed: only the listeners do not know yet.
            changed.add_recorded(request, login, self._names)
            return
        verdict = judge(request, login, call.result, call.at)
        await self._apply(session, found, verdict, call.at, changed)
        _log.info("request %d of login %s is %s", request.id, request.login, verdict.failure or verdict.state)

    async def cut_off(self, session: AsyncSession, request: Request, now: datetime, changed: Changed) -> None:
        """Record a call that ended with the process that made it."""
        verdict = no_usable_answer(request)
        await self._apply(session, await requests.at_its_login(session, request.id), verdict, now, changed)
        _log.warning("request %d of login %s was cut off and is %s", request.id, request.login, verdict.state)

    async def take_back(self, session: AsyncSession, request: Request, changed: Changed) -> None:
        """Queue again what was claimed but not sent: the claim's commit worked, but was reported as failed."""
        request.state, request.started_at = State.QUEUED, None
        await logins.refresh_due(session, await logins.lock(session, request.login))
        changed.returned.append(request)
        _log.warning("request %d of login %s was claimed but not sent", request.id, request.login)

    async def _apply(
        self, session: AsyncSession, found: AtItsLogin, verdict: Verdict, now: datetime, changed: Changed
    ) -> None:
        request, login = found.request, found.login
        newly_made = request.makes_invoice
        request.state = verdict.state
        request.failure, request.failure_code = verdict.failure, verdict.code
        request.invoice_number = verdict.invoice_number or request.invoice_number
        request.incomplete = verdict.incomplete
        request.throttled += verdict.throttled
        request.unusable_answers += verdict.unusable_answer
        if verdict.state is not State.QUEUED:
            request.finished_at = now
        if verdict.pdf is not None:
            session.add(Document(request_id=request.id, content=verdict.pdf, stored_at=now))
            if not newly_made:
                await names.learn(session, request)
        starts = not found.others_run and (found.others_wait or verdict.state is State.QUEUED)
        if await rests.record(session, login, verdict, now, self._pace, starts=starts):
            changed.touched.update(self._names)
        changed.add(request, verdict)
        if login.due_at is not None:
            changed.due.append(login.due_at)
