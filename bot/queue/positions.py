"""Places in a login's queue and the times that follow from them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import Hold, State
from db.logins import start_of_next
from db.models import Login, Request


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """A request that waits or runs: its place in its login's queue (0: it runs), and when it will go out, if known."""

    request: Request
    place: int
    starts_at: datetime | None
    hold: Hold | None
    paused: bool
    paused_by: str | None = None
    """Who paused its login, empty for the command line; None: SMS Center refused it."""

    @property
    def cancellable(self) -> bool:
        """Whether nothing of it has gone out: an invoice that exists cannot be un-made by forgetting it."""
        return self.request.state is State.QUEUED and self.request.invoice_number is None


def positions(login: Login, open_requests: Sequence[Request], *, pace: timedelta, now: datetime) -> list[QueuePosition]:
    """Place the open requests of one login (in the order in which they go out) and tell when each does.

    While one runs, the next is taken to follow one pace after its start: the earliest that can be.
    """
    running = [request for request in open_requests if request.state is State.RUNNING]
    queued = [request for request in open_requests if request.state is State.QUEUED]
    placed = [_waiting(login, request, 0, request.started_at) for request in running]
    first = _first_start(login, running, pace, now)
    for index, request in enumerate(queued):
        starts_at = None if first is None else first + index * pace
        placed.append(_waiting(login, request, index + 1, starts_at))
    return placed


def position_of(
    login: Login, request: Request, ahead: int, running: Request | None, *, pace: timedelta, now: datetime
) -> QueuePosition:
    """Place one request, of which is known how many wait before it and which of its login's requests runs."""
    if request.state is State.RUNNING:
        return _waiting(login, request, 0, request.started_at)
    first = _first_start(login, [running] if running is not None else [], pace, now)
    return _waiting(login, request, ahead + 1, None if first is None else first + ahead * pace)


def _first_start(login: Login, running: Iterable[Request], pace: timedelta, now: datetime) -> datetime | None:
    start = start_of_next(login)
    if start is None:
        return None
    after_running = [request.started_at + pace for request in running if request.started_at is not None]
    return max([start, now, *after_running])


def _waiting(login: Login, request: Request, place: int, starts_at: datetime | None) -> QueuePosition:
    paused = login.paused_at is not None
    return QueuePosition(request, place, starts_at, hold=login.hold, paused=paused, paused_by=login.paused_by)
