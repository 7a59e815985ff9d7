"""The queue: per login, first in first out, durable, and never faster than the pace.

One task: claim what is due and start it, write what has ended, learn when the next is due; then sleep until then or
until something wakes it. A claim is committed before its call goes out, and the pace counts from the moment when the
answer came, so two arrivals at the vendor are never closer than the pace, whatever the network did.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import COMMON_HOLDS, ConfiguredLogins, Failure, State
from bot.queue import rests
from bot.queue.calls_out import Call, CallsOut
from bot.queue.changes import QueueChange, QueueChanges, append
from bot.queue.late_answers import FinishedCall
from bot.queue.records import Changed, Records
from bot.queue.verdicts import REST
from bot.runtime.clock import Clock
from bot.runtime.signals import Signal
from bot.runtime.trace import traced
from db import logins, requests
from db.engine import Database
from db.models import Login, Request
from db.retry import until_stored

_OVERDUE = timedelta(seconds=30)

MayGo = Callable[[AsyncSession, Request], Awaitable[bool]]
"""Says whether a claimed request may go out, as the allowlist stands; one that may not is cancelled by it."""


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
        self._may_go = may_go
        self._names = configured.names
        self._pace = configured.pace
        self._records = Records(configured.names, configured.pace)
        self._wake = asyncio.Event()
        self._calls = CallsOut(call, clock, on_end=self._wake.set)
        self._turn_began_at: datetime | None = None
        self._due_at: datetime | None = None
        """When the next login is due, or earlier; None if nothing waits, or there is no room for another call."""
        self._stale = True
        """Whether something may be due that `_due_at` does not know of."""
        self._uncertain = False
        """Whether the commit of a claim may have worked without our knowing."""
        self._woken_at: datetime | None = None
        self.started_late: Signal[timedelta] = Signal()
        """Announces for each request that is started how much later that is than it could have been, at the most."""
        self._crowded = False
        """Whether something is due that there was no room for."""
        self._began = self._stopping = False
        self._denied: set[int] = set()
        """What a claim cancelled and nobody was told of: its commit may have worked, and been reported as failed."""
        self._changes = changes
        changes.listen(self._on_change)

    async def recover(self) -> None:
        """Take up what an earlier process left: call once, before `run`.

        What was running is cut off: a read goes back to its queue, a create is unknown. Its login waits one whole
        pace, for nobody knows when the vendor saw the request.
        """
        changes = Changed()
        async with self._database.write() as session:
            now = self._clock.now()
            elsewhere = await logins.ensure(session, self._names, now)
            await logins.cap_waits(session, now, self._pace, REST)
            for request in await requests.running(session):
                await self._records.cut_off(session, request, now, changes)
            for request in await requests.queued_of(session, elsewhere):
                request.state, request.failure, request.finished_at = State.FAILED, Failure.LOGIN_REMOVED, now
                changes.ended.append(request)
            await logins.refresh_all_due(session)
        self._tell(
            QueueChange(returned=tuple(changes.returned), ended=tuple(changes.ended), touched=frozenset(self._names))
        )

    async def enter(self, session: AsyncSession, login: Login, request: Request, *, alone: bool) -> None:
        """Put a new request into the queue, which gives it its id; one that may go out now is claimed with it.

        That spares a commit on its way. `login` is the request's, and locked; `alone` says that nothing else of it
        waits or runs. The right to the request is asked before, in the same transaction.
        """
        now = self._clock.now()
        if not (alone and self._is_free(login, now)):
            await append(session, login, request)
            return
        request.state, request.started_at = State.RUNNING, now
        session.add(request)
        await session.flush()
        self._calls.make_with(session, request, made=partial(self._claimed, request), not_made=self._not_claimed)

    async def run(self) -> None:
        """Work until `stop`, then until the running calls have ended and are recorded."""
        self._began = True
        while True:
            self._wake.clear()
            self._turn_began_at = self._clock.now()
            # What finished stays in memory meanwhile: nothing is lost while the database is away.
            await until_stored("the queue's turn", self._turn)
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
        await self._calls.ended(timeout_s)
        return self._calls.finished

    async def _turn(self) -> None:
        """Start what is due, then record what has ended. Nothing is asked of the database without a reason."""
        if self._uncertain or (not self._stopping and (self._stale or self._is_due())):
            await self._start_due()
        if self._calls.finished:
            await self._record_finished()

    def _is_free(self, login: Login, now: datetime) -> bool:
        """Say whether a login's next request may go out without a turn: nobody has waited longer, or tries for all."""
        if not self._began or self._stopping or self._uncertain or self._crowded or not self._calls.room:
            return False
        start = logins.start_of_next(login)
        rests = login.hold in COMMON_HOLDS or login.login in self._calls.unrecorded
        return start is not None and start <= now and not rests

    def _claimed(self, request: Request) -> None:
        self.started_late.announce(timedelta(0))
        self._tell(QueueChange(started=(request,)))

    def _not_claimed(self) -> None:
        self._uncertain = True
        self._wake.set()

    def _is_due(self) -> bool:
        return self._due_at is not None and self._due_at <= self._clock.now()

    async def _start_due(self) -> None:
        changes = Changed()
        self._stale = True
        async with self._database.write() as session:
            uncertain, self._uncertain, self._stale = self._uncertain, True, False
            now = self._clock.now()
            for request in await requests.running(session) if uncertain else ():
                if request.id not in self._calls:
                    await self._records.take_back(session, request, changes)
            started, due_at = await self._claim(session, now)
            changes.ended += [await session.get_one(Request, request_id) for request_id in sorted(self._denied)]
        self._uncertain = False
        late = self._late_by(now)
        for request in started:
            self.started_late.announce(late)
            self._calls.make(request)
        self._due_at = due_at
        self._denied.clear()
        self._tell(changes.done(started))

    async def _record_finished(self) -> None:
        finished = self._calls.finished
        changes = Changed()
        async with self._database.write() as session:
            for call in finished:
                with traced(request=call.request.id):
                    await self._records.record(session, call, changes)
        self._calls.forget(finished)
        self._due_at = min([moment for moment in (self._due_at, *changes.due) if moment is not None], default=None)
        if self._crowded:
            self._look_again()
        self._tell(changes.done())

    async def _claim(self, session: AsyncSession, now: datetime) -> tuple[list[Request], datetime | None]:
        """Take each due login's oldest request, and tell when the next is due.

        No more than there is room for: what is claimed goes out at once. Where a request's right has ended, the next
        one of its login is for the next turn.
        """
        room = 0 if self._stopping else self._calls.room
        self._crowded = not room
        if not room:
            return [], None
        due, due_at = await logins.take_due(session, now, room, trial=rests.TRIAL, leave=self._calls.unrecorded)
        started = []
        for request in await requests.start_heads(session, due, now) if due else ():
            if await self._may_go(session, request):
                started.append(request)
            else:
                self._denied.add(request.id)
                await logins.refresh_due(session, await logins.lock(session, request.login))
                self._look_again()
        self._crowded = len(started) == room
        return started, None if self._crowded else due_at

    def _look_again(self) -> None:
        self._stale = True
        self._wake.set()

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
            self._look_again()

    def _tell(self, change: QueueChange) -> None:
        if change.logins:
            self._changes.announce(change)
