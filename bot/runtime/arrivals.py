"""First come, first served, across tasks that run side by side: each thing that arrives has its turn in order.

What arrived is handled concurrently, and only where the order shows does one wait for those before it: until they had
their own turn, ended, or began to wait for somebody else. Nobody waits for long: order is not worth standing still.

What comes in crowds stands in line before it is handled at all, a few at a time: whatever else arrives finds the way
free, however long the line is.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count

_PATIENCE_S = 2.0
_PLACES = 4
"""Enough for the database never to wait for a handler; more would only make each of them slower."""


@dataclass(eq=False, slots=True)
class Arrival:
    """One thing that arrived."""

    number: int
    turn: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while nothing before it is in."""
    admitted: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once it may be handled."""
    has_place: bool = False


class Arrivals:
    """Knows what arrived and has not passed yet, in order."""

    def __init__(self, patience_s: float = _PATIENCE_S, places: int = _PLACES) -> None:
        self._patience_s = patience_s
        self._free_places = places
        self._line: deque[Arrival] = deque()
        self._numbers = count()
        self._inside: OrderedDict[int, Arrival] = OrderedDict()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._handled: ContextVar[Arrival | None] = ContextVar("arrival", default=None)

    @property
    def free_places(self) -> int:
        """How many that stand in line would be admitted at once."""
        return self._free_places

    def enter(self, *, in_line: bool = False) -> Arrival:
        """Note that something arrived, after all that entered before; it is in until it passed.

        What is to stand `in_line` is admitted when a place is free and nothing before it stands there; it leaves its
        place when it has passed, or has had it for as long as anybody's patience lasts.
        """
        arrival = Arrival(next(self._numbers))
        self._inside[arrival.number] = arrival
        if in_line:
            self._line.append(arrival)
            self._admit()
        else:
            arrival.admitted.set()
        self._call_first()
        return arrival

    @contextmanager
    def handling(self, arrival: Arrival) -> Iterator[None]:
        """Have what is done in this block, and in tasks begun there, be done for this arrival; it has passed then."""
        token = self._handled.set(arrival)
        try:
            yield
        finally:
            self._handled.reset(token)
            self.leave(arrival)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until all that arrived before has passed, but not for ever; after the block this one has passed, too."""
        arrival = self._handled.get()
        if arrival is None or not self.is_in(arrival):
            yield
            return
        try:
            async with asyncio.timeout(self._patience_s):
                await arrival.turn.wait()
        except TimeoutError:
            self._overtake(arrival)
        try:
            yield
        finally:
            self.leave(arrival)

    def pass_on(self) -> None:
        """Let what is handled here hold up nobody any more: it begins to wait for something else."""
        arrival = self._handled.get()
        if arrival is not None:
            self.leave(arrival)

    def is_in(self, arrival: Arrival) -> bool:
        """Say whether something has not passed yet."""
        return arrival.number in self._inside

    def leave(self, arrival: Arrival) -> None:
        """Note that something has passed; leaving twice does nothing more."""
        if not arrival.admitted.is_set():
            arrival.admitted.set()
            self._line.remove(arrival)
        self._free(arrival)
        if self._inside.pop(arrival.number, None) is not None:
            self._call_first()

    def _admit(self) -> None:
        while self._line and self._free_places:
            arrival = self._line.popleft()
            self._free_places -= 1
            arrival.has_place = True
            arrival.admitted.set()
            asyncio.get_running_loop().call_later(self._patience_s, self._free, arrival)

    def _free(self, arrival: Arrival) -> None:
        if arrival.has_place:
            arrival.has_place = False
            self._free_places += 1
            self._admit()

    def _overtake(self, arrival: Arrival) -> None:
        """Let everything at work before this one wait for nobody and hold up nobody."""
        before = [other for number, other in self._inside.items() if number < arrival.number]
        for other in before:
            if other.admitted.is_set():
                del self._inside[other.number]
                other.turn.set()
        self._call_first()

    async def quiet(self, patience_s: float | None = None) -> None:
        """Wait until all that arrived has passed, or until patience is at its end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self._quiet.wait()

    def _call_first(self) -> None:
        if self._inside:
            self._quiet.clear()
            next(iter(self._inside.values())).turn.set()
        else:
            self._quiet.set()
