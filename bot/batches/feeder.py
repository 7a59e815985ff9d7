"""Feeds the queue: of each login's batches one row at a time waits there, behind everything that people ask for.

The rows are the truth. A row becomes a request only when it is next, so that what waits stays short for everybody who
looks at the queue, and a batch that is paused or stopped has nothing to take back but one row.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.batches.changes import BatchChanges
from bot.documents.intents import likeness, wish_from_json
from bot.domain import BatchPause, BatchState, Destination, State
from bot.queue.changes import QueueChange, QueueChanges, append
from bot.runtime.clock import Clock
from bot.runtime.worker import Worker
from db import batch_rows, batches, logins, requests
from db.engine import Database
from db.models import Login, Request, StoredBatch, StoredBatchRow
from db.retry import until_stored

_log = logging.getLogger(__name__)

UNKNOWN_IN_A_ROW = 3
"""So many rows of which nobody knows whether their invoice was made pause their batch."""


@dataclass(slots=True)
class _Turn:
    """What one transaction changed."""

    batches: set[int] = field(default_factory=set)
    logins: set[str] = field(default_factory=set)


class BatchFeeder(Worker):
    """Turns rows into requests, pauses batches that meet trouble, and ends those of which nothing is left."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        authorization: Authorization,
        queue_changes: QueueChanges,
        changes: BatchChanges,
    ) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._authorization = authorization
        self._queue_changes = queue_changes
        self._changes = changes
        self._concerned: set[str] = set()
        self._all_concerned = True

    def on_change(self, change: QueueChange) -> None:
        """Hear of a change of the queue: only the batches of its logins can have to do with it."""
        # What follows a row's request counts for it, and is no row's by itself.
        of_rows = (
            one
            for one in (*change.started, *change.returned, *change.ended)
            if one.batch_id is not None or one.again_of > 0
        )
        concerned = change.troubled | {request.login for request in of_rows}
        if concerned:
            self._concerned |= concerned
            super().wake()

    def wake(self) -> None:
        """Say that there may be something to do for any batch."""
        self._all_concerned = True
        super().wake()

    async def work(self) -> None:
        """Look at the batches that something happened to."""
        names = None if self._all_concerned else frozenset(self._concerned)
        self._concerned.clear()
        self._all_concerned = False
        turn = await until_stored("feeding batches", partial(self._feed, names))
        if turn.logins:
            self._queue_changes.announce(QueueChange(touched=frozenset(turn.logins)))
        for batch_id in sorted(turn.batches):
            self._changes.announce(batch_id)

    async def _feed(self, names: frozenset[str] | None) -> _Turn:
        turn = _Turn()
        async with self._database.read() as session:
            if not await batches.active(session, names):
                return turn
        async with self._database.write() as session:
            for name, of_login in groupby(await batches.active(session, names), key=lambda batch: batch.login):
                await self._feed_login(session, await logins.lock(session, name), list(of_login), turn)
        return turn

    async def _feed_login(
        self, session: AsyncSession, login: Login, of_login: Sequence[StoredBatch], turn: _Turn
    ) -> None:
        now = self._clock.now()
        for batch in of_login:
            if batch.state is BatchState.RUNNING and await self._is_hindered(session, batch, login):
                turn.batches.add(batch.id)
        running = [batch for batch in of_login if batch.state is BatchState.RUNNING]
        still_queued = await self._take_back_of_others(session, login, running, turn)
        with_rows_left = await batch_rows.with_rows_left(session, [batch.id for batch in of_login])
        for batch in of_login:
            if batch.id not in with_rows_left:
                batch.finished_at = now
                batch.state = BatchState.STOPPED if batch.state is BatchState.STOPPED else BatchState.DONE
                turn.batches.add(batch.id)
                _log.info("batch %d has ended: %s", batch.id, batch.state)
        if not still_queued:
            await self._feed_next(session, login, running, now, turn)

    async def _take_back_of_others(
        self, session: AsyncSession, login: Login, running: Sequence[StoredBatch], turn: _Turn
    ) -> bool:
        """Take back the rows whose batch does not run (any more); say whether one is left in the queue."""
        ids = {batch.id for batch in running}
        queued = await batches.queued_of_login(session, login.login)
        taken = [one for one in queued if one.batch_id not in ids and one.invoice_number is None]
        for request in taken:
            await _take_back(session, request)
            turn.logins.add(login.login)
        await session.flush()
        if taken:
            await logins.refresh_due(session, login)
        return len(taken) < len(queued)

    async def _is_hindered(self, session: AsyncSession, batch: StoredBatch, login: Login) -> bool:
        """Pause or stop a running batch that must not go on; say whether that was so."""
        denial = await self._authorization.denial(session, batch.requester_id, batch.chat_id, batch.login)
        if denial is not None:
            batch.state, batch.pause = BatchState.STOPPED, BatchPause.NOT_ALLOWED
            await batch_rows.drop_waiting(session, batch.id)
            _log.warning("batch %d is stopped: %s", batch.id, denial)
            return True
        if login.paused_at is not None:
            batch.state, batch.pause = BatchState.PAUSED, BatchPause.LOGIN_PAUSED
            return True
        since = batch.resumed_at or batch.created_at
        last = await batch_rows.last_states(session, batch.id, since, UNKNOWN_IN_A_ROW)
        if len(last) == UNKNOWN_IN_A_ROW and set(last) == {State.UNKNOWN}:
            batch.state, batch.pause = BatchState.PAUSED, BatchPause.UNKNOWN_OUTCOMES
            return True
        return False

    async def _feed_next(
        self, session: AsyncSession, login: Login, running: Sequence[StoredBatch], now: datetime, turn: _Turn
    ) -> None:
        """Queue one row of the batch whose last one is the longest ago."""
        for batch in sorted(running, key=lambda batch: (batch.fed_at is not None, batch.fed_at or now, batch.id)):
            row = await batch_rows.next_row(session, batch.id)
            if row is None:
                continue
            request = await _request(session, batch, row, now)
            await append(session, login, request)
            row.waiting = False
            batch.fed_at = now
            row.request_id = request.id
            turn.logins.add(login.login)
            turn.batches.add(batch.id)
            return


