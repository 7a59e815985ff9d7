"""An event loop whose time is virtual: it never waits, it jumps to the next timer."""

import asyncio
import heapq
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

START = 1_000.0
BEGAN = datetime(2026, 11, 22, 9, tzinfo=UTC) - timedelta(seconds=START)
"""What a calendar says at the moment 0."""
_MOST_ITERATIONS = 400_000
_COMPUTING = 0.000_001
"""How long one turn of the loop takes: whoever waits for a time would else wake just before it for ever."""


class DeadlockError(Exception):
    """Nothing is ready and nothing ever will be."""


class SpinningError(Exception):
    """The program works and works, and time does not go on."""


class Timeline:
    """The virtual time of a whole schedule, in seconds, and what happens in the world outside of the process.

    It outlives the loops: while no process runs, time goes on here.
    """

    def __init__(self, now: float = START) -> None:
        self.now = now
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def at(self, moment: float, happen: Callable[[], None]) -> None:
        """Have something happen in the world; it must neither wait nor raise."""
        heapq.heappush(self._events, (max(moment, self.now), next(self._order), happen))

    def after(self, delay: float, happen: Callable[[], None]) -> None:
        self.at(self.now + delay, happen)

    def jump(self, moment: float) -> bool:
        """Go on to `moment`, or to the next event if that comes first and let it happen; say if one did."""
        if self._events and self._events[0][0] <= moment:
            at, _, happen = heapq.heappop(self._events)
            self.now = max(self.now, at)
            happen()
            return True
        self.now = max(self.now, moment)
        return False

    def pass_without_process(self, seconds: float) -> None:
        """Let time go by while no process runs."""
        until = self.now + seconds
        while self.jump(until):
            pass

    @property
    def next_event_at(self) -> float | None:
        return self._events[0][0] if self._events else None


class VirtualLoop(asyncio.BaseEventLoop):
    """asyncio's own loop, without sockets and threads: what would use one fails."""

    _ready: deque[asyncio.Handle]
    _scheduled: list[asyncio.TimerHandle]
    _selector: "Jump"

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self._timeline = timeline
        self._selector = self._jumping()
        self._interrupted: list[asyncio.Handle] = []

    def time(self) -> float:
        return self._timeline.now

    def die(self) -> None:
        """End the loop before anything else of it runs; the one step that calls this goes on to its next await."""
        nothing = asyncio.Handle(lambda: None, (), self)
        nothing.cancel()
        self._interrupted = list(self._ready)
        # The loop counts on what it has seen in there.
        self._ready.clear()
        self._ready.extend([nothing] * len(self._interrupted))
        self._scheduled.clear()
        self.stop()

    def leave_the_world(self) -> None:
        """Go on in a time of its own, in which nothing happens: to take down what is dead."""
        self._timeline = Timeline(self._timeline.now)
        self._selector.timeline = self._timeline
        self._ready.extend(self._interrupted)

    def _jumping(self) -> "Jump":
        return Jump(self._timeline)

    def run_in_executor(self, _executor: Any, work: Callable[..., Any], *args: Any) -> Any:  # type: ignore[override]
        """Do the work at once: a thread would not be deterministic."""
        done = self.create_future()
        try:
            done.set_result(work(*args))
        except Exception as error:  # noqa: BLE001 - whoever awaits it gets it
            done.set_exception(error)
        return done

    def _process_events(self, event_list: list[Any]) -> None:
        """There are no sockets."""

    def _write_to_self(self) -> None:
        """Nobody waits in another thread."""


class Jump:
    """Takes the place of the selector: where that would wait, time jumps."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._iterations = 0

    def select(self, timeout: float | None) -> list[Any]:
        self._iterations += 1
        if self._iterations > _MOST_ITERATIONS:
            raise SpinningError(f"{_MOST_ITERATIONS} iterations of one process")
        if timeout is None:
            if self.timeline.next_event_at is None:
                raise DeadlockError
            self.timeline.jump(self.timeline.next_event_at)
        else:
            self.timeline.jump(self.timeline.now + max(timeout, _COMPUTING))
        return []
