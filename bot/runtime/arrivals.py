"""First come, first served, across tasks that run side by side: each thing that arrives has its turn in order.

What arrived is handled concurrently, and only where the order shows does one wait for those before it: until they had
their own turn, ended, or began to wait for somebody else. Nobody waits for long: order is not worth standing still.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count

_PATIENCE_S = 2.0


@dataclass(eq=False, slots=True)
class Arrival:
    """One thing that arrived."""

    number: int
    turn: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while nothing before it is in."""


class Arrivals:
    """Knows what arrived and has not passed yet, in order."""

    def __init__(self, patience_s: float = _PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._numbers = count()
        self._inside: OrderedDict[int, Arrival] = OrderedDict()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._handled: ContextVar[Arrival | None] = ContextVar("arrival", default=None)

    def enter(self) -> Arrival:
        """Note that something arrived, after all that entered before; it is in until it passed."""
        arrival = Arrival(next(self._numbers))
        self._inside[arrival.number] = arrival
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
        if self._inside.pop(arrival.number, None) is not None:
            self._call_first()

    def _overtake(self, arrival: Arrival) -> None:
        """Let everything before this one wait for nobody and hold up nobody."""
        for number in [number for number in self._inside if number < arrival.number]:
            self._inside.pop(number).turn.set()
        self._call_first()

    async def quiet(self) -> None:
        """Wait until all that arrived has passed."""
        await self._quiet.wait()

    def _call_first(self) -> None:
        if self._inside:
            self._quiet.clear()
            next(iter(self._inside.values())).turn.set()
        else:
            self._quiet.set()
