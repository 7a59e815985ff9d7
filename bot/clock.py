"""The one clock of the application."""

import asyncio
from datetime import UTC, datetime, timedelta
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
