"""Waiting for something to become true, without polling."""

import asyncio
from collections.abc import Callable


class Changes:
    """Wakes those who wait whenever something may have become true."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` at every notification."""
        self._listeners.append(listener)

    def notify(self) -> None:
        """Let everybody who waits look again."""
        for listener in self._listeners:
            listener()
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, predicate: Callable[[], bool], timeout: float) -> None:
        """Return as soon as the predicate holds; raises TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while not predicate():
                future = asyncio.get_running_loop().create_future()
                self._waiting.add(future)
                try:
                    await future
                finally:
                    self._waiting.discard(future)