async def _request(session: AsyncSession, batch: StoredBatch, row: StoredBatchRow, now: datetime) -> Request:
    """Make the request of a row; of one that failed, the one that follows."""
    failed = None if row.request_id is None else await session.get_one(Request, row.request_id)
    if failed is not None:
        request = requests.follow(failed, failed.wish, requester=batch.requester, now=now)
    else:
        if row.wish is None:
            raise ValueError(f"row {row.number} of batch {batch.id} asks for nothing")
        wish = wish_from_json(row.wish)
        request = requests.new(
            wish,
            login=batch.login,
            requester=batch.requester,
            destination=Destination(batch.chat_id, batch.thread_id, batch.origin_message_id),
            now=now,
            likeness=likeness(wish),
        )
        # A message with a file leads to as many requests as it has rows, and to each of them once. It was written to
        # the batch's bot: another one that took the database over has messages of the same numbers.
        request.bot_id, request.origin_chat_id, request.again_of = batch.bot_id, batch.origin_chat_id, -row.number
    request.reply_to, request.batch_id, request.yields = batch.reply_to, batch.id, True
    return request


async def _take_back(session: AsyncSession, request: Request) -> None:
    """Take a row out of the queue as if it had not been there: what was sent of it, if anything, made nothing."""
    row = await batch_rows.row_of(session, request.id)
    batch = await batches.get(session, request.batch_id or 0)
    if row is not None:
        row.request_id = request.again_of if request.again_of > 0 else None
        row.waiting = batch is not None and batch.state is not BatchState.STOPPED
        await session.flush()
    await session.delete(request)
