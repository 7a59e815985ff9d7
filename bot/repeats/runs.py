"""Runs: what is due at the same time is asked about by one card, and a press says what becomes of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.documents.duplicates import DuplicateGuard
from bot.documents.intents import Intent
from bot.domain import CreateInvoice, Denial, OccurrenceState, Person, RunState
from bot.repeats.changes import RepeatChanges
from bot.repeats.dates import wish_of
from bot.repeats.outcomes import Before, look_back
from bot.runtime.clock import Clock
from db import audit, repeats
from db.audit import AuditAction
from db.engine import Database
from db.models import RepeatRun, StoredOccurrence, StoredRepeat


class RunRefusal(StrEnum):
    """Why a press on a run's card is not taken."""

    GONE = "gone"
    NOT_YOURS = "not_yours"
    TOO_LATE = "too_late"
    """Somebody has answered already."""
    CHANGED = "changed"
    """What it asks has changed since the button was made."""
    UNKNOWN_BEFORE = "unknown_before"
    """Somebody has to decide about an earlier one first."""


@dataclass(frozen=True, slots=True)
class Due:
    """One occurrence of a run, and what it makes."""

    repeat: StoredRepeat
    nominal: date
    wish: CreateInvoice
    unknown_before: bool = False
    """Whether nobody knows, yet, if an earlier one was made."""
    is_like: bool = False
    """Whether an invoice like it was lately made, may have been, or waits as a row of a batch."""


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as it stands, with its occurrences of which nothing was made yet, or with all once it has started."""

    run: RepeatRun
    dues: tuple[Due, ...]

    @property
    def doubtful(self) -> bool:
        return any(due.is_like for due in self.dues)


RunResult = RunView | RunRefusal | Denial


class RepeatRuns:
    """Takes the first answer to each card."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        changes: RepeatChanges,
        authorization: Authorization,
        duplicates: DuplicateGuard,
    ) -> None:
        self._database = database
        self._clock = clock
        self._changes = changes
        self._authorization = authorization
        self._duplicates = duplicates

    async def create(
        self, run_id: int, turn: int, presser: Person, chat_id: int, *, as_admin: bool, sure: bool
    ) -> RunResult:
        """Agree to a run, which starts as soon as may be; the same press once more gives the same.

        Where an invoice like one of these was lately made, and the presser is not `sure`, the run stays as it is, and
        the result is to be shown with a button that says so.
        """
        async with self._database.write() as session:
            run = await repeats.run(session, run_id)
            refusal = _refusal(run, presser, chat_id, as_admin=as_admin)
            if run is None or refusal is not None:
                return refusal or RunRefusal.GONE
            for person_id in (presser.id, run.owner_id):
                denial = await self._authorization.denial(session, person_id, run.chat_id, run.login)
                if denial is not None:
                    return denial
            if run.state in {RunState.AGREED, RunState.STARTED} and run.answered_by == presser.name:
                return await self._told_again(session, run)
            if run.state is not RunState.ASKED or run.turn != turn:
                return RunRefusal.TOO_LATE if run.state is not RunState.ASKED else RunRefusal.CHANGED
            now = self._clock.now()
            shown = await self.judge(session, run, now)
            if any(due.unknown_before for due in shown.dues):
                return RunRefusal.UNKNOWN_BEFORE
            if shown.doubtful and not sure:
                return shown
            run.state, run.start_at, run.answered_by = RunState.AGREED, now, presser.name
            run.shown_at = None
            _note(session, AuditAction.CREATE_REPEAT_RUN, run, presser, now)
        self._changes.announce(None)
        return shown

    async def skip(self, run_id: int, turn: int, presser: Person, chat_id: int, *, as_admin: bool) -> RunResult:
        """Let nothing come of a run; the same press once more gives the same."""
        async with self._database.write() as session:
            run = await repeats.run(session, run_id)
            refusal = _refusal(run, presser, chat_id, as_admin=as_admin)
            if run is None or refusal is not None:
                return refusal or RunRefusal.GONE
            denial = await self._authorization.denial(session, presser.id, run.chat_id, run.login)
            if denial is not None:
                return denial
            if run.state is RunState.SKIPPED and run.answered_by == presser.name:
                return await self._told_again(session, run)
            if run.state is not RunState.ASKED or run.turn != turn:
                return RunRefusal.TOO_LATE if run.state is not RunState.ASKED else RunRefusal.CHANGED
            await skip_run(session, run, by=presser.name)
            _note(session, AuditAction.SKIP_REPEAT_RUN, run, presser, self._clock.now())
        self._changes.announce(None)
        return RunView(run, ())

    async def _told_again(self, session: AsyncSession, run: RepeatRun) -> RunView:
        """Return a run as an earlier press left it, which may have ended before it told."""
        self._changes.announce(None)
        return await view_run(session, run)

    async def look(self, run_id: int, chat_id: int) -> RunView | None:
        """Return a run of this chat; None if there is none."""
        async with self._database.read() as session:
            run = await repeats.run(session, run_id)
            return None if run is None or run.chat_id != chat_id else await view_run(session, run)

    async def may_show(self, session: AsyncSession, what: RepeatRun | StoredRepeat) -> bool:
        """Say whether the chat of a run or a repeat may read about it."""
        return await self._authorization.may(session, what.owner_id, what.chat_id, what.login, Action.RECEIVE)

    async def judge(self, session: AsyncSession, run: RepeatRun, now: datetime) -> RunView:
        """Return a run with what there is to think about before it is made, if it still asks."""
        seen = await view_run(session, run)
        if run.state is not RunState.ASKED:
            return seen
        dues = []
        for due in seen.dues:
            before = await look_back(session, due.repeat, now)
            is_like = await is_doubtful(self._duplicates, session, intent_of(due.repeat, due.nominal))
            dues.append(replace(due, unknown_before=before is Before.UNKNOWN, is_like=is_like))
        return RunView(run, tuple(dues))


