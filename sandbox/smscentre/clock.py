"""Time as the SMS Center sees it, handed in so that tests can hold it still."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant, read twice: `monotonic` in seconds for distances, `wall` (aware, UTC) for people."""

    monotonic: float
    wall: datetime


class Clock(Protocol):
    """Where the SMS Center takes the time from."""

    def now(self) -> Moment:
        """Return the present moment."""


class SystemClock:
    """The machine's own clock; `monotonic` is `time.monotonic()`, shared by all processes of a machine."""

    def now(self) -> Moment:
        """Return the present moment."""
        return Moment(time.monotonic(), datetime.now(UTC))
