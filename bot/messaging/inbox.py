"""The first arrow: updates are on disk before Telegram is told that they arrived, and leave when they are handled.

python-telegram-bot hands updates over with `await update_queue.put(update)`, by polling and by webhook alike, and
confirms them to Telegram only afterwards.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Bot, Chat, Message, Update

from bot.runtime.clock import Clock
from db import inbox
from db.engine import Database
from db.retry import until_stored

_log = logging.getLogger(__name__)

_MAX_TRIES = 5

Handle = Callable[[Any], Awaitable[None]]


class Inbox(asyncio.Queue[object]):
    """The queue of updates for python-telegram-bot's application, backed by the table `inbox`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._at_hand: set[int] = set()

    async def put(self, item: object) -> None:
        """Store an update, however long the database takes, then queue it; one that is known is dropped."""
        if isinstance(item, Update):
            if not concerns_us(item):
                return
            stored = await until_stored("storing an update", partial(self._keep, item))
            if not stored or item.update_id in self._at_hand:
                _log.info("update %d came again", item.update_id)
                return
            self._at_hand.add(item.update_id)
        await super().put(item)

    async def feed(self, bot: Bot, give_up: Handle) -> None:
        """Queue what an earlier process left; what ended the process several times is given up, with a word."""
        left = await until_stored("reading the inbox", self._begin)
        for update_id, payload, tries in left:
            update = Update.de_json(json.loads(payload or "{}"), bot)
            if tries > _MAX_TRIES:
                _log.error("update %d was begun %d times and never ended: given up", update_id, tries - 1)
                await give_up(update)
                await self.end(update)
            else:
                self._at_hand.add(update_id)
                await super().put(update)
        if left:
            _log.info("%d updates were left from before", len(left))

    async def end(self, update: Update) -> None:
        """Note that an update is handled, and forget what it said."""

        async def store(session: AsyncSession) -> None:
            await inbox.end(session, update.update_id, self._clock.now())

        await self._database.write_until_stored("ending an update", store)
        self._at_hand.discard(update.update_id)

    async def _begin(self) -> list[tuple[int, str | None, int]]:
        async with self._database.write() as session:
            return [(row.update_id, row.payload, row.tries) for row in await inbox.begin(session)]

    async def _keep(self, update: Update) -> bool:
        async with self._database.write() as session:
            return await inbox.keep(session, update.update_id, update.to_json(), self._clock.now())


def concerns_us(update: Update) -> bool:
    """Say whether an update can be for the bot at all; what people say to each other is not even stored."""
    message = update.message
    if update.callback_query is not None:
        return True
    if update.my_chat_member is not None:
        return update.my_chat_member.chat.type != Chat.PRIVATE
    if message is None:
        return False
    if message.migrate_to_chat_id is not None or message.migrate_from_chat_id is not None:
        return True
    return message.chat.type == message.chat.PRIVATE or _is_command(message) or _answers_us(message)


def _is_command(message: Message) -> bool:
    entities = message.caption_entities if message.document is not None else message.entities
    return any(entity.type == entity.BOT_COMMAND and entity.offset == 0 for entity in entities)


def _answers_us(message: Message) -> bool:
    replied = message.reply_to_message
    if not (message.text or message.document) or replied is None or replied.from_user is None:
        return False
    return replied.from_user.id == message.get_bot().id
