"""Follows a group that became a supergroup, which Telegram tells as an update and in answers to what is sent."""

import logging

from sqlalchemy.ext.asyncio import AsyncSession

from bot.runtime.clock import Clock
from db import chat_moves
from db.engine import Database

_log = logging.getLogger(__name__)


class ChatMoves:
    """Moves all that is stored of a chat to its new id; moving twice does nothing more."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def follow(self, old: int, new: int) -> None:
        """Move a chat, however long the database takes."""

        async def move(session: AsyncSession) -> None:
            await chat_moves.move_chat(session, old, new, self._clock.now())

        await self._database.write_until_stored("moving a chat", move)
        _log.warning("group %d became supergroup %d", old, new)
