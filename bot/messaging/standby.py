"""Updates that are posted to any of several processes: each stores them, and the one that leads handles them."""

from collections.abc import Sequence

from bot.messaging.inbox import Inbox
from bot.messaging.raw_updates import RawUpdate
from bot.messaging.receiver import Taker, UpdateReceiver
from bot.messaging.update_order import UpdateDispatcher
from bot.runtime.worker import Worker

_LOOK_EVERY_S = 2.0
"""How often the leader looks into the inbox without having been told, as where a pooler keeps nobody listening."""


class SharedReceiver(UpdateReceiver):
    """Takes updates for as long as the process lives; who stores them changes with the lead."""

    def __init__(self, inbox: Inbox, bot_id: int) -> None:
        self._shelf: Taker = _Shelf(inbox)
        super().__init__(self._shelf, bot_id)

    async def stand_by(self) -> None:
        """Store updates for another process from now on."""
        await self.hand_to(self._shelf)


class InboxWatch(Worker):
    """Has the leader handle what others stored."""

    def __init__(self, dispatcher: UpdateDispatcher) -> None:
        super().__init__()
        self._dispatcher = dispatcher

    async def work(self) -> None:
        """Take up all that nobody has begun, and look again in a while."""
        await self._dispatcher.take_up_what_is_left()
        self.wake_in(_LOOK_EVERY_S)


class _Shelf:
    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def room(self) -> None:
        """The database has room."""

    async def take(self, updates: Sequence[RawUpdate]) -> None:
        await self._inbox.leave(updates)
