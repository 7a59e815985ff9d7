"""One bell for everything that happens: long polls, webhooks and tests wait for it, then look again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Bell:
    """Wakes whoever waits. Rung synchronously by the state, so that the state itself stays free of asyncio."""

    def __init__(self) -> None:
        self.rings = 0
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait now."""
        self.rings += 1
        self._rung.set()
        self._rung = asyncio.Event()

    async def until(self, look: Callable[[], T | None]) -> T:
        """Call `look` now and after each ring until it returns something true, and return that."""
        while True:
            seen = look()
            if seen:
                return seen
            await self._rung.wait()
