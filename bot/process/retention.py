"""Deletes PDFs, updates handled or set aside, questions, batches and repeats not started: each after its time."""

import logging
from datetime import timedelta
from functools import partial
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.runtime.clock import Clock
from bot.runtime.worker import Worker
from db import batches, documents, inbox, questions, repeats
from db.engine import Database
from db.retry import until_stored

_log = logging.getLogger(__name__)

_EVERY = timedelta(hours=6)
_KEEP_UPDATES = timedelta(days=2)
"""Telegram keeps an update for 24 hours, so none comes again after that."""
_KEEP_QUESTIONS = timedelta(days=30)
_KEEP_PREVIEWS = timedelta(days=2)
"""Of batches and repeats that nobody started."""
_AT_ONCE = 100


class Drop(Protocol):
    """Drops at most `limit` rows, and returns how many."""

    async def __call__(self, session: AsyncSession, *, limit: int) -> int: ...


class Retention(Worker):
    """Cleans up at the start and four times a day; the records of requests, and the audit, stay."""

    def __init__(self, database: Database, clock: Clock, *, keep_documents: timedelta) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._keep_documents = keep_documents

    async def work(self) -> None:
        """Clean up, and come back later."""
        await until_stored("cleaning up", self.clean_up)
        self.wake_in(_EVERY.total_seconds())

    async def clean_up(self) -> None:
        """Drop what is past its time, some at a time: everybody who writes waits for whoever writes."""
        now = self._clock.now()
        dropped = await self._drop(partial(documents.drop, before=now - self._keep_documents))
        await self._drop(partial(inbox.forget, before=now - _KEEP_UPDATES))
        await self._drop(partial(inbox.forget_of_others, before=now - _KEEP_UPDATES))
        await self._drop(partial(questions.forget, before=now - _KEEP_QUESTIONS))
        await self._drop(partial(batches.forget_previews, before=now - _KEEP_PREVIEWS), at_once=1)
        await self._drop(partial(repeats.forget_previews, before=now - _KEEP_PREVIEWS))
        if dropped:
            _log.info("%d documents were past their time and are dropped", dropped)

    async def _drop(self, drop: Drop, at_once: int = _AT_ONCE) -> int:
        total, dropped = 0, at_once
        while dropped == at_once:
            async with self._database.write() as session:
                dropped = await drop(session, limit=at_once)
            total += dropped
        return total
