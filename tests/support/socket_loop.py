"""A loop whose time is virtual and whose sockets are real: time stands still while an answer is awaited."""

import asyncio
import selectors
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.loop import Jump, Timeline, VirtualLoop

_PATIENCE_S = 60.0
"""Real seconds for which an answer may be awaited: far more than any takes."""


class VirtualSocketLoop(VirtualLoop, asyncio.SelectorEventLoop):
    """Jumps to the next timer, unless somebody said that an answer is on its way to us."""

    _selector: "_ReadOrJump"

    @contextmanager
    def answer_on_its_way(self) -> Iterator[None]:
        """Have time stand still during the block, which awaits an answer from the real world."""
        self._selector.awaited += 1
        try:
            yield
        finally:
            self._selector.awaited -= 1

    def awaits_while(self, unfinished: Callable[[], bool]) -> None:
        """Have time stand still whenever this says so, too: for what goes on without anybody who awaits it."""
        self._selector.unfinished.append(unfinished)

    def _jumping(self) -> "_ReadOrJump":
        # asyncio has made a selector of its own by now, with its wake-up pipe in it.
        sockets: Any = self._selector
        return _ReadOrJump(self._timeline, sockets)

    def _process_events(self, event_list: list[Any]) -> None:
        asyncio.SelectorEventLoop._process_events(self, event_list)  # type: ignore[attr-defined]


class _ReadOrJump(Jump):
    def __init__(self, timeline: Timeline, sockets: selectors.BaseSelector) -> None:
        super().__init__(timeline)
        self.awaited = 0
        self.unfinished: list[Callable[[], bool]] = []
        self._sockets = sockets

    def __getattr__(self, name: str) -> Any:
        """Pass on what asyncio asks of its selector."""
        return getattr(self._sockets, name)

    def select(self, timeout: float | None) -> list[Any]:
        stands_still = self.awaited > 0 or any(unfinished() for unfinished in self.unfinished)
        waits = stands_still and timeout != 0
        events = self._sockets.select(_PATIENCE_S if waits else 0)
        if waits and not events:
            raise TimeoutError(f"no answer within {_PATIENCE_S} s")
        return events if stands_still or events else super().select(timeout)
