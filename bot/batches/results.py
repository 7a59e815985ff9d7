"""The result of a batch: its PDFs and its rows with what became of them, until Telegram has all files."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.batches import wording
from bot.batches.archive import ResultFile
from bot.batches.buttons import of_progress
from bot.batches.changes import BatchChanges
from bot.batches.result_files import result_files
from bot.batches.status import BatchStatus, status_of
from bot.domain import ConfiguredLogins, Destination, State
from bot.language.translator import Translator, Translators
from bot.messaging.budgets import Rank
from bot.messaging.messenger import Messenger, Undeliverable
from bot.runtime.clock import Clock
from bot.runtime.worker import Worker
from db import batch_rows, batches, documents
from db.engine import Database
from db.lease import LeaseLost
from db.models import StoredBatch
from db.retry import until_stored

_log = logging.getLogger(__name__)

_AFTER_A_FAULT_S = 60.0


class BatchResults(Worker):
    """Sends the files of batches that have ended, one batch after the other.

    How many of the files Telegram has is noted after each, so that a restart goes on behind it.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        messenger: Messenger,
        translators: Translators,
        authorization: Authorization,
        configured: ConfiguredLogins,
        changes: BatchChanges,
    ) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._messenger = messenger.of_rank(Rank.OUTCOME)
        self._translators = translators
        self._authorization = authorization
        self._configured = configured
        self._changes = changes

    async def work(self) -> None:
        """Send the results that are not sent yet."""
        for batch in await self._database.read_until_stored("reading ended batches", batches.to_deliver):
            try:
                await self._deliver(batch.id)
            except LeaseLost:
                raise
            except Exception:  # noqa: BLE001 - the others must not suffer
                _log.exception("the result of batch %d could not be sent", batch.id)
                asyncio.get_running_loop().call_later(_AFTER_A_FAULT_S, self.wake)

    async def _deliver(self, batch_id: int) -> None:
        status, where = await until_stored("reading an ended batch", partial(self._read, batch_id))
        if where is None:
            _log.warning("the result of batch %d is withheld: its requester or chat is no longer allowed", batch_id)
        else:
            t = self._translators.choose(status.batch.language)
            files = await self._files(t, status.batch)
            try:
                await self._send(t, status, files, where)
            except Undeliverable as error:
                _log.error("the result of batch %d: %s", batch_id, error)
                alone = Destination(status.batch.requester_id)
                if where.chat_id != alone.chat_id and await until_stored("asking", partial(self._alone, status.batch)):
                    await self._send_alone(t, status, files, alone)
        await self._database.write_until_stored("noting a result", partial(self._delivered, batch_id))
        self._changes.announce(batch_id)

    async def _read(self, batch_id: int) -> tuple[BatchStatus, Destination | None]:
        async with self._database.read() as session:
            batch = await session.get_one(StoredBatch, batch_id)
            status = await status_of(session, batch, self._configured, self._clock)
            may = await self._authorization.may(session, batch.requester_id, batch.chat_id, batch.login, Action.RECEIVE)
        return status, batch.destination if may else None

    async def _alone(self, batch: StoredBatch) -> bool:
        async with self._database.read() as session:
            return await self._authorization.may(
                session, batch.requester_id, batch.requester_id, batch.login, Action.RECEIVE
            )

    async def _files(self, t: Translator, batch: StoredBatch) -> list[ResultFile]:
        async with self._database.read() as session:
            rows = await batch_rows.rows(session, batch.id)
            pdfs = {
                row.number: pdf
                for row, request in rows
                if request is not None
                and request.state is State.DONE
                and (pdf := await documents.pdf(session, request.copy_of or request.id)) is not None
            }
        return await asyncio.to_thread(result_files, t, batch, rows, pdfs)

    async def _send(self, t: Translator, status: BatchStatus, files: Sequence[ResultFile], to: Destination) -> None:
        batch = status.batch
        for index, file in enumerate(files):
            if index < batch.files_sent:
                continue
            last = index == len(files) - 1
            caption = wording.finished(t, status) if last else Markup("")
            buttons = of_progress(t, status) if last else None
            await self._messenger.send_document(to, file.content, file.name, caption, buttons)
            await self._database.write_until_stored("noting a file", partial(self._sent, batch.id, index + 1))

    async def _send_alone(
        self, t: Translator, status: BatchStatus, files: Sequence[ResultFile], to: Destination
    ) -> None:
        try:
            await self._send(t, status, files, to)
        except Undeliverable as error:
            _log.error("the result of batch %d: %s", status.batch.id, error)

    async def _sent(self, batch_id: int, count: int, session: AsyncSession) -> None:
        (await session.get_one(StoredBatch, batch_id)).files_sent = count

    async def _delivered(self, batch_id: int, session: AsyncSession) -> None:
        now = self._clock.now()
        (await session.get_one(StoredBatch, batch_id)).delivered_at = now
        await batch_rows.end_deliveries(session, batch_id, now)
