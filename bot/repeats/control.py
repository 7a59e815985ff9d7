"""What a person may do to a repeat that was created, and how it stands."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.documents.duplicates import DuplicateGuard
from bot.domain import Denial, OccurrenceState, Person, RepeatPause, RepeatState, RunState
from bot.repeats.changes import RepeatChanges
from bot.repeats.dates import SHOWN_DATES, dates_to_come, go_on_after, go_to, rule_of
from bot.repeats.desk import RepeatRefusal
from bot.repeats.runs import intent_of, is_doubtful, new_occurrence, new_run, skip_waiting
from bot.runtime.clock import Clock, today
from bot.schedules.recurrence import Occurrence, occurrence, upcoming
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
Change = Callable[[AsyncSession, StoredRepeat, datetime], Awaitable[RepeatRefusal | bool]]
"""Changes a repeat, or says why not; False: it is as the press would have it, from the same press or one before."""


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

    @property
    def zone(self) -> tzinfo | None:
        """The team's time zone, in which all dates are."""
        return self._zone

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

    async def may_change(self, repeat_id: int, whose: Whose) -> RepeatResult:
        """Return a repeat that a person may change now."""
        async with self._database.read() as session:
            found = await self._changeable(session, repeat_id, whose, Action.USE)
        if isinstance(found, StoredRepeat):
            return RepeatRefusal.TOO_LATE if found.is_over else self.view(found)
        return found

    async def pause(self, repeat_id: int, whose: Whose) -> RepeatResult:
        """Let nothing more come of a repeat until it goes on; what is asked about already still may be created."""
        return await self.change(repeat_id, whose, _paused, AuditAction.PAUSE_REPEAT, Action.RECEIVE)

    async def go_on(self, repeat_id: int, whose: Whose) -> RepeatResult:
        """Let a paused repeat go on with its first date from now on, if its owner still may."""
        return await self.change(repeat_id, whose, self._going_on, AuditAction.RESUME_REPEAT)

    async def end(self, repeat_id: int, whose: Whose) -> RepeatResult:
        """End a repeat for good, with what is asked about."""
        return await self.change(repeat_id, whose, _ended, AuditAction.END_REPEAT, Action.RECEIVE)

    async def switch(self, repeat_id: int, whose: Whose, *, by_itself: bool) -> RepeatResult:
        """Have a repeat made by itself, or only after a question each time."""

        async def switched(_session: AsyncSession, repeat: StoredRepeat, _now: datetime) -> RepeatRefusal | bool:
            if repeat.is_over:
                return RepeatRefusal.TOO_LATE
            changes = repeat.by_itself != by_itself
            repeat.by_itself = by_itself
            return changes

        action = AuditAction.REPEAT_BY_ITSELF if by_itself else AuditAction.REPEAT_ASKS
        return await self.change(repeat_id, whose, switched, action)

    async def skip(self, repeat_id: int, whose: Whose, number: int) -> RepeatResult:
        """Leave out the next date, which has to be the one of this number: pressed twice, one is left out."""

        async def skipped(session: AsyncSession, repeat: StoredRepeat, _now: datetime) -> RepeatRefusal | bool:
            coming = dates_to_come(repeat, self._zone, 1)
            if not coming or coming[0].number != number or repeat.is_over:
                return await self._was_skipped(session, repeat, number)
            nominal = coming[0].nominal
            if await repeats.occurrence(session, repeat.id, nominal) is None:
                session.add(new_occurrence(repeat, nominal, None))
            go_to(repeat, number + 1, self._zone)
            if repeat.next_at is None:
                repeat.state = RepeatState.ENDED
            return True

        return await self.change(repeat_id, whose, skipped, AuditAction.SKIP_REPEAT)

    async def run_now(self, repeat_id: int, whose: Whose) -> RepeatResult:
        """Make one now, apart from its dates, as today's: of these there is one. A duplicate is asked about first."""

        async def run(session: AsyncSession, repeat: StoredRepeat, now: datetime) -> RepeatRefusal | bool:
            if repeat.is_over:
                return RepeatRefusal.TOO_LATE
            day = today(now, self._zone)
            known = await repeats.occurrence(session, repeat.id, day)
            if known is not None:
                return False if known.state is OccurrenceState.WAITING else RepeatRefusal.MADE_TODAY
            is_like = await is_doubtful(self._duplicates, session, intent_of(repeat, day))
            of = new_run(repeat, now, RunState.ASKED if is_like else RunState.AGREED)
            of.answered_by = None if is_like else whose.person.name
            session.add(of)
            await session.flush()
            session.add(new_occurrence(repeat, day, of))
            return True

        return await self.change(repeat_id, whose, run, AuditAction.RUN_REPEAT_NOW)

    async def change(
        self, repeat_id: int, whose: Whose, change: Change, action: AuditAction, right: Action = Action.USE
    ) -> RepeatResult:
        """Have a person change a repeat, and write down that they did."""
        async with self._database.write() as session:
            found = await self._changeable(session, repeat_id, whose, right)
            if not isinstance(found, StoredRepeat):
                return found
            now = self._clock.now()
            changed = await change(session, found, now)
            if isinstance(changed, RepeatRefusal):
                return changed
            if changed:
                detail = f"repeat {found.id}"
                audit.record(session, action, now=now, actor=whose.person, chat_id=found.chat_id, detail=detail)
        # Also where nothing changed: the press before may have ended before it told.
        self._changes.announce(None)
        return self.view(found)

    async def _changeable(
        self, session: AsyncSession, repeat_id: int, whose: Whose, right: Action
    ) -> StoredRepeat | RepeatRefusal | Denial:
        """Return a repeat of the person's own, or any that an admin may change; for more than to end it, its owner
        must still have the right to it, too."""
        found = await self._find(session, repeat_id, whose, right)
        if not isinstance(found, StoredRepeat):
            return found
        if found.owner_id != whose.person.id and not whose.as_admin:
            return RepeatRefusal.NOT_YOURS
        if right is not Action.USE:
            return found
        return await self._authorization.denial(session, found.owner_id, found.chat_id, found.login) or found

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

    async def _was_skipped(self, session: AsyncSession, repeat: StoredRepeat, number: int) -> RepeatRefusal | bool:
        """Say whether a date that is not the next any more was left out by a press."""
        passed = occurrence(rule_of(repeat, self._zone), number) if number < repeat.next_number else None
        known = None if passed is None else await repeats.occurrence(session, repeat.id, passed.nominal)
        was = known is not None and known.run_id is None and known.state is OccurrenceState.SKIPPED
        return False if was else RepeatRefusal.TOO_LATE

    async def _going_on(self, _session: AsyncSession, repeat: StoredRepeat, now: datetime) -> RepeatRefusal | bool:
        if repeat.state is not RepeatState.PAUSED:
            return RepeatRefusal.TOO_LATE if repeat.is_over else False
        if not go_on_after(repeat, now, self._zone):
            return RepeatRefusal.ENDED
        repeat.state, repeat.pause, repeat.pause_told_at = RepeatState.ACTIVE, None, None
        repeat.resumed_at = now
        return True

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


async def _paused(_session: AsyncSession, repeat: StoredRepeat, _now: datetime) -> RepeatRefusal | bool:
    if repeat.state is not RepeatState.ACTIVE:
        return RepeatRefusal.TOO_LATE if repeat.is_over else False
    repeat.state, repeat.pause = RepeatState.PAUSED, RepeatPause.PERSON
    return True


async def _ended(session: AsyncSession, repeat: StoredRepeat, _now: datetime) -> RepeatRefusal | bool:
    if repeat.is_over:
        return False
    repeat.state, repeat.next_at = RepeatState.ENDED, None
    await skip_waiting(session, repeat)
    return True
