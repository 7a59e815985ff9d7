"""What a person may do to a repeat that was created, and how it stands."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.documents.duplicates import DuplicateGuard
from bot.domain import Denial, Person, RepeatPause, RepeatState, RunState
from bot.repeats.changes import RepeatChanges
from bot.repeats.dates import SHOWN_DATES, dates_to_come, go_on_after, go_to, rule_of
from bot.repeats.desk import RepeatRefusal
from bot.repeats.runs import intent_of, new_occurrence, new_run, skip_waiting
from bot.runtime.clock import Clock, today
from bot.schedules.recurrence import Occurrence, upcoming
from db import audit, repeats
from db.audit import AuditAction
from db.engine import Database
from db.models import StoredRepeat

PAGE = 10
"""Repeats on one page."""


@dataclass(frozen=True, slots=True)
class RepeatView:
    """A repeat as it stands, with its next dates."""

    repeat: StoredRepeat
    dates: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class RepeatPage:
    """Some of the repeats of a chat, or of all."""

    entries: tuple[RepeatView, ...]
    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class Whose:
    """Who presses, and where: in a chat about its repeats, or as an admin, alone with the bot, about everybody's."""

    person: Person
    chat_id: int
    as_admin: bool
    everywhere: bool = False


RepeatResult = RepeatView | RepeatRefusal | Denial
Change = Callable[[AsyncSession, StoredRepeat, datetime], Awaitable[RepeatRefusal | None]]
"""Changes a repeat, or says why not."""


