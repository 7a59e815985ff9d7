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
        if not (self._of_person or self._of_chat):
            return None
        of_person, of_chat = await limits.waiting(
            session, person_id, chat_id, most_of_person=self._of_person, most_of_chat=self._of_chat
        )
        if of_person >= self._of_person > 0:
            return TooManyWaiting(LimitScope.PERSON, self._of_person)
        if of_chat >= self._of_chat > 0:
            return TooManyWaiting(LimitScope.CHAT, self._of_chat)
        return None
