"""The one message of a batch that says how far it has come, and the word when it does not go on by itself."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.batches import wording
from bot.batches.buttons import of_progress
from bot.batches.status import BatchStatus, status_of
from bot.domain import BatchPause, ConfiguredLogins
from bot.language.translator import Translators
from bot.messaging.budgets import Rank
from bot.messaging.messenger import Messenger, Undeliverable
from bot.queue.changes import QueueChange
from bot.runtime.clock import Clock
from bot.runtime.worker import Worker
from db import batch_rows, batches
from db.engine import Database
from db.models import StoredBatch
from db.retry import until_stored

_BETWEEN_EDITS = timedelta(seconds=20)


class BatchProgress(Worker):
    """Keeps the messages true: each is edited when something changed, at most every 20 s, and once more at the end."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        messenger: Messenger,
        translators: Translators,
        authorization: Authorization,
        configured: ConfiguredLogins,
    ) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._messenger = messenger.of_rank(Rank.COURTESY)
        self._notes = messenger.of_rank(Rank.NOTE)
        self._translators = translators
        self._authorization = authorization
        self._configured = configured
        self._changed: set[int] = set()
        self._followers: set[int] = set()
        """Requests that may stand for a row whose own has failed, or is unknown: the row's batch is to be looked up."""
        self._edited_at: dict[int, datetime] = {}
        self._looked_at_start = False

    def on_change(self, change: QueueChange) -> None:
        """Hear of a change of the queue."""
        heard = (*change.started, *change.ended, *change.resolved)
        ids = {request.batch_id for request in heard if request.batch_id is not None}
        followers = {request.id for request in heard if request.batch_id is None and request.again_of > 0}
        if ids or followers:
            self._changed |= ids
            self._followers |= followers
            self.wake()

    def refresh(self, batch_id: int) -> None:
        """Say that a batch changed."""
        self._changed.add(batch_id)
        self.wake()

    async def work(self) -> None:
        """Bring the messages of the changed batches up to date; at the start those of all that have not ended."""
        if not self._looked_at_start:
            self._changed |= await until_stored("reading the batches", self._active)
            self._looked_at_start = True
        if self._followers:
            followers, self._followers = self._followers, set()
            self._changed |= await until_stored("reading the batches of requests", partial(self._of, followers))
        changed, self._changed = self._changed, set()
        for batch_id in sorted(changed):
            await self._show(batch_id)

    async def _active(self) -> set[int]:
        async with self._database.read() as session:
            return {batch.id for batch in await batches.active(session)}

    async def _of(self, followers: Collection[int]) -> frozenset[int]:
        async with self._database.read() as session:
            return await batch_rows.batches_of(session, followers)

    async def _show(self, batch_id: int) -> None:
        status, may = await until_stored("reading a batch", partial(self._read, batch_id))
        if status is None:
            return
        if not may:
            await self._say_that_it_stopped(status.batch)
            return
        await self._tell_of_pause(status)
        ended = status.batch.finished_at is not None
        wait = self._edited_at.get(batch_id, datetime.min.replace(tzinfo=self._clock.now().tzinfo)) + _BETWEEN_EDITS
        now = self._clock.now()
        if now < wait and not ended:
            asyncio.get_running_loop().call_later((wait - now).total_seconds(), self.refresh, batch_id)
            return
        self._edited_at[batch_id] = now
        if ended:
            del self._edited_at[batch_id]
        if status.batch.message_id is not None:
            t = self._translators.choose(status.batch.language)
            text = wording.progress(t, status, now)
            await self._messenger.edit_text(status.batch.chat_id, status.batch.message_id, text, of_progress(t, status))

    async def _read(self, batch_id: int) -> tuple[BatchStatus | None, bool]:
        async with self._database.read() as session:
            batch = await batches.get(session, batch_id)
            if batch is None or batch.started_at is None:
                return None, False
            may = await self._authorization.may(session, batch.requester_id, batch.chat_id, batch.login, Action.RECEIVE)
            return await status_of(session, batch, self._configured, self._clock), may

    async def _say_that_it_stopped(self, batch: StoredBatch) -> None:
        """Take the bar and the buttons from a message whose reader is no longer allowed."""
        if batch.finished_at is not None and batch.message_id is not None:
            t = self._translators.choose(batch.language)
            await self._messenger.edit_text(batch.chat_id, batch.message_id, wording.stopped(t, batch))

    async def _tell_of_pause(self, status: BatchStatus) -> None:
        batch = status.batch
        if batch.pause in {None, BatchPause.PERSON} or batch.pause_told_at is not None:
            return
        t = self._translators.choose(batch.language)
        with suppress(Undeliverable):
            await self._notes.send_text(batch.destination, wording.paused(t, batch), of_progress(t, status))

        async def store(session: AsyncSession) -> None:
            row = await batches.get(session, batch.id)
            if row is not None:
                row.pause_told_at = self._clock.now()

        await self._database.write_until_stored("noting that a pause was told", store)