class RepeatControl:
    """Lists repeats, and runs, skips, pauses and ends them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        changes: RepeatChanges,
        authorization: Authorization,
        duplicates: DuplicateGuard,
        zone: tzinfo | None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._changes = changes
        self._authorization = authorization
        self._duplicates = duplicates
        self._zone = zone

    async def page(self, chat_id: int | None, logins: Collection[str] | None, number: int) -> RepeatPage:
        """Return a page of a chat's repeats (None: of all) with these logins (None: with any), oldest first.

        An empty page gives way to the first.
        """
        async with self._database.read() as session:
            found = await repeats.page(session, chat_id, logins, offset=number * PAGE, limit=PAGE + 1)
            if not found and number:
                number, found = 0, await repeats.page(session, chat_id, logins, offset=0, limit=PAGE + 1)
        return RepeatPage(tuple(map(self.view, found[:PAGE])), number, more=len(found) > PAGE)

    async def look(self, repeat_id: int, whose: Whose) -> RepeatResult:
        """Return a repeat that a person may see."""
        async with self._database.read() as session:
            found = await self._find(session, repeat_id, whose, Action.RECEIVE)
        return self.view(found) if isinstance(found, StoredRepeat) else found

    async def pause(self, repeat_id: int, whose: Whose) -> RepeatResult:
        """Let nothing more come of a repeat until it goes on; what is asked about already still may be created."""
        return await self._change(repeat_id, whose, _paused, AuditAction.PAUSE_REPEAT, Action.RECEIVE)

    async def go_on(self, repeat_id: int, whose: Whose) -> RepeatResult:
        """Let a paused repeat go on with its first date from now on, if its owner still may."""
        return await self._change(repeat_id, whose, self._going_on, AuditAction.RESUME_REPEAT)

    async def end(self, repeat_id: int, whose: Whose) -> RepeatResult:
        """End a repeat for good, with what is asked about."""
        return await self._change(repeat_id, whose, _ended, AuditAction.END_REPEAT, Action.RECEIVE)

    async def switch(self, repeat_id: int, whose: Whose, *, by_itself: bool) -> RepeatResult:
        """Have a repeat made by itself, or only after a question each time."""

        async def switched(_session: AsyncSession, repeat: StoredRepeat, _now: datetime) -> RepeatRefusal | None:
            repeat.by_itself = by_itself
            return None

        action = AuditAction.REPEAT_BY_ITSELF if by_itself else AuditAction.REPEAT_ASKS
        return await self._change(repeat_id, whose, switched, action)

    async def skip(self, repeat_id: int, whose: Whose, number: int) -> RepeatResult:
        """Leave out the next date, which has to be the one of this number: pressed twice, one is left out."""

        async def skipped(session: AsyncSession, repeat: StoredRepeat, _now: datetime) -> RepeatRefusal | None:
            coming = dates_to_come(repeat, self._zone, 1)
            if not coming or coming[0].number != number:
                return RepeatRefusal.TOO_LATE
            nominal = coming[0].nominal
            if await repeats.occurrence(session, repeat.id, nominal) is None:
                session.add(new_occurrence(repeat, nominal, None))
            go_to(repeat, number + 1, self._zone)
            if repeat.next_at is None:
                repeat.state = RepeatState.ENDED
            return None

        return await self._change(repeat_id, whose, skipped, AuditAction.SKIP_REPEAT)

    async def run_now(self, repeat_id: int, whose: Whose) -> RepeatResult:
        """Make one now, apart from its dates, as today's: of these there is one. A duplicate is asked about first."""

        async def run(session: AsyncSession, repeat: StoredRepeat, now: datetime) -> RepeatRefusal | None:
            day = today(now, self._zone)
            if await repeats.occurrence(session, repeat.id, day) is not None:
                return RepeatRefusal.MADE_TODAY
            like = await self._duplicates.find(session, intent_of(repeat, day))
            of = new_run(repeat, now, RunState.AGREED if like is None else RunState.ASKED)
            of.answered_by = whose.person.name if like is None else None
            session.add(of)
            await session.flush()
            session.add(new_occurrence(repeat, day, of))
            return None

        return await self._change(repeat_id, whose, run, AuditAction.RUN_REPEAT_NOW)

    async def _change(
        self, repeat_id: int, whose: Whose, change: Change, action: AuditAction, right: Action = Action.USE
    ) -> RepeatResult:
        async with self._database.write() as session:
            found = await self._find(session, repeat_id, whose, right)
            if not isinstance(found, StoredRepeat):
                return found
            if found.owner_id != whose.person.id and not whose.as_admin:
                return RepeatRefusal.NOT_YOURS
            if found.is_over:
                return RepeatRefusal.TOO_LATE
            if right is Action.USE:
                denial = await self._authorization.denial(session, found.owner_id, found.chat_id, found.login)
                if denial is not None:
                    return denial
            now = self._clock.now()
            refusal = await change(session, found, now)
            if refusal is not None:
                return refusal
            detail = f"repeat {found.id}"
            audit.record(session, action, now=now, actor=whose.person, chat_id=found.chat_id, detail=detail)
        self._changes.announce(None)
        return self.view(found)

    async def _find(
        self, session: AsyncSession, repeat_id: int, whose: Whose, right: Action
    ) -> StoredRepeat | RepeatRefusal | Denial:
        """Return a repeat that a person may see, or change: with the login, in its chat, or as an admin anywhere."""
        repeat = await repeats.get(session, repeat_id)
        started = repeat is not None and repeat.state not in {RepeatState.PREVIEWED, RepeatState.DISCARDED}
        if repeat is None or not started or (repeat.chat_id != whose.chat_id and not whose.everywhere):
            return RepeatRefusal.GONE
        if right is Action.RECEIVE and whose.everywhere:
            # An admin may always look at one, pause and end it: that asks nothing of SMS Center.
            return repeat
        return await self._authorization.denial(session, whose.person.id, repeat.chat_id, repeat.login, right) or repeat

    async def _going_on(self, _session: AsyncSession, repeat: StoredRepeat, now: datetime) -> RepeatRefusal | None:
        if repeat.state is not RepeatState.PAUSED:
            return RepeatRefusal.TOO_LATE
        if not go_on_after(repeat, now, self._zone):
            return RepeatRefusal.ENDED
        repeat.state, repeat.pause, repeat.pause_told_at = RepeatState.ACTIVE, None, None
        repeat.resumed_at = now
        return None

    def view(self, repeat: StoredRepeat) -> RepeatView:
        """Return a repeat with its dates to come; of a paused one those that would come if it went on now."""
        match repeat.state:
            case RepeatState.ACTIVE:
                dates = dates_to_come(repeat, self._zone)
            case RepeatState.PAUSED:
                dates = upcoming(rule_of(repeat, self._zone), self._clock.now(), SHOWN_DATES)
            case _:
                dates = []
        return RepeatView(repeat, tuple(dates))


async def _paused(_session: AsyncSession, repeat: StoredRepeat, _now: datetime) -> RepeatRefusal | None:
    if repeat.state is not RepeatState.ACTIVE:
        return RepeatRefusal.TOO_LATE
    repeat.state, repeat.pause = RepeatState.PAUSED, RepeatPause.PERSON
    return None


async def _ended(session: AsyncSession, repeat: StoredRepeat, _now: datetime) -> RepeatRefusal | None:
    repeat.state, repeat.next_at = RepeatState.ENDED, None
    await skip_waiting(session, repeat)
    return None
