"""Starting what was agreed: one occurrence becomes a plain request, several a batch; in the caller's transaction."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.batches.cells import to_json
from bot.batches.headings import Column
from bot.documents.intents import likeness, wish_to_json
from bot.domain import BatchState, Denial, Destination, OccurrenceState, RepeatPause, RepeatState, RunState
from bot.queue.changes import append
from bot.repeats.dates import wish_of
from bot.repeats.outcomes import Before, look_back
from bot.repeats.runs import skip_run
from bot.runtime.clock import end_of, start_of, today
from db import audit, logins, repeats, requests
from db.audit import AuditAction
from db.models import RepeatRun, Request, StoredBatch, StoredBatchRow, StoredOccurrence, StoredRepeat

_LOOK_AGAIN = timedelta(minutes=10)
"""How long a blocked run waits, if nothing is heard of what is before it."""

_Item = tuple[StoredOccurrence, StoredRepeat]


@dataclass(slots=True)
class Started:
    """What a transaction put into the queues."""

    logins: set[str] = field(default_factory=set)
    batches: set[int] = field(default_factory=set)


class RunStarter:
    """Starts runs: what may not go now waits as a run of its own."""

    def __init__(self, authorization: Authorization, zone: tzinfo | None, a_day: int) -> None:
        """At most `a_day` occurrences of a login are started on one day of the team's; 0: no limit."""
        self._authorization = authorization
        self._zone = zone
        self._a_day = a_day

    async def start(self, session: AsyncSession, run: RepeatRun, now: datetime, started: Started) -> None:
        """Start as much of an agreed run as may be, and note in `started` what was queued."""
        items = [item for item in await repeats.of_run(session, run.id) if _waits(item)]
        if not items:
            run.state, run.shown_at, run.blocked = RunState.SKIPPED, None, False
            return
        if await self.denial(session, run.owner_id, run.chat_id, run.login) is not None:
            for _, repeat in items:
                deny(repeat)
            await skip_run(session, run)
            return
        free, blocked = await _divided(session, items, now)
        left = await self._left_today(session, run.login, now)
        first, rest = free[:left], free[left:]
        if not first:
            self._wait(run, now, blocked=not rest)
            if blocked and rest:
                await self._split(session, run, blocked, now, blocked=True)
            return
        for some, is_blocked in ((blocked, True), (rest, False)):
            if some:
                await self._split(session, run, some, now, blocked=is_blocked)
        run.state, run.blocked, run.shown_at = RunState.STARTED, False, None
        if len(first) == 1:
            await _request(session, run, first[0], now)
        else:
            started.batches.add(await _batch(session, run, first, now))
        started.logins.add(run.login)

    async def denial(self, session: AsyncSession, owner_id: int, chat_id: int, login: str) -> Denial | None:
        """Say why an owner may have nothing made now; a group that removed the bot is closed to what repeats."""
        denial = await self._authorization.denial(session, owner_id, chat_id, login)
        if denial is None and chat_id < 0 and await self._authorization.was_removed(session, chat_id):
            return Denial.CHAT_CLOSED
        return denial

    async def _left_today(self, session: AsyncSession, login: str, now: datetime) -> int | None:
        if not self._a_day:
            return None
        since = start_of(today(now, self._zone), self._zone)
        return max(0, self._a_day - await repeats.started_since(session, login, since))

    def _wait(self, run: RepeatRun, now: datetime, *, blocked: bool) -> None:
        tomorrow = end_of(today(now, self._zone), self._zone)
        told = run.blocked == blocked and run.waits
        run.blocked, run.start_at = blocked, now + _LOOK_AGAIN if blocked else tomorrow
        if not told:
            run.waits, run.shown_at = True, None

    async def _split(
        self, session: AsyncSession, run: RepeatRun, items: list[_Item], now: datetime, *, blocked: bool
    ) -> None:
        """Have some occurrences of a run wait as one of their own."""
        part = RepeatRun(
            chat_id=run.chat_id,
            thread_id=run.thread_id,
            owner_id=run.owner_id,
            owner_name=run.owner_name,
            owner_language=run.owner_language,
            login=run.login,
            state=RunState.AGREED,
            missed=run.missed,
            turn=0,
            created_at=now,
            answered_by=run.answered_by,
            blocked=False,
            waits=False,
        )
        self._wait(part, now, blocked=blocked)
        session.add(part)
        await session.flush()
        for one, _ in items:
            one.run_id = part.id


