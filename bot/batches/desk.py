"""Taking files in: each is kept with its dry run, and started or forgotten by a press."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.batches.changes import BatchChanges
from bot.batches.forecast import Forecast, loads
from bot.batches.keeping import keep, new_batch
from bot.batches.key import key_of
from bot.batches.preview import DryRun, dry_run
from bot.batches.reading import read_table
from bot.batches.rights import denial_of_press
from bot.batches.rows import Batch, Mistake, read_batch
from bot.batches.status import BatchStatus, status_of
from bot.batches.tables import FileRefusal, FileRefused
from bot.batches.twice_named import known_pairs, remember_pairs, without_contradictions
from bot.documents.duplicates import alike
from bot.documents.intents import wish_from_json
from bot.documents.requests import UnknownLogin
from bot.domain import BatchState, ConfiguredLogins, CreateInvoice, Denial, Destination, Person
from bot.parsing import MoneyWords
from bot.runtime.clock import Clock
from db import audit, batch_rows, batches
from db.audit import AuditAction
from db.engine import Database
from db.models import StoredBatch

_log = logging.getLogger(__name__)

_LATELY = timedelta(days=1)
START_WITHIN = timedelta(hours=12)
"""How long a dry run may be started; after that what it says of other invoices may not be true any more."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A file that may be started."""

    batch: StoredBatch
    file: Batch
    run: DryRun
    forecast: Forecast
    earlier: BatchStatus | None
    """A batch that was started with the same rows: one under way, else the latest."""

    @property
    def choices(self) -> "StartChoices":
        blocked = self.earlier is not None and self.earlier.batch.finished_at is None
        return StartChoices(self.batch, self.run.rows, len(self.run.doubtful), blocked=blocked)


@dataclass(frozen=True, slots=True)
class StartChoices:
    """What may be pressed under a dry run."""

    batch: StoredBatch
    rows: int
    doubtful: int
    blocked: bool
    """Whether the same rows are under way."""


PreviewResult = Preview | Denial | UnknownLogin


class BatchRefusal(StrEnum):
    """Why a press on a batch changes nothing."""

    GONE = "gone"
    NOT_YOURS = "not_yours"
    TOO_LATE = "too_late"
    """It was started, discarded or ended already."""
    EXPIRED = "expired"
    SAME_RUNS = "same_runs"
    """A batch with the same rows has not ended yet."""
    SENT_MEANWHILE = "sent_meanwhile"
    """A batch with the same rows was started since the dry run, which said nothing of it."""
    NOTHING_TO_START = "nothing_to_start"
    LOGIN_PAUSED = "login_paused"
    """Its login is paused, so it would only pause again."""


