"""The one way to Telegram for all that counts in its limits: each message waits here for its turn."""

import asyncio
import logging
from collections.abc import Callable, Hashable
from itertools import count

from bot.messaging.budgets import Budgets, Rank
from bot.messaging.turns import Ticket, Turns

_log = logging.getLogger(__name__)


class Outbox:
    """Lets messages go as Telegram's limits allow (`TELEGRAM` in `budgets.py`), the important ones first.

    It counts what is about to be sent, not what arrived, and knows nothing of what is in it. Time is the event loop's,
    which also wakes it.
    """

    def __init__(self, budgets: Budgets, begins_to_wait: Callable[[], None] = lambda: None) -> None:
        """Make an empty one; `begins_to_wait` is told in the task that has a message to send."""
        self._begins_to_wait = begins_to_wait
        self._turns = Turns(budgets)
        self._places = count()
        self._waiting: dict[Ticket, asyncio.Future[bool]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def place(self) -> int:
        """Return the place at the end of the line; whoever tries the same message again comes with the same one."""
        return next(self._places)

    async def turn(self, chat_id: int, rank: Rank, place: int, *, key: Hashable | None = None, size: int = 1) -> bool:
        """Wait until a message may be sent; False if a newer one with the same key goes in its place.

        `size` is as how many it counts.
        """
        self._begins_to_wait()
        loop = asyncio.get_running_loop()
        ticket = Ticket(chat_id, rank, place, key, size)
        mine: asyncio.Future[bool] = loop.create_future()
        self._waiting[ticket] = mine
        replaced = self._turns.add(ticket, loop.time())
        if replaced is not None:
            self._tell(replaced, goes=False)
        self._give_turns()
        try:
            return await mine
        finally:
            if self._waiting.pop(ticket, None) is not None:
                self._turns.drop(ticket, loop.time())
                self._give_turns()

    def hold(self, chat_id: int, seconds: float) -> None:
        """Let nothing go to a chat for a while, because Telegram said so; all others go on."""
        now = asyncio.get_running_loop().time()
        self._turns.hold(chat_id, now + seconds, now)
        self._give_turns()

    def is_free(self, chat_id: int) -> bool:
        """Say whether nothing waits for a chat and Telegram has not asked to leave it alone."""
        return self._turns.is_free(chat_id, asyncio.get_running_loop().time())

    def waiting(self, rank: Rank) -> int:
        """Return how many messages of a rank wait for their turn."""
        return sum(ticket.rank is rank for ticket in self._waiting)

    def _give_turns(self) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while True:
            found = self._turns.next(loop.time())
            if isinstance(found, Ticket):
                self._tell(found, goes=True)
                continue
            if found is not None:
                self._timer = loop.call_at(found, self._give_turns)
            return

    def _tell(self, ticket: Ticket, *, goes: bool) -> None:
        waiting = self._waiting.pop(ticket, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(goes)