def deny(repeat: StoredRepeat) -> None:
    """Pause a repeat whose owner lost the right to it."""
    if repeat.state is RepeatState.ACTIVE:
        repeat.state, repeat.pause, repeat.pause_told_at = RepeatState.PAUSED, RepeatPause.NOT_ALLOWED, None


def _waits(item: _Item) -> bool:
    return item[0].state is OccurrenceState.WAITING


async def _divided(session: AsyncSession, items: list[_Item], now: datetime) -> tuple[list[_Item], list[_Item]]:
    """Tell what may start from what has to wait for an earlier occurrence of its repeat."""
    free: list[_Item] = []
    blocked: list[_Item] = []
    begun: set[int] = set()
    for one, repeat in items:
        open_before = repeat.id in begun or await look_back(session, repeat, now) is not Before.ENDED
        (blocked if open_before else free).append((one, repeat))
        begun.add(repeat.id)
    return free, blocked


async def _request(session: AsyncSession, run: RepeatRun, item: _Item, now: datetime) -> None:
    one, repeat = item
    login = await logins.lock(session, run.login)
    wish = wish_of(repeat, one.nominal)
    request = requests.new(
        wish,
        login=run.login,
        requester=run.owner,
        destination=Destination(run.chat_id, run.thread_id, _origin(run)),
        now=now,
        likeness=likeness(wish),
    )
    request.reply_to = run.message_id
    await append(session, login, request)
    await session.flush()
    one.state, one.started_at, one.request_id = OccurrenceState.STARTED, now, request.id
    detail = f"repeat {repeat.id}"
    audit.record_request(session, AuditAction.RUN_REPEAT, request, now=now, actor=run.owner, detail=detail)


async def _batch(session: AsyncSession, run: RepeatRun, items: list[_Item], now: datetime) -> int:
    batch = StoredBatch(
        chat_id=run.chat_id,
        thread_id=run.thread_id,
        reply_to=run.message_id,
        origin_chat_id=run.chat_id,
        origin_message_id=_origin(run),
        requester_id=run.owner_id,
        requester_name=run.owner_name,
        language=run.owner_language,
        login=run.login,
        key=hashlib.sha256(f"repeat run {run.id}".encode()).hexdigest(),
        headings=[],
        columns={"0": Column.SUB_CLIENT.value, "1": Column.SUM.value, "2": Column.SERVICE.value},
        state=BatchState.RUNNING,
        message_id=run.message_id,
        created_at=now,
        started_at=now,
        resumed_at=now,
        files_sent=0,
    )
    session.add(batch)
    await session.flush()
    run.batch_id = batch.id
    for number, (one, repeat) in enumerate(items, 1):
        wish = wish_of(repeat, one.nominal)
        one.state, one.started_at, one.row = OccurrenceState.STARTED, now, number
        session.add(
            StoredBatchRow(
                batch_id=batch.id,
                number=number,
                cells=to_json((str(wish.sub_client), wish.amount, wish.service)),
                wish=wish_to_json(wish),
                likeness=likeness(wish),
                mistake=None,
                doubtful=False,
                waiting=True,
            )
        )
    detail = f"run {run.id}; batch {batch.id}; {len(items)} rows"
    audit.record(session, AuditAction.RUN_REPEAT, now=now, actor=run.owner, chat_id=run.chat_id, detail=detail)
    return batch.id


def comes_from_run(request: Request) -> bool:
    """Say whether a request is an occurrence of a repeat, or follows from one: it keeps what that came from."""
    return request.origin_message_id < 0


def _origin(run: RepeatRun) -> int:
    """Return what stands for the message that a run comes from: no message has a negative id."""
    return -run.id
