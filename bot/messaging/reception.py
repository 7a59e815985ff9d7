"""Where updates of people who may use the bot part from those of strangers, before anything is stored of them."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.messaging.raw_updates import RawUpdate
from bot.messaging.update_order import UpdateDispatcher
from bot.runtime.arrivals import Arrivals
from bot.runtime.clock import Clock
from bot.runtime.cooldown import Cooldown
from bot.runtime.worker import Worker

_log = logging.getLogger(__name__)

ONE_ANSWER_IN = timedelta(hours=1)
_MOST_SENDERS = 1000
_OF_EACH = 5
_AT_ONCE = 20
_NOW_AND_THEN_S = 0.25
_PATIENCE_S = 300.0
"""For how long Telegram may keep an answer waiting; it is forgotten then."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Updates by who is behind them, each in the order in which they came."""

    members: Sequence[RawUpdate]
    """Of people who may use the bot, and of nobody in particular."""
    strangers: Sequence[RawUpdate] = ()
    """Of people who may not, and of those who write as a chat."""
    unheard: Sequence[RawUpdate] = ()
    """Of strangers whom nothing is answered, wherever they say it."""


Sort = Callable[[Sequence[RawUpdate]], Awaitable[Sorted]]


class Reception(Worker):
    """Passes on what people send who may use the bot; strangers' updates wait in memory until nobody else waits.

    Where that does not come to pass, one of them is answered now and then.

    Who was let in meanwhile is a stranger no more: what they sent is passed on like anybody's. Of each stranger a few
    updates are kept, the newest ones, and one message an hour is answered.
    """

    def __init__(self, dispatcher: UpdateDispatcher, arrivals: Arrivals, sort: Sort, clock: Clock) -> None:
        super().__init__()
        self._sort = sort
        self.told = Cooldown(clock, ONE_ANSWER_IN)
        """Who was answered lately, by `Sender.key`."""
        self._dispatcher = dispatcher
        self._arrivals = arrivals
        self._waiting: dict[tuple[Hashable, bool], deque[RawUpdate]] = {}
        """By sender, messages and presses apart."""
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    async def room(self) -> None:
        """Wait until there is room for more; strangers take none of it."""
        await self._dispatcher.room()

    async def take(self, updates: Sequence[RawUpdate]) -> None:
        """Pass on what may be, however long the database takes, and keep strangers' updates for later."""
        found = await self._sort(updates)
        if found.members:
            await self._dispatcher.take(found.members)
        self._keep([*found.strangers, *found.unheard])

    async def work(self) -> None:
        while self._waiting:
            await self._arrivals.quiet(_NOW_AND_THEN_S)
            waiting, self._waiting = self._waiting, {}
            updates = [update for of_one in waiting.values() for update in of_one]
            found = await self._sort(sorted(updates, key=lambda update: update.id or 0))
            if found.members:
                await self._dispatcher.take(found.members)
            for update in self._worth_an_answer(found.strangers):
                await self._arrivals.quiet(_NOW_AND_THEN_S)
                await self._slots.acquire()
                task = asyncio.create_task(self._answer(update), name=f"stranger's update {update.id}")
                self._tasks.add(task)
                task.add_done_callback(self._on_done)

    async def drain(self, timeout_s: float) -> None:
        """Cut off what is under way: nobody is promised anything."""
        del timeout_s
        for task in self._tasks:
            task.cancel()
        await self.rest()

    async def rest(self) -> None:
        """Wait until the answers under way have ended."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _keep(self, updates: Iterable[RawUpdate]) -> None:
        """Keep as many as there is room for."""
        for update in updates:
            sender = update.sender
            if sender is None:
                continue
            key = (sender.key, sender.presses)
            if key in self._waiting or len(self._waiting) < _MOST_SENDERS:
                self._waiting.setdefault(key, deque(maxlen=_OF_EACH)).append(update)
        if self._waiting:
            self.wake()

    def _worth_an_answer(self, updates: Iterable[RawUpdate]) -> Iterable[RawUpdate]:
        """Return all presses, and of each sender's messages the newest, unless they were told lately."""
        newest: dict[Hashable, RawUpdate] = {}
        for update in updates:
            sender = update.sender
            if sender is None:
                continue
            if sender.presses:
                newest[update.id] = update
            elif not self.told.is_said(sender.key):
                newest[sender.key] = update
        return newest.values()

    async def _answer(self, update: RawUpdate) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                understood = await self._dispatcher.handle_unstored(update)
        except TimeoutError:
            return
        if not understood and update.sender is not None:
            self.told.first(update.sender.key)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._slots.release()
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.warning("%s is dropped: %r", task.get_name(), error)
