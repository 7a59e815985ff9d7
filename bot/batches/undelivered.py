"""Notes to the admins about results of batches that did not get where they were to go."""

from functools import partial

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.admins import Note
from bot.access.row_notes import RowNotes
from bot.language.translator import Translator
from db import batches
from db.models import StoredBatch


class UndeliveredBatchNotes(RowNotes[StoredBatch]):
    """Tells the admins of each such result once."""

    async def untold(self, session: AsyncSession) -> list[tuple[StoredBatch, Note]]:
        """Return what did not get there, or was kept back."""
        return [(batch, partial(_note, batch=batch)) for batch in await batches.undeliverable_untold(session)]


def _note(t: Translator, batch: StoredBatch) -> Markup:
    if batch.withheld:
        return t.say(
            "I kept back the result of batch {batch}, because its requester {name} (<code>{id}</code>) or its chat "
            "<code>{chat}</code> is no longer on the allowlist, or may not use its login any more.",
            batch=batch.id,
            name=batch.requester_name,
            id=batch.requester_id,
            chat=batch.chat_id,
        )
    return t.say(
        "I could not deliver the result of batch {batch} to chat <code>{chat}</code> (Telegram says: {why}), sent by "
        "{name} (<code>{id}</code>). {fate} <code>/batches</code> in that chat has a button to send it again.",
        batch=batch.id,
        chat=batch.chat_id,
        why=batch.undeliverable,
        name=batch.requester_name,
        id=batch.requester_id,
        fate=t.say("The requester got it in private instead.") if batch.got_in_private else t.say("Nobody got it."),
    )
