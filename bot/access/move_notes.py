"""Notes to the admins about groups of the list that became supergroups."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.admins import Note
from bot.access.row_notes import RowNotes
from bot.access.wording import group_moved
from db import chat_moves
from db.models import MovedChat


class MoveNotes(RowNotes[MovedChat]):
    """Tells the admins of each move once."""

    async def untold(self, session: AsyncSession) -> list[tuple[MovedChat, Note]]:
        """Return the moves of groups of the list that nobody heard of."""
        return [
            (move, partial(group_moved, title=name, old=move.old_id, new=move.new_id))
            for move, name in await chat_moves.untold(session)
        ]
