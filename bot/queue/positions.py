"""Places in a login's queue and the times that follow from them. Pure."""

from collections.abc import Sequence
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
    """Place the open requests of one login (in the order in which they go out) and tell when each does."""
    running = next((request for request in open_requests if request.state is State.RUNNING), None)
    queued = [request for request in open_requests if request.state is State.QUEUED]
    placed = [(request, 0) for request in open_requests if request.state is State.RUNNING]
    return [
        position_of(login, request, ahead, running, pace=pace, now=now)
        for request, ahead in (*placed, *((request, ahead) for ahead, request in enumerate(queued)))
    ]


def position_of(
    login: Login, request: Request, ahead: int, running: Request | None, *, pace: timedelta, now: datetime
) -> QueuePosition:
    """Place one request, of which is known how many wait before it and which of its login's requests runs."""
    if request.state is State.RUNNING:
        return _waiting(login, request, 0, request.started_at)
    first = first_start(login, running.started_at if running is not None else None, pace=pace, now=now)
    return _waiting(login, request, ahead + 1, None if first is None else first + ahead * pace)


def first_start(login: Login, running_since: datetime | None, *, pace: timedelta, now: datetime) -> datetime | None:
    """Say when the first that waits goes out; None while the login is paused.

    While one runs, the next is taken to follow one pace after its start: the earliest that can be.
    """
    start = start_of_next(login)
    if start is None:
        return None
    return max(start, now) if running_since is None else max(start, now, running_since + pace)


def _waiting(login: Login, request: Request, place: int, starts_at: datetime | None) -> QueuePosition:
    paused = login.paused_at is not None
    return QueuePosition(request, place, starts_at, hold=login.hold, paused=paused, paused_by=login.paused_by)
