"""Ends the process where its event loop has stood still for long: nothing that runs in the loop could notice."""

import asyncio
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable

_log = logging.getLogger(__name__)

_TICK_S = 60.0
_TICKS = 3
_TELL_WITHIN_S = 5.0


class StallGuard:
    """A thread that counts its own ticks while the loop gives no sign of life.

    It counts ticks and not time: a process that was stopped for an hour and goes on has not stood still.
    """

    def __init__(self, end: Callable[[str], None], *, tick_s: float = _TICK_S, ticks: int = _TICKS) -> None:
        self._end = end
        self._tick_s = tick_s
        self._ticks = ticks
        self._missed = 0

    async def run(self) -> None:
        """Give a sign of life with every tick; `end` hears from the thread where the loop stands, if it does not."""
        over = threading.Event()
        thread = threading.Thread(target=self._watch, args=(threading.get_ident(), over), name="stall", daemon=True)
        thread.start()
        try:
            while True:
                self._missed = 0
                await asyncio.sleep(self._tick_s)
        finally:
            over.set()

    def _watch(self, loop_thread: int, over: threading.Event) -> None:
        while not over.wait(self._tick_s):
            self._missed += 1
            if self._missed > self._ticks:
                self._end(f"the event loop stands still at {_place(loop_thread)}")
                return


def end_at_once(cause: str) -> None:
    """End the process with exit code 1, whatever its other threads do, after a line that says why."""
    # Another thread may hold the log's lock for good.
    telling = threading.Thread(target=_log.critical, args=("%s: the process ends", cause), daemon=True)
    telling.start()
    telling.join(_TELL_WITHIN_S)
    os._exit(1)


def _place(thread: int) -> str:
    frame = sys._current_frames().get(thread)  # noqa: SLF001 - the documented way to see another thread
    if frame is None:
        return "an unknown place"
    last = traceback.extract_stack(frame)[-1]
    return f"{last.filename}:{last.lineno} in {last.name}"
