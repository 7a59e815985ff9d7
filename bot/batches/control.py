"""What a person may do to a batch that was started, and how it stands."""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.batches.changes import BatchChanges
from bot.batches.desk import BatchRefusal
from bot.batches.rights import denial_of_press
from bot.batches.status import BatchStatus, status_of, statuses
from bot.domain import BatchPause, BatchState, ConfiguredLogins, Denial, Person
from bot.queue.verdicts import RETRYABLE
from bot.runtime.clock import Clock
from db import audit, batch_rows, batches
from db.audit import AuditAction
from db.engine import Database
from db.models import Login, Request, StoredBatch

_SHOWN = 5


_Change = Callable[[AsyncSession, StoredBatch, datetime], Awaitable[BatchRefusal | None]]
"""Changes a batch, or says why that cannot be."""

BatchResult = BatchStatus | BatchRefusal | Denial


class BatchControl:
    """Pauses batches, lets them go on, stops them, and tries their failed rows again."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        changes: BatchChanges,
        authorization: Authorization,
        configured: ConfiguredLogins,
    ) -> None:
        self._database = database
        self._clock = clock
        self._changes = changes
        self._authorization = authorization
        self._configured = configured

    async def pause(self, batch_id: int, presser: Person, chat_id: int, *, as_admin: bool) -> BatchResult:
        """Let nothing more of a batch go out; what runs runs to its end."""
        return await self._change(batch_id, presser, chat_id, _paused, AuditAction.PAUSE_BATCH, as_admin=as_admin)

    async def go_on(self, batch_id: int, presser: Person, chat_id: int, *, as_admin: bool) -> BatchResult:
        """Let a paused batch go on, if its requester still may."""
        return await self._change(batch_id, presser, chat_id, _going_on, AuditAction.RESUME_BATCH, as_admin=as_admin)

    async def stop(self, batch_id: int, presser: Person, chat_id: int, *, as_admin: bool) -> BatchResult:
        """Forget the rows that have not gone out."""
        return await self._change(batch_id, presser, chat_id, _stopped, AuditAction.STOP_BATCH, as_admin=as_admin)

    async def try_again(self, batch_id: int, presser: Person, chat_id: int, *, as_admin: bool) -> BatchResult:
        """Let the failed rows of a batch that may succeed go out once more, each at most once for each failure."""
        return await self._change(batch_id, presser, chat_id, _again, AuditAction.RETRY_BATCH, as_admin=as_admin)

    async def send_result_again(self, batch_id: int, presser: Person, chat_id: int, *, as_admin: bool) -> BatchResult:
        """Have the files of a batch that has ended sent once more."""
        return await self._change(batch_id, presser, chat_id, _resent, AuditAction.SEND_BATCH_AGAIN, as_admin=as_admin)

    async def status(self, batch_id: int, chat_id: int) -> BatchStatus | None:
        """Return how a batch of this chat stands; None if there is none."""
        async with self._database.read() as session:
            batch = await batches.get(session, batch_id)
            if batch is None or batch.chat_id != chat_id or batch.started_at is None:
                return None
            return await status_of(session, batch, self._configured, self._clock)

    async def unresolved(self, batch_id: int, presser: Person, chat_id: int) -> list[Request] | BatchRefusal | Denial:
        """Return the rows of a batch of this chat of which nobody has said whether their invoice exists; the first."""
        async with self._database.read() as session:
            batch = await batches.get(session, batch_id)
            if batch is None or batch.chat_id != chat_id:
                return BatchRefusal.GONE
            asked = (presser.id, batch.chat_id, batch.login, Action.RECEIVE)
            denial = await self._authorization.denial(session, *asked)
            return denial or list(await batch_rows.unresolved(session, batch_id, _SHOWN))

    async def latest(self, chat_id: int, logins: Collection[str] | None) -> list[BatchStatus]:
        """Return a chat's latest batches with these logins (None: with any), the newest first."""
        async with self._database.read() as session:
            found = await batches.of_chat(session, chat_id, logins, _SHOWN)
            return await statuses(session, found, self._configured, self._clock)

    async def active(self, chat_id: int) -> list[BatchStatus]:
        """Return the batches of a chat that have not ended, oldest first."""
        async with self._database.read() as session:
            found = await batches.active_of_chat(session, chat_id)
            return await statuses(session, found, self._configured, self._clock)

    async def _change(
        self,
        batch_id: int,
        presser: Person,
        chat_id: int,
        change: _Change,
        action: AuditAction,
        *,
        as_admin: bool,
    ) -> BatchResult:
        async with self._database.write() as session:
            batch = await batches.lock(session, batch_id)
            if batch is None or batch.chat_id != chat_id or batch.started_at is None:
                return BatchRefusal.GONE
            if batch.requester_id != presser.id and not as_admin:
                return BatchRefusal.NOT_YOURS
            sends = change not in {_paused, _stopped}
            denial = await denial_of_press(self._authorization, session, batch, presser, as_admin=as_admin, sends=sends)
            if denial is not None:
                return denial
            now = self._clock.now()
            refusal = await change(session, batch, now)
            if refusal is not None:
                return refusal
            audit.record(session, action, now=now, actor=presser, chat_id=batch.chat_id, detail=f"batch {batch.id}")
            await session.flush()
            status = await status_of(session, batch, self._configured, self._clock)
        self._changes.announce(batch_id)
        return status


