"""What a status message promises, and when it is worth an edit. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain import Hold
from bot.queue.positions import first_start
from db.models import Login, Request
from db.status_messages import WaitingThere

_WORTH_TELLING = timedelta(seconds=30)
_PART_OF_WAIT = 20
"""Who is told of two hours need not hear of every half minute: up to a twentieth of the wait is near enough."""


class Delay(StrEnum):
    """Why requests wait for something else than their turn."""

    NONE = "none"
    PAUSED = "paused"
    """By a person."""
    REFUSED = "refused"
    """SMS Center refused the login, so it is paused."""
    BLOCKED = "blocked"
    WRONG_SETTING = "wrong_setting"
    UNREACHABLE = "unreachable"
    THROTTLED = "throttled"
    """Somebody else used the login."""


_OF_HOLDS = {
    Hold.BLOCKED: Delay.BLOCKED,
    Hold.WRONG_SETTING: Delay.WRONG_SETTING,
    Hold.UNREACHABLE: Delay.UNREACHABLE,
}


@dataclass(frozen=True, slots=True)
class Promise:
    """What is true of those requests of one chat, topic and login that wait, until something happens to them.

    That they go out one after the other is part of it, so that this changes nothing.
    """

    newest_id: int
    waiting: int
    is_next: bool
    """Whether there is one, and it goes out next."""
    last_at: datetime | None
    """When the newest goes out; None where nobody knows."""
    delay: Delay


@dataclass(frozen=True, slots=True)
class Prospect:
    """What can be said now of what waits in one place."""

    newest: Request
    count: int
    before: int
    """How many of the login's requests go out before the first."""
    first_at: datetime | None
    last_at: datetime | None
    delay: Delay
    at: datetime
    """When this was so."""
    paused_by: str
    """Who paused the login; empty for the command line, or where nobody did."""

    @property
    def promise(self) -> Promise:
        return Promise(
            newest_id=self.newest.id,
            waiting=self.count,
            is_next=self.count == 1 and self.before == 0,
            last_at=self.last_at,
            delay=self.delay,
        )


def prospect(there: WaitingThere, *, pace: timedelta, now: datetime) -> Prospect:
    """Work out what can be said of what waits in a place."""
    first = first_start(there.login, there.running_since, pace=pace, now=now)
    delay = delay_of(there.login)
    if delay is Delay.NONE and there.first_throttled:
        delay = Delay.THROTTLED
    return Prospect(
        there.newest,
        there.count,
        there.before_first,
        first_at=None if first is None else first + there.before_first * pace,
        last_at=None if first is None else first + there.before_newest * pace,
        delay=delay,
        at=now,
        paused_by=there.login.paused_by or "",
    )


def delay_of(login: Login) -> Delay:
    """Say why a login starts nothing at the moment, if there is a reason."""
    if login.paused_at is not None:
        return Delay.REFUSED if login.paused_by is None else Delay.PAUSED
    return Delay.NONE if login.hold is None else _OF_HOLDS[login.hold]


def is_worth_telling(told: Promise, true: Promise, now: datetime) -> bool:
    """Say whether people should read anew: of a newer request, another state of the login, or another time."""
    if true.newest_id > told.newest_id or true.delay is not told.delay or (true.is_next and not told.is_next):
        return True
    wait = timedelta(0) if true.last_at is None else true.last_at - now
    return has_moved(told.last_at, true.last_at, max(_WORTH_TELLING, wait / _PART_OF_WAIT))


def has_moved(told: datetime | None, now: datetime | None, by: timedelta) -> bool:
    """Say whether a time is another by more than so much."""
    if told is None or now is None:
        return told is not now
    return abs(now - told) > by
