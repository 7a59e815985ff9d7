"""What makes repeats happen: writes down what is due, asks or agrees by itself, and starts what was agreed."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from functools import partial
from itertools import takewhile

from sqlalchemy.ext.asyncio import AsyncSession

from bot.batches.changes import BatchChanges
from bot.documents.duplicates import DuplicateGuard
from bot.domain import RepeatState, RunState
from bot.queue.changes import QueueChange, QueueChanges
from bot.repeats.changes import RepeatChanges
from bot.repeats.dates import dates_to_come, go_to
from bot.repeats.outcomes import Before, look_back
from bot.repeats.runs import intent_of, is_doubtful, new_occurrence, new_run
from bot.repeats.starting import RunStarter, Started, comes_from_run, deny
from bot.runtime.clock import Clock
from bot.runtime.worker import Worker
from bot.schedules.recurrence import Occurrence
from db import repeats
from db.engine import Database
from db.models import RepeatRun, StoredRepeat
from db.retry import until_stored

_log = logging.getLogger(__name__)

_AT_ONCE = 50
_MAX_MISSED = 100
"""Dates of one repeat in one transaction; the rest follows in the next."""
_IN_TIME = timedelta(minutes=15)
"""What comes later than this has been missed, whatever held the bot up."""
_LONGEST_SLEEP_S = 3600.0


class RepeatRunner(Worker):
    """Sleeps until the next date; each is written before anything is made of it, so that no crash makes it twice.

    What came due before this process worked was missed: it is never made without a question.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        zone: tzinfo | None,
        duplicates: DuplicateGuard,
        starter: RunStarter,
        queue_changes: QueueChanges,
        batch_changes: BatchChanges,
        changes: RepeatChanges,
    ) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._zone = zone
        self._duplicates = duplicates
        self._starter = starter
        self._queue_changes = queue_changes
        self._batch_changes = batch_changes
        self._changes = changes
        self._since: datetime | None = None
        self._ended: set[int] = set()
        self._any_blocked = True
        self._heard = True
        """Whether something may have become of what runs wait for; what is noted then wakes this worker in vain."""

    def on_change(self, change: QueueChange) -> None:
        """Hear of a change of the queue: what ends may be an occurrence, or what one waits for."""
        ours = filter(comes_from_run, change.ended)
        self._ended |= {number for request in ours for number in (request.id, request.again_of) if number > 0}
        if self._ended or self._any_blocked:
            self._heard = True
            self.wake()

    def look_again(self) -> None:
        """Say that another process may have ended what a run waits for."""
        self._heard = True
        super().look_again()

    async def work(self) -> None:
        """Do all that is due, and sleep until there is more."""
        if self._since is None:
            await self._look_back_on_all()
            self._since = self._clock.now()
        if self._heard:
            ended, self._ended, self._heard = self._ended, set(), False
            await self._look_back(ended)
        while (next_at := await until_stored("reading what is due", self._next_time)) is not None:
            wait = (next_at - self._clock.now()).total_seconds()
            if wait > 0:
                self.wake_in(min(wait, _LONGEST_SLEEP_S))
                return
            for step in (self._take_due, self._start):
                self._announce(await until_stored("running repeats", step))

    async def _next_time(self) -> datetime | None:
        async with self._database.read() as session:
            self._any_blocked = await repeats.any_blocked(session)
            return await repeats.next_time(session)

    def _announce(self, started: Started) -> None:
        if started.logins:
            self._queue_changes.announce(QueueChange(touched=frozenset(started.logins)))
        for batch_id in sorted(started.batches):
            self._batch_changes.announce(batch_id)
        self._changes.announce(None)

    async def _take_due(self) -> Started:
        """Write down what is due, and agree to what needs no question."""
        async with self._database.write() as session:
            now = self._clock.now()
            groups: dict[tuple[object, ...], RepeatRun] = {}
            for repeat in await repeats.due(session, now, _AT_ONCE):
                if await self._starter.denial(session, repeat.owner_id, repeat.chat_id, repeat.login) is not None:
                    deny(repeat)
                else:
                    await self._write_down(session, repeat, now, groups)
        return Started()

    async def _write_down(
        self, session: AsyncSession, repeat: StoredRepeat, now: datetime, groups: dict[tuple[object, ...], RepeatRun]
    ) -> None:
        coming = dates_to_come(repeat, self._zone, _MAX_MISSED)
        due = list(takewhile(lambda one: one.due_at <= now, coming))
        missed: RepeatRun | None = None
        for one in due:
            if await repeats.occurrence(session, repeat.id, one.nominal) is not None:
                continue
            if self._was_missed(one, now):
                run = missed = missed or await _added(session, new_run(repeat, now, RunState.ASKED, missed=True))
            else:
                run = await self._run_of(session, repeat, one, now, groups)
            session.add(new_occurrence(repeat, one.nominal, run))
        go_to(repeat, repeat.next_number + len(due), self._zone)
        if repeat.next_at is None:
            repeat.state = RepeatState.ENDED
            _log.info("repeat %d has ended", repeat.id)
        await session.flush()

    async def _run_of(
        self,
        session: AsyncSession,
        repeat: StoredRepeat,
        one: Occurrence,
        now: datetime,
        groups: dict[tuple[object, ...], RepeatRun],
    ) -> RepeatRun:
        """Return the run that all belongs to which is due now in the same place, for the same owner and login."""
        by_itself = repeat.by_itself and not await self._needs_a_look(session, repeat, one, now)
        state = RunState.AGREED if by_itself else RunState.ASKED
        key = (repeat.chat_id, repeat.thread_id, repeat.owner_id, repeat.login, one.due_at, state)
        if key not in groups:
            groups[key] = await _added(session, new_run(repeat, now, state))
        return groups[key]

    def _was_missed(self, one: Occurrence, now: datetime) -> bool:
        return one.due_at < (self._since or now) or now - one.due_at > _IN_TIME

    async def _needs_a_look(self, session: AsyncSession, repeat: StoredRepeat, one: Occurrence, now: datetime) -> bool:
        """Say whether somebody has to look first: an earlier one is open, or an invoice is like this one."""
        before = await look_back(session, repeat, now)
        if before is not Before.ENDED or repeat.state is not RepeatState.ACTIVE:
            return True
        return await is_doubtful(self._duplicates, session, intent_of(repeat, one.nominal))

    async def _start(self) -> Started:
        """Start what was agreed."""
        started = Started()
        async with self._database.write() as session:
            now = self._clock.now()
            for run in await repeats.agreed(session, now, _AT_ONCE):
                await self._starter.start(session, run, now, started)
                await session.flush()
        return started

    async def _look_back(self, request_ids: Iterable[int]) -> None:
        """Note what became of occurrences, and let what waits for them be looked at."""
        ids = sorted(request_ids)
        concerned, any_blocked = await until_stored("reading repeats", partial(self._concerned, ids))
        if not concerned and not any_blocked:
            return

        async def store(session: AsyncSession) -> None:
            now = self._clock.now()
            for repeat_id in concerned:
                repeat = await repeats.get(session, repeat_id)
                if repeat is not None:
                    await look_back(session, repeat, now)
            await repeats.unblock(session, now)

        await self._database.write_until_stored("looking back on repeats", store)
        self._changes.announce(None)

    async def _concerned(self, request_ids: Sequence[int]) -> tuple[Sequence[int], bool]:
        async with self._database.read() as session:
            concerned = await repeats.of_requests(session, request_ids) if request_ids else ()
            return concerned, await repeats.any_blocked(session)

    async def _look_back_on_all(self) -> None:
        """Note what ended while nobody listened."""
        after = 0
        while True:

            async def some(session: AsyncSession, after: int = after) -> Sequence[int]:
                ids = await repeats.repeats_at_work(session, after, _AT_ONCE)
                for repeat_id in ids:
                    repeat = await repeats.get(session, repeat_id)
                    if repeat is not None:
                        await look_back(session, repeat, self._clock.now())
                return ids

            ids = await self._database.write_until_stored("looking back on repeats", some)
            if len(ids) < _AT_ONCE:
                return
            after = ids[-1]


async def _added(session: AsyncSession, run: RepeatRun) -> RepeatRun:
    session.add(run)
    await session.flush()
    return run