async def view_run(session: AsyncSession, run: RepeatRun) -> RunView:
    """Return a run with its occurrences; while it is open, only with those of which nothing was made yet."""
    found = await repeats.of_run(session, run.id)
    if run.state in {RunState.ASKED, RunState.AGREED}:
        found = [(one, repeat) for one, repeat in found if one.state is OccurrenceState.WAITING]
    return RunView(run, tuple(Due(repeat, one.nominal, wish_of(repeat, one.nominal)) for one, repeat in found))


def intent_of(repeat: StoredRepeat, nominal: date) -> Intent:
    """Return what a repeat wants on a date, as where it comes from: its own command."""
    return Intent(wish_of(repeat, nominal), repeat.login, repeat.owner, repeat.destination)


async def is_doubtful(guard: DuplicateGuard, session: AsyncSession, intent: Intent) -> bool:
    """Say whether an invoice like this was lately made, may have been, or waits as a row of a batch."""
    return await guard.find(session, intent) is not None


def new_run(repeat: StoredRepeat, now: datetime, state: RunState, *, missed: bool = False) -> RepeatRun:
    """Make the run that a repeat's occurrence belongs to, not yet added to a session."""
    return RepeatRun(
        chat_id=repeat.chat_id,
        thread_id=repeat.thread_id,
        owner_id=repeat.owner_id,
        owner_name=repeat.owner_name,
        owner_language=repeat.owner_language,
        login=repeat.login,
        state=state,
        missed=missed,
        turn=0,
        created_at=now,
        start_at=now if state is RunState.AGREED else None,
        shown_at=None if state is RunState.ASKED else now,
        blocked=False,
        waits=False,
    )


def new_occurrence(repeat: StoredRepeat, nominal: date, run: RepeatRun | None) -> StoredOccurrence:
    """Make an occurrence of a run; of none it is left out."""
    return StoredOccurrence(
        repeat_id=repeat.id,
        nominal=nominal,
        state=OccurrenceState.SKIPPED if run is None else OccurrenceState.WAITING,
        run_id=None if run is None else run.id,
        login=repeat.login,
    )


async def skip_run(session: AsyncSession, run: RepeatRun, by: str | None = None) -> None:
    """Let nothing more come of a run; by nobody, if its owner lost the right to it."""
    for one, _ in await repeats.of_run(session, run.id):
        if one.state is OccurrenceState.WAITING:
            one.state = OccurrenceState.SKIPPED
    run.state, run.answered_by, run.start_at, run.blocked, run.shown_at = RunState.SKIPPED, by, None, False, None


async def skip_waiting(session: AsyncSession, repeat: StoredRepeat) -> None:
    """Leave out what waits of a repeat; a run of which nothing is left is skipped, another asks anew."""
    runs = {}
    for one, run in await repeats.waiting(session, repeat.id):
        one.state = OccurrenceState.SKIPPED
        runs[run.id] = run
    await session.flush()
    for run in runs.values():
        run.shown_at, run.turn = None, run.turn + 1
        if not (await view_run(session, run)).dues:
            run.state, run.blocked = RunState.SKIPPED, False


async def ask_anew(session: AsyncSession, repeat: StoredRepeat) -> None:
    """Have people asked about what a repeat makes now, also where they had agreed; earlier buttons count no more."""
    for run in {run.id: run for _, run in await repeats.waiting(session, repeat.id)}.values():
        run.shown_at, run.turn = None, run.turn + 1
        run.state, run.start_at, run.blocked, run.waits, run.answered_by = RunState.ASKED, None, False, False, None


def _refusal(run: RepeatRun | None, presser: Person, chat_id: int, *, as_admin: bool) -> RunRefusal | None:
    if run is None or run.chat_id != chat_id:
        return RunRefusal.GONE
    return RunRefusal.NOT_YOURS if run.owner_id != presser.id and not as_admin else None


def _note(session: AsyncSession, action: AuditAction, run: RepeatRun, presser: Person, now: datetime) -> None:
    audit.record(session, action, now=now, actor=presser, chat_id=run.chat_id, detail=f"run {run.id}")
