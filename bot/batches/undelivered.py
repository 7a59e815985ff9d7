"""Notes to the admins about results of batches that did not get where they were to go."""

from functools import partial

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.admins import AdminNotes
from bot.language.translator import Translator
from bot.runtime.clock import Clock
from bot.runtime.worker import Worker
from db import batches
from db.engine import Database
from db.models import StoredBatch


class UndeliveredBatchNotes(Worker):
    """Tells the admins of each such result once; the batches remember which ones they know of, across restarts."""

    def __init__(self, database: Database, clock: Clock, admins: AdminNotes) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._admins = admins

    async def work(self) -> None:
        """Tell of all that is not told yet."""
        for batch in await self._database.read_until_stored(
            "reading undeliverable results", batches.undeliverable_untold
        ):
            await self._admins.tell(partial(_note, batch=batch))
            await self._database.write_until_stored("noting that the admins know", partial(self._told, batch.id))

    async def _told(self, batch_id: int, session: AsyncSession) -> None:
        (await session.get_one(StoredBatch, batch_id)).admins_told_at = self._clock.now()


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
