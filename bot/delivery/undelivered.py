"""Notes to the admins about outcomes that did not get where they were to go."""

from functools import partial

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.admins import Note
from bot.access.row_notes import RowNotes
from bot.documents import wording
from bot.language.translator import Translator
from db import outcomes
from db.models import Request


class UndeliveredNotes(RowNotes[Request]):
    """Tells the admins of each such outcome once."""

    async def untold(self, session: AsyncSession) -> list[tuple[Request, Note]]:
        """Return what did not get there, or was kept back."""
        return [(request, partial(_note, request=request)) for request in await outcomes.undeliverable_untold(session)]


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
