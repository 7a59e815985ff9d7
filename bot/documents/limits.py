"""How many requests one person and one chat may have waiting: nobody makes the queue hours long for all others."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from db import limits


class LimitScope(StrEnum):
    """Whose limit is reached."""

    PERSON = "person"
    CHAT = "chat"


@dataclass(frozen=True, slots=True)
class TooManyWaiting:
    """No further request is taken before some of those that wait have gone out or were cancelled."""

    scope: LimitScope
    limit: int


class WaitingLimits:
    """Asked in the transaction that would queue one more. 0: no limit."""

    def __init__(self, *, of_person: int, of_chat: int) -> None:
        self._of_person = of_person
        self._of_chat = of_chat

    async def reached(self, session: AsyncSession, person_id: int, chat_id: int) -> TooManyWaiting | None:
        """Say which limit keeps a person from queueing one more request in a chat; None: none."""
        limit = self._of_person
        if limit and await limits.waiting_of_person(session, person_id, limit) >= limit:
            return TooManyWaiting(LimitScope.PERSON, limit)
        limit = self._of_chat
        if limit and await limits.waiting_in_chat(session, chat_id, limit) >= limit:
            return TooManyWaiting(LimitScope.CHAT, limit)
        return None