class BatchDesk:
    """Keeps files as batches; nothing of one goes to SMS Center before its sender presses."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        changes: BatchChanges,
        authorization: Authorization,
        configured: ConfiguredLogins,
        money: MoneyWords,
    ) -> None:
        self._database = database
        self._clock = clock
        self._changes = changes
        self._authorization = authorization
        self._configured = configured
        self._money = money

    async def read(self, content: bytes) -> Batch | FileRefusal:
        """Understand a file, or say why it cannot be used."""
        return await asyncio.to_thread(self._read, content)

    async def preview(
        self, file: Batch, requester: Person, origin: Destination, explain: Callable[[Mistake], str]
    ) -> PreviewResult:
        """Keep a file with its dry run; the same message gives the same batch, however often it is handled.

        `explain` says what is wrong with a row, in the requester's language. The login is the one that the allowlist
        names for the requester in that chat.
        """
        now = self._clock.now()
        async with self._database.write() as session:
            login = await self._login(session, requester, origin)
            if not isinstance(login, str):
                return login
            known = await batches.of_origin(session, origin.chat_id, origin.reply_to or 0)
            if known is not None:
                login = known.login
            key = key_of(file)
            pairs = await known_pairs(session, login, file)
            file = without_contradictions(file, pairs)
            mistakes = {number: explain(mistake) for number, mistake in file.mistakes().items()}
            creates = [wish for wish in file.wishes().values() if isinstance(wish, CreateInvoice)]
            said = file.pairs().values()
            others = await alike(session, creates, login, since=now - _LATELY, said=said)
            run = dry_run(file, mistakes, others, pairs)
            batch = known or await keep(session, new_batch(file, requester, origin, login, key), file, run, now)
            load = (await loads(session, {login}))[login]
            forecast = load.forecast(run.rows, now=now, pace=self._configured.pace)
            same = await batches.with_key(session, login, key, but=batch.id)
            earlier = None if same is None else await status_of(session, same, self._configured, self._clock)
            return Preview(batch, file, run, forecast, earlier)

    async def shown_with(self, batch_id: int, message_id: int) -> None:
        """Remember the message with the dry run, however long the database takes: it need not be sent again."""

        async def store(session: AsyncSession) -> None:
            batch = await batches.get(session, batch_id)
            if batch is not None:
                batch.message_id = message_id

        await self._database.write_until_stored("keeping a preview's message", store)

    async def start(
        self, batch_id: int, presser: Person, chat_id: int, *, as_admin: bool, without_doubtful: bool
    ) -> StoredBatch | StartChoices | BatchRefusal | Denial:
        """Let the rows of a batch go out, each in its turn; pressing again changes nothing.

        Where rows have become doubtful since the dry run, it is not started, and the result is what there is to press
        now; they count as shown, so that pressing once more starts it all the same.
        """
        async with self._database.write() as session:
            batch = await batches.lock(session, batch_id)
            now = self._clock.now()
            refusal = await self._refusal(session, batch, presser, chat_id, as_admin=as_admin, sends=True)
            if refusal is not None or batch is None:
                return refusal or BatchRefusal.GONE
            if now - batch.created_at > START_WITHIN:
                return BatchRefusal.EXPIRED
            same = await batches.with_key(session, batch.login, batch.key)
            if same is not None and same.finished_at is None:
                return BatchRefusal.SAME_RUNS
            if same is not None and same.started_at is not None and same.started_at >= batch.created_at:
                return BatchRefusal.SENT_MEANWHILE
            await remember_pairs(session, batch)
            if await self._find_new_doubts(session, batch, now) and not without_doubtful:
                rows, doubtful = await batch_rows.startable(session, batch.id)
                return StartChoices(batch, rows, doubtful, blocked=False)
            await batch_rows.set_waiting(session, batch.id, without_doubtful=without_doubtful)
            rows = await batch_rows.waiting_count(session, batch.id)
            if not rows:
                return BatchRefusal.NOTHING_TO_START
            batch.state, batch.started_at, batch.resumed_at = BatchState.RUNNING, now, now
            audit.record(
                session,
                AuditAction.START_BATCH,
                now=now,
                actor=presser,
                chat_id=batch.chat_id,
                detail=f"batch {batch.id}; {rows} rows",
            )
        self._changes.announce(batch.id)
        _log.info("batch %d of login %s is started with %d rows", batch.id, batch.login, rows)
        return batch

    async def choose(
        self, batch_id: int, presser: Person, chat_id: int, *, as_admin: bool, each_pdf: bool
    ) -> StartChoices | BatchRefusal | Denial:
        """Have the PDFs sent each as it comes, or all in ZIP files at the end; before the start."""
        async with self._database.write() as session:
            batch = await batches.lock(session, batch_id)
            refusal = await self._refusal(session, batch, presser, chat_id, as_admin=as_admin, sends=False)
            if refusal is not None or batch is None:
                return refusal or BatchRefusal.GONE
            batch.each_pdf = each_pdf
            rows, doubtful = await batch_rows.startable(session, batch.id)
            same = await batches.with_key(session, batch.login, batch.key, but=batch.id)
            return StartChoices(batch, rows, doubtful, blocked=same is not None and same.finished_at is None)

    async def discard(
        self, batch_id: int, presser: Person, chat_id: int, *, as_admin: bool
    ) -> BatchRefusal | Denial | None:
        """Forget a batch that was not started; None if it is."""
        async with self._database.write() as session:
            batch = await batches.lock(session, batch_id)
            refusal = await self._refusal(session, batch, presser, chat_id, as_admin=as_admin, sends=False)
            if refusal is not None or batch is None:
                return refusal
            batch.state = BatchState.DISCARDED
        return None

    async def _refusal(
        self,
        session: AsyncSession,
        batch: StoredBatch | None,
        presser: Person,
        chat_id: int,
        *,
        as_admin: bool,
        sends: bool,
    ) -> BatchRefusal | Denial | None:
        """Say why a press below a dry run does nothing; see `denial_of_press`."""
        if batch is None or batch.chat_id != chat_id:
            return BatchRefusal.GONE
        if batch.requester_id != presser.id and not as_admin:
            return BatchRefusal.NOT_YOURS
        denial = await denial_of_press(self._authorization, session, batch, presser, as_admin=as_admin, sends=sends)
        return denial or (None if batch.state is BatchState.PREVIEWED else BatchRefusal.TOO_LATE)

    async def _find_new_doubts(self, session: AsyncSession, batch: StoredBatch, now: datetime) -> bool:
        """Mark the rows that look by now like another invoice and did not before; say whether there are any."""
        sure = await batch_rows.sure_invoices(session, batch.id)
        wishes = {row.number: wish for row in sure if isinstance(wish := wish_from_json(row.wish or {}), CreateInvoice)}
        others = await alike(session, wishes.values(), batch.login, since=now - _LATELY, but_batch=batch.id)
        known = others.lately.keys() | others.waiting.keys()
        doubtful = [row for row in sure if row.likeness in known]
        for row in doubtful:
            row.doubtful = True
        await session.flush()
        return bool(doubtful)

    def _read(self, content: bytes) -> Batch | FileRefusal:
        try:
            return read_batch(read_table(content), self._money)
        except FileRefused as refused:
            return refused.refusal

    async def _login(
        self, session: AsyncSession, requester: Person, origin: Destination
    ) -> str | Denial | UnknownLogin:
        access = await self._authorization.check(session, requester.id, origin.chat_id)
        name = access.login
        if name is None:
            return Denial.NO_LOGIN
        if name not in self._configured:
            return UnknownLogin(name)
        return await self._authorization.denial(session, requester.id, origin.chat_id, name) or name
