"""Status messages beside a running queue, on a virtual clock, with a Telegram that takes down what it is told."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from markupsafe import Markup
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.delivery.status import StatusMessages
from bot.domain import Destination, State
from bot.language.translator import Translators
from bot.messaging.budgets import TELEGRAM, Rank
from bot.messaging.courtesies import Courtesies
from bot.messaging.messenger import Messenger
from bot.messaging.outbox import Outbox
from bot.queue.changes import QueueChange
from db.models import Request
from tests.unit.queue.workshop import PACE, Working


@dataclass(frozen=True)
class Sent:
    message_id: int
    document: None = None


@dataclass
class Chats:
    """What Telegram shows, and how often it was called; it outlives the processes."""

    calls: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    statuses: dict[tuple[int, int], str] = field(default_factory=dict)
    """The status messages that are there, by chat and id."""
    history: list[tuple[int, str]] = field(default_factory=list)
    """Each text of a status message, with its chat."""
    fails: dict[int, TelegramError] = field(default_factory=dict)
    """What a chat answers to everything."""

    async def send_text(self, to: Destination, text: Markup, _: object = None) -> Sent:
        self._call("send" if text != "document" else "document", to.chat_id)
        message_id = self.calls.total()
        if text != "document":
            self._show(to.chat_id, message_id, text)
        return Sent(message_id)

    async def edit_text(self, chat_id: int, message_id: int, text: Markup, _: object = None) -> None:
        self._call("edit", chat_id)
        if (chat_id, message_id) not in self.statuses:
            raise BadRequest("message to edit not found")
        self.unchanged += self.statuses[chat_id, message_id] == text
        self._show(chat_id, message_id, text)

    async def delete(self, chat_id: int, message_id: int) -> None:
        self._call("delete", chat_id)
        if (chat_id, message_id) not in self.statuses:
            raise BadRequest("message to delete not found")
        del self.statuses[chat_id, message_id]

    def _call(self, what: str, chat_id: int) -> None:
        self.calls[what] += 1
        if chat_id in self.fails:
            raise self.fails[chat_id]

    def _show(self, chat_id: int, message_id: int, text: Markup) -> None:
        self.statuses[chat_id, message_id] = str(text)
        self.history.append((chat_id, str(text)))

    def texts(self, chat_id: int) -> list[str]:
        return [text for (chat, _), text in self.statuses.items() if chat == chat_id]


class WaitingRoom:
    """The status messages of one process; what has ended is delivered at once, as a message of its own."""

    def __init__(self, working: Working, chats: Chats) -> None:
        self._working = working
        outbox = Outbox(TELEGRAM)
        self._messenger = Messenger(chats, outbox, _moved, rank=Rank.OUTCOME)  # type: ignore[arg-type]
        self.status = StatusMessages(
            working._database,
            working.clock,
            Courtesies(chats, outbox, _moved),  # type: ignore[arg-type]
            Translators(default="en", zone=None, currency=None),
            pace=working.pace,
        )
        working.changes.listen(self.status.on_change)
        working.changes.listen(self._deliver_all)
        self._delivering: set[asyncio.Task[None]] = set()

    def _deliver_all(self, change: QueueChange) -> None:
        for request in change.ended:
            task = asyncio.create_task(self._deliver(request))
            self._delivering.add(task)
            task.add_done_callback(self._delivering.discard)

    async def _deliver(self, request: Request) -> None:
        if request.chat_id not in _unreachable(self._messenger):
            await self._messenger.send_text(request.destination, Markup("document"))
        async with self._working._database.write() as session:
            (await session.get_one(Request, request.id)).delivered_at = self._working.clock.now()
        self.status.on_delivered(request)

    async def cancel(self, request_id: int) -> None:
        """Take a request out of the queue."""
        async with self._working._database.write() as session:
            request = await session.get_one(Request, request_id)
            request.state, request.finished_at = State.CANCELLED, self._working.clock.now()
        self._working.changes.announce(QueueChange(ended=(request,), touched=frozenset({request.login})))


def _unreachable(messenger: Messenger) -> set[int]:
    chats = messenger._calls
    return {chat for chat, error in chats.fails.items() if isinstance(error, Forbidden)}  # type: ignore[attr-defined]


async def _moved(_old: int, _new: int) -> bool:
    return False


@asynccontextmanager
async def open_room(working: Working, chats: Chats) -> AsyncIterator[WaitingRoom]:
    """Have status messages kept while the block runs, and a while longer."""
    room = WaitingRoom(working, chats)
    # As the process does: what was left is looked at again.
    room.status.on_change(QueueChange(touched=frozenset({"acme"})))
    running = asyncio.create_task(room.status.run())
    try:
        yield room
        await asyncio.sleep(PACE)
        await room.status.drain(5)
    finally:
        running.cancel()