async def _paused(_session: AsyncSession, batch: StoredBatch, _now: datetime) -> BatchRefusal | None:
    if batch.state is not BatchState.RUNNING:
        return BatchRefusal.TOO_LATE
    batch.state, batch.pause = BatchState.PAUSED, BatchPause.PERSON
    return None


async def _going_on(session: AsyncSession, batch: StoredBatch, now: datetime) -> BatchRefusal | None:
    if batch.state is not BatchState.PAUSED:
        return BatchRefusal.TOO_LATE
    if (await session.get_one(Login, batch.login)).paused_at is not None:
        return BatchRefusal.LOGIN_PAUSED
    _run(batch, now)
    return None


async def _stopped(session: AsyncSession, batch: StoredBatch, _now: datetime) -> BatchRefusal | None:
    if batch.state not in {BatchState.RUNNING, BatchState.PAUSED}:
        return BatchRefusal.TOO_LATE
    batch.state, batch.pause = BatchState.STOPPED, None
    await batch_rows.drop_waiting(session, batch.id)
    return None


async def _again(session: AsyncSession, batch: StoredBatch, now: datetime) -> BatchRefusal | None:
    same = await batches.with_key(session, batch.login, batch.key, but=batch.id)
    if same is not None and same.finished_at is None:
        return BatchRefusal.SAME_RUNS
    if not await batch_rows.set_failed_waiting(session, batch.id, RETRYABLE):
        return BatchRefusal.TOO_LATE
    if batch.finished_at is not None or batch.state is BatchState.STOPPED:
        _run(batch, now)
        batch.finished_at = None
        _deliver_anew(batch)
    return None


async def _resent(session: AsyncSession, batch: StoredBatch, _now: datetime) -> BatchRefusal | None:
    if batch.finished_at is None or batch.delivered_at is None:
        return BatchRefusal.TOO_LATE
    _deliver_anew(batch)
    if batch.each_pdf:
        await batch_rows.set_pdfs_unsent(session, batch.id)
    return None


def _run(batch: StoredBatch, now: datetime) -> None:
    batch.state, batch.pause, batch.pause_told_at = BatchState.RUNNING, None, None
    batch.resumed_at = now


def _deliver_anew(batch: StoredBatch) -> None:
    batch.delivered_at, batch.files_sent = None, 0
    batch.undeliverable = batch.admins_told_at = None
    batch.withheld = batch.got_in_private = False
