"""Where updates come in, polled or posted: what is for the bot is stored and handled, in Telegram's order."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import Protocol

from bot.messaging.raw_updates import RawUpdate

_log = logging.getLogger(__name__)


class Taker(Protocol):
    """Whoever stores updates, and has them handled."""

    async def room(self) -> None:
        """Wait until there is room for more."""

    async def take(self, updates: Sequence[RawUpdate]) -> None:
        """Store updates, however long the database takes."""


class UpdateReceiver:
    """Takes updates as Telegram wrote them, and returns once Telegram may forget them."""

    def __init__(self, taker: Taker, bot_id: int) -> None:
        self._taker = taker
        self._bot_id = bot_id
        self._storing = asyncio.Lock()
        self._arrived: list[RawUpdate] = []

    async def hand_to(self, taker: Taker) -> None:
        """Have another store the updates from now on; what is being stored comes to its end before."""
        async with self._storing:
            self._taker = taker

    async def take(self, updates: Iterable[RawUpdate]) -> None:
        """Store what is for the bot; what comes while a batch is stored, by several posts, is the next batch."""
        self._arrived += updates
        async with self._storing:
            await self._taker.room()
            batch, self._arrived = self._arrived, []
            try:
                await self._store(batch)
            except BaseException:
                # Whoever brought them may be gone, but others of the batch wait for their word here.
                self._arrived = batch + self._arrived
                raise

    async def _store(self, batch: list[RawUpdate]) -> None:
        ours = [update for update in batch if update.concerns(self._bot_id)]
        if ours:
            await self._taker.take(sorted(ours, key=lambda update: update.id or 0))
