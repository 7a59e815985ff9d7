"""What a change of a login's queue means for status messages: for few of them, or for all."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.promises import Delay, delay_of, has_moved
from bot.queue.positions import first_start
from db import status_messages
from db.status_messages import QueueEnds, StatusPlace

_DRIFT = timedelta(seconds=15)
"""Half of what is worth an edit: a message said when times had moved by less is still true enough."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A login as it was when its messages were last looked at."""

    delay: Delay
    newest_id: int
    first_id: int | None
    reference_id: int
    """A request that waited, and when it was to go out: if it does so later or earlier, so do others."""
    reference_at: datetime | None


@dataclass(frozen=True, slots=True)
class Affected:
    """Where something has changed; `everywhere`: each status message of the login may have become untrue."""

    places: frozenset[StatusPlace]
    everywhere: bool
    mark: _Mark | None
    """The login as it is now, to be remembered once this is seen to."""


class Upheavals:
    """Remembers how each login was, so that a turn of its queue costs what it changes, not what waits.

    A queue that moves on as foreseen makes no message untrue. All are looked at again when the login's state changes,
    when times have moved, by a cancelled request or by slow answers, and after a start.
    """

    def __init__(self, pace: timedelta) -> None:
        self._pace = pace
        self._marks: dict[str, _Mark] = {}

    def forget(self, login: str) -> None:
        """Have all messages of a login looked at again."""
        self._marks.pop(login, None)

    def forget_all(self) -> set[str]:
        """Have all messages looked at again; return of which logins anything was known."""
        logins = set(self._marks)
        self._marks.clear()
        return logins

    def remember(self, login: str, found: Affected) -> None:
        """Take a login as looked at; until then, each look says the same."""
        if found.mark is None:
            self.forget(login)
        else:
            self._marks[login] = found.mark

    async def look(self, session: AsyncSession, login: str, now: datetime) -> Affected:
        """Say where a login's change matters."""
        mark = self._marks.get(login)
        ends = await status_messages.ends(session, login)
        if ends is None or ends.first_id is None or ends.newest_id is None:
            return Affected(frozenset(), everywhere=mark is not None, mark=None)
        after_id = mark.newest_id if mark is not None else 0
        places = set[StatusPlace]()
        if ends.newest_id > after_id:
            places |= await status_messages.places_since(session, login, after_id)
        if mark is None or mark.first_id != ends.first_id:
            places.add(await status_messages.place_of(session, ends.first_id))
        moved = mark is None or await self._has_moved(session, ends, mark, now)
        everywhere = moved or mark is None or mark.delay is not delay_of(ends.login)
        if everywhere or mark is None:
            reference = ends.newest_id, await self._time_of(session, ends, ends.newest_id, now)
        else:
            reference = mark.reference_id, mark.reference_at
        newest_id = max(ends.newest_id, after_id)
        return Affected(
            frozenset(places), everywhere, _Mark(delay_of(ends.login), newest_id, ends.first_id, *reference)
        )

    async def _has_moved(self, session: AsyncSession, ends: QueueEnds, mark: _Mark, now: datetime) -> bool:
        before = await status_messages.waits_before(session, ends.login.login, mark.reference_id)
        return before is None or has_moved(mark.reference_at, self._at(ends, before, now), _DRIFT)

    async def _time_of(self, session: AsyncSession, ends: QueueEnds, request_id: int, now: datetime) -> datetime | None:
        before = await status_messages.waits_before(session, ends.login.login, request_id)
        return self._at(ends, before or 0, now)

    def _at(self, ends: QueueEnds, before: int, now: datetime) -> datetime | None:
        first = first_start(ends.login, ends.running_since, pace=self._pace, now=now)
        return None if first is None else first + before * self._pace
