"""Reading the bot's database for the page: once for each change, however many pages look on."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from sandbox.demo.stage import Stage

T = TypeVar("T")


class Reading(Generic[T]):
    """What `look` reads, kept until the bell rings."""

    def __init__(self, stage: Stage, look: Callable[[Stage], Awaitable[T]]) -> None:
        self._stage = stage
        self._look = look
        self._read_at = -1
        self._seen: T | None = None

    async def read(self, *, again: bool = False) -> T:
        """Return what was read since the last ring, or read it; `again` reads it in any case."""
        rings = self._stage.telegram.world.bell.rings
        if again or self._seen is None or rings != self._read_at:
            self._read_at = rings
            self._seen = await self._look(self._stage)
        return self._seen
