"""Where an outcome may be shown, as the allowlist stands now."""

from enum import StrEnum
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.domain import State
from db.engine import Database
from db.models import Request
from db.retry import until_stored


class Where(StrEnum):
    """Where an outcome may be shown."""

    IN_ITS_CHAT = "in_its_chat"
    IN_PRIVATE = "in_private"
    """Its group removed the bot; its requester is allowed alone with it, too."""
    WHY_IN_PRIVATE = "why_in_private"
    """It was cancelled with the right to it, and its requester is still allowed alone with the bot."""
    BARE = "bare"
    """It was cancelled with the right to it: its requester may know that, and no more."""
    NOWHERE = "nowhere"


class Audience:
    """Asks the allowlist who may see an outcome; waits for the database, however long that takes."""

    def __init__(self, database: Database, authorization: Authorization) -> None:
        self._database = database
        self._authorization = authorization

    async def where(self, session: AsyncSession, request: Request) -> Where:
        """Say where an outcome may be shown now."""
        if request.state is State.CANCELLED and request.denied is not None:
            return await self._of_cancelled(session, request)
        if not await self._may_receive(session, request):
            return Where.NOWHERE
        removed = await self._authorization.was_removed(session, request.chat_id)
        return Where.IN_PRIVATE if removed else Where.IN_ITS_CHAT

    async def is_still(self, where: Where, request: Request) -> bool:
        """Say whether that is where it may be shown."""

        async def look() -> Where:
            async with self._database.read() as session:
                return await self.where(session, await session.get_one(Request, request.id))

        return await until_stored("asking the list", look) is where

    async def may_have_alone(self, request: Request) -> bool:
        """Say whether the requester may have it alone with the bot: in a group for everyone, strangers may ask too."""
        return await until_stored("asking the list", partial(self._may_have_alone, request))

    async def _may_have_alone(self, request: Request) -> bool:
        async with self._database.read() as session:
            alone = await self._authorization.check(session, request.requester_id, request.requester_id)
            return alone.may(Action.RECEIVE) and await self._may_receive(session, request)

    async def _of_cancelled(self, session: AsyncSession, request: Request) -> Where:
        """Nothing was made, so no login is asked for: whoever may read there may read why."""
        for chat_id, where in ((request.chat_id, Where.IN_ITS_CHAT), (request.requester_id, Where.WHY_IN_PRIVATE)):
            if (await self._authorization.check(session, request.requester_id, chat_id)).may(Action.RECEIVE):
                return where
        return Where.BARE

    async def _may_receive(self, session: AsyncSession, request: Request) -> bool:
        asked = (request.requester_id, request.chat_id, request.login, Action.RECEIVE)
        return await self._authorization.may(session, *asked)
