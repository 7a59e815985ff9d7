"""The queue: per login, first in first out, durable, and never faster than the pace.

One task: claim what is due and start it, write what has ended, learn when the next is due; then sleep until then or
until something wakes it. A claim is committed before its call goes out, and the pace counts from the moment when the
answer came, so two arrivals at the vendor are never closer than the pace, whatever the network did.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import COMMON_HOLDS, ConfiguredLogins, Failure, State
from bot.queue import rests
from bot.queue.changes import QueueChange, QueueChanges
from bot.queue.late_answers import FinishedCall
from bot.queue.verdicts import REST, Result, Verdict, judge, no_usable_answer
from bot.runtime.clock import Clock
from bot.runtime.signals import Signal
from bot.runtime.trace import traced
from bot.smscentre import Created, VendorError
from db import logins, requests
from db.engine import Database
from db.models import Document, Login, Request
from db.retry import until_stored

_log = logging.getLogger(__name__)

_CLAIMS_A_TURN = 500
_OVERDUE = timedelta(seconds=30)

Call = Callable[[Request], Awaitable[Created | bytes]]
"""Sends one request to the vendor; raises `VendorError`."""


MayGo = Callable[[AsyncSession, Request], Awaitable[bool]]
"""Says whether a claimed request may go out, as the allowlist stands; one that may not is cancelled by it."""


@dataclass(slots=True)
class _Changed:
    returned: list[Request] = field(default_factory=list)
    ended: list[Request] = field(default_factory=list)
    troubled: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)

    def add(self, request: Request, verdict: Verdict) -> None:
        (self.returned if verdict.state is State.QUEUED else self.ended).append(request)
        if verdict.troubles_admins:
            self.troubled.add(request.login)

    def add_recorded(self, request: Request, login: Login, names: Iterable[str]) -> None:
        """Note what an earlier turn recorded without knowing it: the rests of all logins may have changed."""
        (self.returned if request.state is State.QUEUED else self.ended).append(request)
        if login.paused_at is not None or login.hold in COMMON_HOLDS:
            self.troubled.add(login.login)
        self.touched.update(names)

    def done(self, started: Iterable[Request] = ()) -> QueueChange:
        return QueueChange(
            tuple(started), tuple(self.returned), tuple(self.ended), frozenset(self.troubled), frozenset(self.touched)
        )


class Scheduler:
    """Starts each login's requests one at a time, oldest first, as soon as its pace allows.

    It is the only one on its database (`bot/process/single_instance.py`): what runs there runs here.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        call: Call,
        may_go: MayGo,
        changes: QueueChanges,
        configured: ConfiguredLogins,
    ) -> None:
        self._database = database
        self._clock = clock
        self._call = call
        self._may_go = may_go
        self._names = configured.names
        self._pace = configured.pace
        self._wake = asyncio.Event()
        self._turn_began_at: datetime | None = None
        self._due_at: datetime | None = None
        self._woken_at: datetime | None = None
        self.started_late: Signal[timedelta] = Signal()
        """Announces for each request that is started how much later that is than it could have been, at the most."""
        self._stopping = False
        self._finished: list[FinishedCall] = []
        self._denied: set[int] = set()
        """What a claim cancelled and nobody was told of: its commit may have worked, and been reported as failed."""
        self._calls: dict[int, asyncio.Task[None]] = {}
        self._changes = changes
        changes.listen(self._on_change)

    async def recover(self) -> None:
        """Take up what an earlier process left: call once, before `run`.

        What was running is cut off: a read goes back to its queue, a create is unknown. Its login waits one whole
        pace, for nobody knows when the vendor saw the request.
        """
        changes = _Changed()
        async with self._database.write() as session:
            now = self._clock.now()
            await logins.ensure(session, self._names, now)
            await logins.cap_waits(session, now, self._pace, REST)
            for request in await requests.running(session):
                await self._recover_one(session, request, now, changes)
            for request in await requests.queued_elsewhere(session, self._names):
                request.state, request.failure, request.finished_at = State.FAILED, Failure.LOGIN_REMOVED, now
                changes.ended.append(request)
            for login in await logins.everyone(session):
                await logins.refresh_due(session, login)
        self._tell(
            QueueChange(returned=tuple(changes.returned), ended=tuple(changes.ended), touched=frozenset(self._names))
        )

    async def run(self) -> None:
        """Work until `stop`, then until the running calls have ended and are recorded."""
        while True:
            self._wake.clear()
            self._turn_began_at = self._clock.now()
            # What finished stays in memory meanwhile: nothing is lost while the database is away.
            self._due_at = await until_stored("the queue's turn", self._turn)
            self._turn_began_at = None
            if self._stopping and not self._calls:
                return
            await self._sleep_until(self._due_at)

    def overdue(self) -> datetime | None:
        """Return since when a turn lasts or is awaited, if that is suspiciously long ago: for a watchdog."""
        since = self._turn_began_at or self._due_at
        return since if since is not None and self._clock.now() - since > _OVERDUE else None

    def stop(self) -> None:
        """Claim nothing more; `run` ends once the running calls are recorded."""
        self._stopping = True
        self._wake.set()

    async def last_answers(self, timeout_s: float) -> Sequence[FinishedCall]:
        """Wait for the calls that are out, and return what is not recorded: for a process that leads no more."""
        if self._calls:
            await asyncio.wait(self._calls.values(), timeout=timeout_s)
        return tuple(self._finished)

    async def _turn(self) -> datetime | None:
        """Start what is due, then record what has ended; return when the next is due."""
        due_at = None if self._stopping else await self._start_due()
        if self._finished or self._stopping:
            due_at = await self._record_finished()
        return due_at

    async def _start_due(self) -> datetime | None:
        changes = _Changed()
        async with self._database.write() as session:
            now = self._clock.now()
            for request in await requests.running(session):
                if request.id not in self._calls:
                    await self._take_back(session, request, changes)
            started = await self._claim(session, now)
            changes.ended += [await session.get_one(Request, request_id) for request_id in sorted(self._denied)]
            due_at = await logins.next_due(session, self._names)
        late = self._late_by(now)
        for request in started:
            self.started_late.announce(late)
            self._calls[request.id] = asyncio.create_task(self._run_call(request), name=f"request {request.id}")
        self._denied.clear()
        self._tell(changes.done(started))
        return due_at

    async def _record_finished(self) -> datetime | None:
        finished = tuple(self._finished)
        changes = _Changed()
        async with self._database.write() as session:
            for call in finished:
                with traced(request=call.request.id):
                    await self._record(session, call, changes)
            due_at = None if self._stopping else await logins.next_due(session, self._names)
        del self._finished[: len(finished)]
        for call in finished:
            del self._calls[call.request.id]
        self._tell(changes.done())
        return due_at

    async def _claim(self, session: AsyncSession, now: datetime) -> list[Request]:
        """Take each due login's oldest request; where its right has ended, the next one is for the next turn."""
        # Where a record is still to be written again, its commit may have worked, and the login seem free.
        unrecorded = {call.request.login for call in self._finished}
        names = [name for name in self._names if name not in unrecorded]
        due = await logins.take_due(session, names, now, _CLAIMS_A_TURN, trial=rests.TRIAL)
        started = []
        for request in await requests.start_heads(session, due, now) if due else ():
            if await self._may_go(session, request):
                started.append(request)
            else:
                self._denied.add(request.id)
                await logins.refresh_due(session, await logins.lock(session, request.login))
        return started

    async def _run_call(self, request: Request) -> None:
        with traced(request=request.id):
            result = await self._result_of_call(request)
        self._finished.append(FinishedCall(request, result, self._clock.now()))
        self._wake.set()

    async def _result_of_call(self, request: Request) -> Result:
        try:
            return await self._call(request)
        except VendorError as error:
            _log.warning("request %d of login %s: %s", request.id, request.login, error)
            return error
        except Exception as error:  # noqa: BLE001 - the answer is lost, but the queue goes on
            _log.exception("request %d of login %s: the client failed", request.id, request.login)
            return error

    async def _record(self, session: AsyncSession, call: FinishedCall, changes: _Changed) -> None:
        request = await session.get_one(Request, call.request.id)
        login = await logins.lock(session, request.login)
        if request.state is not State.RUNNING:
            # The commit of its record worked, but was reported as failed: only the listeners do not know yet.
            changes.add_recorded(request, login, self._names)
            return
        verdict = judge(request, login, call.result, call.at)
        if await self._apply(session, request, login, verdict, call.at):
            changes.touched.update(self._names)
        changes.add(request, verdict)
        _log.info("request %d of login %s is %s", request.id, request.login, verdict.failure or verdict.state)

    async def _take_back(self, session: AsyncSession, request: Request, changes: _Changed) -> None:
        """Queue again what was claimed but not sent: the claim's commit worked, but was reported as failed."""
        request.state, request.started_at = State.QUEUED, None
        await logins.refresh_due(session, await logins.lock(session, request.login))
        changes.returned.append(request)
        _log.warning("request %d of login %s was claimed but not sent", request.id, request.login)

    async def _recover_one(self, session: AsyncSession, request: Request, now: datetime, changes: _Changed) -> None:
        login = await logins.lock(session, request.login)
        verdict = no_usable_answer(request)
        await self._apply(session, request, login, verdict, now)
        changes.add(request, verdict)
        _log.warning("request %d of login %s was cut off and is %s", request.id, request.login, verdict.state)

    async def _apply(
        self, session: AsyncSession, request: Request, login: Login, verdict: Verdict, now: datetime
    ) -> bool:
        """Record a verdict; say whether it changed the rests of all logins."""
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
        return await rests.record(session, login, verdict, now, self._pace)

    async def _sleep_until(self, due_at: datetime | None) -> None:
        delay = None if due_at is None else max(0.0, (due_at - self._clock.now()).total_seconds())
        try:
            async with asyncio.timeout(delay):
                await self._wake.wait()
        except TimeoutError:
            pass

    def _late_by(self, now: datetime) -> timedelta:
        """Return how long ago the first of what a turn starts could start: when it was due, or when we were woken."""
        since = [moment for moment in (self._due_at, self._woken_at) if moment is not None and moment <= now]
        if self._woken_at in since:
            self._woken_at = None
        return now - min(since, default=now)

    def _on_change(self, change: QueueChange) -> None:
        if change.touched:
            self._woken_at = self._woken_at or self._clock.now()
            self._wake.set()

    def _tell(self, change: QueueChange) -> None:
        if change.logins:
            self._changes.announce(change)
