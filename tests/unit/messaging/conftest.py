"""A dispatcher on a real database, with a handler that writes down what it was given."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from telegram import Bot, Update

from bot.messaging.inbox import Inbox
from bot.messaging.raw_updates import RawUpdate
from bot.messaging.receiver import UpdateReceiver
from bot.messaging.reception import Reception, Sorted
from bot.messaging.update_order import UpdateDispatcher
from bot.runtime.arrivals import Arrivals
from bot.runtime.clock import LoopClock
from db.engine import Database
from db.models import InboxUpdate

TOKEN = "4242:" + "t" * 35
BOT_ID = 4242
IN_CROWDS = "act"
"""The command that stands in line."""


def message(update_id: int, text: str = "/help", person: int = 5, **changed: Any) -> dict[str, Any]:
    """Return an update as Telegram sends it: a command in private."""
    said = {
        "message_id": update_id,
        "date": 1_700_000_000,
        "chat": {"id": person, "type": "private", "first_name": "Anna"},
        "from": {"id": person, "is_bot": False, "first_name": "Anna"},
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}],
    }
    return {"update_id": update_id, "message": said | changed}


def raw(update: Any) -> RawUpdate:
    return RawUpdate.of(json.dumps(update))


@dataclass
class Desk:
    """The way of an update up to its handler."""

    database: Database
    bot: Bot
    arrivals: Arrivals
    dispatcher: UpdateDispatcher
    reception: Reception
    receiver: UpdateReceiver
    unknown: set[int] = field(default_factory=set)
    """People who are strangers."""
    handled: list[int] = field(default_factory=list)
    given_up: list[int] = field(default_factory=list)
    gates: dict[int, asyncio.Event] = field(default_factory=dict)
    """Handlers of these updates wait."""
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when one of them does."""

    async def take(self, *updates: Any) -> None:
        await self.receiver.take([raw(update) for update in updates])

    async def work(self) -> None:
        """Have strangers' updates handled."""
        await self.reception.work()
        await self.reception.rest()

    async def rest(self) -> None:
        """Wait until all that is at hand is handled, and noted."""
        async with asyncio.timeout(5):
            while self.dispatcher._tasks:
                await asyncio.wait(self.dispatcher._tasks.values())
            await self.dispatcher._inbox.close(())

    async def sort(self, updates: Sequence[RawUpdate]) -> Sorted:
        found: dict[bool, list[RawUpdate]] = {True: [], False: []}
        for update in updates:
            sender = update.sender
            found[sender is not None and sender.person_id in self.unknown].append(update)
        return Sorted(found[False], found[True])

    async def row(self, update_id: int) -> InboxUpdate | None:
        async with self.database.read() as session:
            return await session.get(InboxUpdate, (BOT_ID, update_id))

    async def _handle(self, update: Update) -> None:
        if update.update_id in self.gates:
            self.waiting.set()
            await self.gates[update.update_id].wait()
        self.handled.append(update.update_id)

    async def _give_up(self, update: Update) -> None:
        self.given_up.append(update.update_id)


def new_desk(database: Database, *, shared: bool = False) -> Desk:
    """Return what a process makes of the database."""
    bot, arrivals, clock = Bot(TOKEN), Arrivals(), LoopClock(asyncio.get_running_loop())
    dispatcher = UpdateDispatcher(Inbox(database, clock), arrivals, bot, shared=shared, in_crowds={IN_CROWDS})
    desk: Desk

    async def sort(updates: Sequence[RawUpdate]) -> Sorted:
        return await desk.sort(updates)

    reception = Reception(dispatcher, arrivals, sort, clock)
    desk = Desk(database, bot, arrivals, dispatcher, reception, UpdateReceiver(reception, BOT_ID))
    dispatcher.handle_with(desk._handle, give_up=desk._give_up)
    return desk


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database.open(database_url, bot_id=BOT_ID)
    yield opened
    await opened.close()


@pytest.fixture
async def desk(database: Database) -> Desk:
    return new_desk(database)
