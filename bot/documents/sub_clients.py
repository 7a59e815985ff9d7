"""The sub-client that a chat has set for itself: the one that `/act <num>` means there."""

from bot.domain import Person, SubClient
from bot.runtime.clock import Clock
from db import audit, preferences
from db.audit import AuditAction
from db.engine import Database


class SubClients:
    """Keeps each chat's own sub-client."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of_chat(self, chat_id: int) -> SubClient | None:
        """Return the chat's sub-client; None if it has set none."""
        async with self._database.read() as session:
            return await preferences.sub_client(session, chat_id)

    async def set_for_chat(self, chat_id: int, chosen: SubClient | None, actor: Person) -> None:
        """Set the chat's sub-client, or forget it (None)."""
        async with self._database.write() as session:
            await preferences.set_sub_client(session, chat_id, chosen)
            audit.record(
                session,
                AuditAction.SET_SUB_CLIENT,
                now=self._clock.now(),
                actor=actor,
                chat_id=chat_id,
                detail=str(chosen) if chosen else "none",
            )
