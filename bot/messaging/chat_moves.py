"""Follows a group that became a supergroup, which Telegram tells as an update and in answers to what is sent."""

import logging

from sqlalchemy.ext.asyncio import AsyncSession

from bot.runtime.clock import Clock
from bot.runtime.signals import Signal
from db import chat_moves
from db.engine import Database

_log = logging.getLogger(__name__)

_LOWEST_GROUP = -999_999_999_999
"""The ids of supergroups and channels are below it, those of basic groups between it and 0."""


class ChatMoves:
    """Moves all that is stored of a chat to its new id; moving twice does nothing more."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.followed: Signal[int] = Signal()
        """Announces the old id of each group that was moved."""

    async def follow(self, old: int, new: int) -> bool:
        """Move a chat, however long the database takes; False, and nothing moves, where Telegram cannot mean that."""
        if not is_upgrade(old, new):
            _log.warning("chat %d cannot have become chat %d: nothing is moved", old, new)
            return False

        async def move(session: AsyncSession) -> bool:
            return await chat_moves.move_chat(session, old, new, self._clock.now())

        if await self._database.write_until_stored("moving a chat", move):
            _log.warning("group %d became supergroup %d", old, new)
        self.followed.announce(old)
        return True


def is_upgrade(old: int, new: int) -> bool:
    """Say whether a basic group with one id can have become a supergroup with the other."""
    return _LOWEST_GROUP <= old < 0 and new < _LOWEST_GROUP
