"""Updates that are posted to any of several processes: each stores them, and the one that leads handles them."""

from collections.abc import Hashable, Sequence

from bot.messaging.inbox import Inbox
from bot.messaging.raw_updates import RawUpdate
from bot.messaging.receiver import Taker, UpdateReceiver
from bot.messaging.reception import ONE_ANSWER_IN, Sort
from bot.messaging.update_order import UpdateDispatcher
from bot.runtime.clock import Clock
from bot.runtime.cooldown import Cooldown
from bot.runtime.worker import Worker

_LOOK_EVERY_S = 2.0
"""How often the leader looks into the inbox without having been told, as where a pooler keeps nobody listening."""


class SharedReceiver(UpdateReceiver):
    """Takes updates for as long as the process lives; who stores them changes with the lead."""

    def __init__(self, inbox: Inbox, bot_id: int, sort: Sort, clock: Clock) -> None:
        self._shelf: Taker = _Shelf(inbox, sort, clock)
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
    """Stores what people send who may use the bot, and of strangers what may be answered at all."""

    def __init__(self, inbox: Inbox, sort: Sort, clock: Clock) -> None:
        self._inbox = inbox
        self._sort = sort
        self._kept = Cooldown(clock, ONE_ANSWER_IN)

    async def room(self) -> None:
        """The database has room."""

    async def take(self, updates: Sequence[RawUpdate]) -> None:
        found = await self._sort(updates)
        strangers = [update for update in found.strangers if self._kept.first(_kind(update))]
        if found.members or strangers:
            await self._inbox.leave(sorted([*found.members, *strangers], key=lambda update: update.id or 0))


def _kind(update: RawUpdate) -> Hashable:
    """Return what one of is kept of a stranger: a message or a press, by sender."""
    return update.sender and (update.sender.key, update.sender.presses)
