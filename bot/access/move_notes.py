"""Notes to the admins about groups of the list that became supergroups."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.admins import AdminNotes
from bot.access.wording import group_moved
from bot.runtime.clock import Clock
from bot.runtime.worker import Worker
from db import chat_moves
from db.engine import Database
from db.models import MovedChat


class MoveNotes(Worker):
    """Tells the admins of each move once; the rows remember which ones they know of, across restarts."""

    def __init__(self, database: Database, clock: Clock, admins: AdminNotes) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._admins = admins

    async def work(self) -> None:
        """Tell of all that is not told yet."""
        for move, name in await self._database.read_until_stored("reading which groups moved", chat_moves.untold):
            await self._admins.tell(partial(group_moved, title=name, old=move.old_id, new=move.new_id))
            await self._database.write_until_stored("noting that the admins know", partial(self._told, move.old_id))

    async def _told(self, old_id: int, session: AsyncSession) -> None:
        (await session.get_one(MovedChat, old_id)).admins_told_at = self._clock.now()
