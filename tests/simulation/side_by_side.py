"""Several processes at once on one timeline: the one whose turn is next takes it, and one that is paused takes none."""

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.simulation.process import Process
from tests.support.loop import Jump, SpinningError, Timeline, VirtualLoop

_MOST_ROUNDS = 1_000_000
_TURN = 0.000_001
"""How long one turn of a loop takes."""


class SharingLoop(VirtualLoop):
    """A loop that shares its time with others: it is told when to take a turn."""

    _thread_id: int | None
    _stopping: bool

    def round(self) -> None:
        """Run what is ready, once."""
        with self._is_the_running_one():
            self._run_once()  # type: ignore[attr-defined]

    @property
    def next_turn_at(self) -> float | None:
        """When it has something to do; None: never, as far as it knows."""
        if self._ready:
            return self.time()
        return self._scheduled[0].when() if self._scheduled else None

    def leave_the_world(self) -> None:
        super().leave_the_world()
        self._stopping = False
        self._selector = Jump(self._timeline)

    def _jumping(self) -> Jump:
        return _Nobody(self._timeline)

    @contextmanager
    def _is_the_running_one(self) -> Iterator[None]:
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(self._asyncgen_firstiter_hook, self._asyncgen_finalizer_hook)  # type: ignore[attr-defined]
        asyncio._set_running_loop(self)
        self._thread_id = threading.get_ident()
        try:
            yield
        finally:
            self._thread_id = None
            asyncio._set_running_loop(None)
            sys.set_asyncgen_hooks(*hooks)


class _Nobody(Jump):
    """A selector that never waits: whoever shares out the turns does."""

    def select(self, timeout: float | None) -> list[Any]:
        del timeout
        self.timeline.jump(self.timeline.now + _TURN)
        return []


class SideBySide:
    """Shares out the turns."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._paused: set[Process] = set()
        self.running: list[Process] = []

    def pause(self, process: Process) -> None:
        self._paused.add(process)

    def wake(self, process: Process) -> None:
        self._paused.discard(process)

    def run(self) -> Iterator[Process]:
        """Let all run, and yield each process that has come to its end; more may be added to `running` meanwhile."""
        for _ in range(_MOST_ROUNDS):
            for process in [one for one in self.running if one.is_over]:
                self.running.remove(process)
                self._paused.discard(process)
                yield process
            turns = [
                (at, index)
                for index, one in enumerate(self.running)
                if one not in self._paused and (at := _next_turn_of(one)) is not None
            ]
            if not turns and self._timeline.next_event_at is None:
                return
            at, index = min(turns, default=(float("inf"), -1))
            event_at = self._timeline.next_event_at
            if index < 0 or (event_at is not None and event_at <= at):
                self._timeline.jump(event_at or 0.0)
                continue
            self._timeline.jump(at)
            _loop_of(self.running[index]).round()
        raise SpinningError(f"{_MOST_ROUNDS} rounds of one schedule")


def _loop_of(process: Process) -> SharingLoop:
    if not isinstance(process.loop, SharingLoop):
        raise TypeError("a process side by side with others needs a loop that shares")
    return process.loop


def _next_turn_of(process: Process) -> float | None:
    return _loop_of(process).next_turn_at
