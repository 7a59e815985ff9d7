"""Notes to the admins about outcomes that did not get where they were to go."""

from functools import partial

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.admins import AdminNotes
from bot.documents import wording
from bot.language.translator import Translator
from bot.runtime.clock import Clock
from bot.runtime.worker import Worker
from db import requests
from db.engine import Database
from db.models import Request


class UndeliveredNotes(Worker):
    """Tells the admins of each such outcome; the rows remember which ones they know of, across restarts."""

    def __init__(self, database: Database, clock: Clock, admins: AdminNotes) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._admins = admins

    async def work(self) -> None:
        """Tell of all that is not told yet."""
        for request in await self._database.read_until_stored(
            "reading what is undeliverable", requests.undeliverable_untold
        ):
            await self._admins.tell(partial(_note, request=request))
            await self._database.write_until_stored("noting that the admins know", partial(self._told, request.id))

    async def _told(self, request_id: int, session: AsyncSession) -> None:
        (await session.get_one(Request, request_id)).admins_told_at = self._clock.now()


def _note(t: Translator, request: Request) -> Markup:
    what = wording.describe(t, request.wish)
    if request.withheld:
        return t.say(
            "I kept back an answer, because its requester {name} (<code>{id}</code>) or its chat "
            "<code>{chat}</code> is no longer on the allowlist, or may not use its login any more: {what}.",
            name=request.requester_name,
            id=request.requester_id,
            chat=request.chat_id,
            what=what,
        )
    in_private = request.delivered_message_id is not None
    return t.say(
        "I could not deliver request {request} to chat <code>{chat}</code> (Telegram says: {why}): {what}, asked for "
        "by {name} (<code>{id}</code>). {fate} To send it again: <code>/retry {request}</code>",
        request=request.id,
        chat=request.chat_id,
        why=request.undeliverable,
        what=what,
        name=request.requester_name,
        id=request.requester_id,
        fate=t.say("The requester got it in private instead.") if in_private else t.say("Nobody got it."),
    )
