"""Notes to the admins about rows of which each is told once."""

from abc import abstractmethod
from collections.abc import Iterable
from functools import partial
from typing import Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import object_mapper

from bot.access.admins import AdminNotes, Note
from bot.runtime.clock import Clock
from bot.runtime.worker import Worker
from db.engine import Database
from db.models import MovedChat, Request, StoredBatch

Row = TypeVar("Row", MovedChat, Request, StoredBatch)
"""What remembers in `admins_told_at` whether the admins know of it."""


class RowNotes(Worker, Generic[Row]):
    """Tells the admins of each row once; the rows remember which ones they know of, across restarts."""

    def __init__(self, database: Database, clock: Clock, admins: AdminNotes) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._admins = admins

    async def work(self) -> None:
        """Tell of all that is not told yet."""
        for row, note in await self._database.read_until_stored("reading what the admins do not know", self.untold):
            await self._admins.tell(note)
            await self._database.write_until_stored("noting that the admins know", partial(self._told, row))

    @abstractmethod
    async def untold(self, session: AsyncSession) -> Iterable[tuple[Row, Note]]:
        """Return the rows that are not told yet, each with what there is to say of it."""

    async def _told(self, row: Row, session: AsyncSession) -> None:
        key = object_mapper(row).primary_key_from_instance(row)
        (await session.get_one(type(row), tuple(key))).admins_told_at = self._clock.now()
