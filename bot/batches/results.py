"""What batches make, on its way to people: PDFs as they come, and the files at the end, until Telegram has them."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import partial

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from bot.batches import wording
from bot.batches.buttons import of_progress
from bot.batches.changes import BatchChanges
from bot.batches.pdf_sending import send_pdfs
from bot.batches.result_reading import NextDelivery, ResultReader
from bot.batches.undelivered import UndeliveredBatchNotes
from bot.language.translator import Translators
from bot.messaging.budgets import Rank
from bot.messaging.messenger import Messenger, NoLongerWanted, SentDocument, Undeliverable
from bot.queue.changes import QueueChange
from bot.runtime.clock import Clock
from bot.runtime.worker import Worker
from db import batch_rows, batches
from db.engine import Database
from db.lease import LeaseLost
from db.models import Request, StoredBatch

_log = logging.getLogger(__name__)

_AFTER_A_FAULT_S = 60.0
_REMOVED = "the bot was removed from the group"


class BatchResults(Worker):
    """Delivers what each batch makes, beside what the others make and beside the outcomes of single commands.

    What Telegram has is noted after each call, so that a restart goes on behind it; a call whose answer was lost is
    made again. A group that takes nothing ends that: the requester gets the rest in private, and the admins a note.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        messenger: Messenger,
        translators: Translators,
        reader: ResultReader,
        notes: UndeliveredBatchNotes,
        changes: BatchChanges,
    ) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._messenger = messenger.of_rank(Rank.RESULT)
        self._translators = translators
        self._reader = reader
        self._notes = notes
        self._changes = changes
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._asked_again: set[int] = set()

    def on_change(self, change: QueueChange) -> None:
        """Hear of a change of the queue."""
        if any(request.batch_id is not None for request in change.ended):
            self.wake()

    async def run(self) -> None:
        """Deliver all that is not delivered yet, then whatever comes, until cancelled."""
        try:
            await super().run()
        finally:
            for task in self._under_way.values():
                task.cancel()

    async def drain(self, timeout_s: float) -> None:
        """Let what is being sent be noted, if that is quick; the rest is sent after the next start."""
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=timeout_s)

    async def work(self) -> None:
        """Begin with each batch of which something is to be sent."""
        for batch_id in await self._database.read_until_stored("reading what batches have made", batches.to_deliver):
            if batch_id in self._under_way:
                self._asked_again.add(batch_id)
            else:
                task = asyncio.create_task(self._deliver(batch_id), name=f"batch {batch_id}")
                self._under_way[batch_id] = task

    async def _deliver(self, batch_id: int) -> None:
        try:
            while await self._deliver_next(batch_id) or batch_id in self._asked_again:
                self._asked_again.discard(batch_id)
        except LeaseLost:
            _log.warning("batch %d is left to the next leader", batch_id)
        except Exception:  # noqa: BLE001 - the others must not suffer
            _log.exception("the result of batch %d could not be sent", batch_id)
            self.wake_in(_AFTER_A_FAULT_S)
        finally:
            self._asked_again.discard(batch_id)
            del self._under_way[batch_id]

    async def _deliver_next(self, batch_id: int) -> bool:
        """Send what is next, and note it; say whether there may be more."""
        step = await self._reader.next(batch_id)
        batch, to = step.batch, step.to
        if batch.delivered_at is not None:
            return False
        if to is None:
            return await self._keep_back(step)
        if to.chat_id != batch.chat_id and batch.undeliverable is None:
            await self._note_chat(batch, _REMOVED)
            return True
        try:
            return await self._send(step, self._messenger.guarded_by(partial(self._reader.is_still, batch_id, to)))
        except NoLongerWanted:
            _log.info("batch %d: the allowlist has changed since Telegram was asked first", batch_id)
            return True
        except Undeliverable as error:
            _log.error("the result of batch %d: %s", batch_id, error)
            if to.chat_id == batch.chat_id:
                await self._note_chat(batch, error.why)
                return True
            return await self._give_up(step)

    async def _send(self, step: NextDelivery, messenger: Messenger) -> bool:
        batch, to, file, t = step.batch, step.to, step.file, self._translators.choose(step.batch.language)
        if to is None:
            raise ValueError("nobody may have it")
        if step.pdfs:
            sent = await send_pdfs(messenger, t, step.pdfs, to)
            await self._note_pdfs(step, sent)
            return True
        if file is None:
            if batch.finished_at is not None:
                await self._end(batch, in_private=to.chat_id != batch.chat_id)
            return False
        caption, buttons = Markup(""), None
        if step.status is not None:
            caption, buttons = wording.finished(t, step.status), of_progress(t, step.status)
            if to.chat_id != batch.chat_id:
                note = t.say("The group did not take this message of mine, so here it is in private.")
                caption, buttons = Markup("{}\n\n{}").format(note, caption), None
        await messenger.send_document(to, file.content, file.name, caption, buttons)
        await self._note_file(batch)
        return True

    async def _keep_back(self, step: NextDelivery) -> bool:
        """End the delivery of a batch that nobody is to have; one that is under way may yet find somebody."""
        batch = step.batch
        if batch.finished_at is None:
            return False
        if step.withheld:
            _log.warning("the result of batch %d is withheld: its requester or chat is no longer allowed", batch.id)
            await self._note_chat(batch, "", withheld=True)
        await self._end(batch, in_private=False)
        return False

    async def _give_up(self, step: NextDelivery) -> bool:
        """Note that nobody takes what was to be sent; say whether there may be more."""
        if step.pdfs:
            await self._note_pdfs(step, {})
            return True
        await self._end(step.batch, in_private=False)
        return False

    async def _note_pdfs(self, step: NextDelivery, sent: Mapping[int, SentDocument]) -> None:
        async def store(session: AsyncSession) -> None:
            for pdf in step.pdfs:
                request, document = await session.get_one(Request, pdf.request.id), sent.get(pdf.request.id)
                request.delivered_at = self._clock.now()
                if document is not None:
                    request.delivered_message_id, request.file_id = document.message_id, document.file_id

        await self._database.write_until_stored("noting PDFs", store)

    async def _note_chat(self, batch: StoredBatch, why: str, *, withheld: bool = False) -> None:
        """Note why the chat of a batch gets nothing."""

        def change(row: StoredBatch) -> None:
            row.undeliverable, row.withheld = why, withheld

        await self._change(batch, "noting a chat that takes nothing", change)

    async def _note_file(self, batch: StoredBatch) -> None:
        def change(row: StoredBatch) -> None:
            row.files_sent = batch.files_sent + 1

        await self._change(batch, "noting a file", change)

    async def _end(self, batch: StoredBatch, *, in_private: bool) -> None:
        """Note that a result is delivered, as far as it can be."""

        def change(row: StoredBatch) -> None:
            row.delivered_at, row.got_in_private = self._clock.now(), in_private

        await self._change(batch, "noting a result", change, ends=True)
        self._notes.wake()
        self._changes.announce(batch.id)

    async def _change(
        self, batch: StoredBatch, what: str, change: Callable[[StoredBatch], None], *, ends: bool = False
    ) -> None:
        """Change a batch, unless somebody has let it go on meanwhile: its result will be another."""

        async def store(session: AsyncSession) -> None:
            row = await session.get_one(StoredBatch, batch.id)
            if row.finished_at == batch.finished_at:
                change(row)
                if ends:
                    await batch_rows.end_deliveries(session, batch.id, self._clock.now())

        await self._database.write_until_stored(what, store)
