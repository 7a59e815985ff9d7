"""Doing at once for many what each of them would otherwise wait for alone."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Together(Generic[K, V]):
    """Asks one question for all who ask while another is under way; alone, nobody waits for company.

    `ask` answers many, `at_most` so many in one go. What it raises for several is asked once more by each alone.
    """

    def __init__(self, ask: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]], *, at_most: int) -> None:
        self._ask = ask
        self._at_most = at_most
        self._turn = asyncio.Lock()
        self._waiting: dict[_Place[K, V], None] = {}
        """In the order in which they came."""

    async def ask(self, what: K) -> V:
        """Return the answer for one."""
        place = _Place[K, V](what)
        self._waiting[place] = None
        try:
            async with self._turn:
                # Who was before in turn has asked for those behind, too.
                if not place.answers:
                    await self._ask_for_all(place)
            return place.answers[what]
        finally:
            self._waiting.pop(place, None)

    async def _ask_for_all(self, first: "_Place[K, V]") -> None:
        places = list(self._waiting)[: self._at_most]
        try:
            answers = await self._ask([place.what for place in places])
        except Exception:
            if len(places) == 1:
                raise
            places = [first]
            answers = await self._ask([first.what])
        for place in places:
            place.answers = answers
            self._waiting.pop(place, None)


class _Place(Generic[K, V]):
    """A place in the line."""

    def __init__(self, what: K) -> None:
        self.what = what
        self.answers: Mapping[K, V] = {}
