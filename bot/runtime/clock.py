"""The one clock of the application."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol


class Clock(Protocol):
    """Tells the time; handed in, so that tests and the simulation bring their own."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""


class LoopClock:
    """Wall time at the start, carried on by the event loop's monotonic clock.

    A step of the system's clock while the process runs (NTP, an operator) thus neither stalls a login nor lets two
    requests come too close; and under a loop with virtual time this clock is virtual too.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, started_at: datetime | None = None) -> None:
        self._loop = loop
        self._anchor = (started_at or datetime.now(UTC)) - timedelta(seconds=loop.time())

    def now(self) -> datetime:
        return self._anchor + timedelta(seconds=self._loop.time())


def start_of(day: date, zone: tzinfo | None) -> datetime:
    """Return the instant at which a day begins."""
    midnight = datetime.combine(day, time.min, tzinfo=zone)
    return midnight if zone is not None else midnight.astimezone()


def end_of(day: date, zone: tzinfo | None) -> datetime:
    """Return the instant at which a day is over: access until a day includes the day."""
    return start_of(day + timedelta(days=1), zone)


def last_day(end: datetime, zone: tzinfo | None) -> date:
    """Return the last day before an instant: what `end_of` was given."""
    return (end.astimezone(zone) - timedelta(microseconds=1)).date()


def today(now: datetime, zone: tzinfo | None) -> date:
    return now.astimezone(zone).date()
