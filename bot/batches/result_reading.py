"""What of a batch is to be sent next, and to whom."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.batches.result_files import ResultFile, result_file
from bot.batches.status import BatchStatus, status_of
from bot.domain import ConfiguredLogins, Destination
from bot.language.translator import Translators
from bot.runtime.clock import Clock
from db import batch_rows, documents
from db.engine import Database
from db.models import Request, StoredBatch

_ALBUM = 10
"""PDFs in one album; Telegram takes no more."""
_MAX_ALBUM = 45_000_000
"""Bytes of an album: one call uploads all of it."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF that is to be sent as it comes, and its bytes if they are still kept."""

    request: Request
    content: bytes | None


@dataclass(frozen=True, slots=True)
class NextDelivery:
    """What is to be sent next of a batch: some of its PDFs, else a file of its result, else nothing more."""

    batch: StoredBatch
    to: Destination | None
    """None: nobody may have it, or nobody takes it."""
    withheld: bool = False
    """Whether that is because the allowlist keeps it back."""
    pdfs: tuple[Pdf, ...] = ()
    file: ResultFile | None = None
    status: BatchStatus | None = None
    """How the batch stands, with the last file."""


class ResultReader:
    """Reads what is to be sent, as the allowlist stands now."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        translators: Translators,
        authorization: Authorization,
        configured: ConfiguredLogins,
    ) -> None:
        self._database = database
        self._clock = clock
        self._translators = translators
        self._authorization = authorization
        self._configured = configured

    async def next(self, batch_id: int) -> NextDelivery:
        """Return what is to be sent next."""
        return await self._database.read_until_stored("reading a result", partial(self._next, batch_id))

    async def is_still(self, batch_id: int, to: Destination) -> bool:
        """Say whether a batch's result may (still) go there."""

        async def look(session: AsyncSession) -> bool:
            where, _ = await self._where(session, await session.get_one(StoredBatch, batch_id))
            return where is not None and where.chat_id == to.chat_id

        return await self._database.read_until_stored("asking the list", look)

    async def _next(self, batch_id: int, session: AsyncSession) -> NextDelivery:
        batch = await session.get_one(StoredBatch, batch_id)
        to, withheld = await self._where(session, batch)
        if to is None or batch.delivered_at is not None:
            return NextDelivery(batch, to, withheld)
        pdfs = await self._pdfs(session, batch) if batch.each_pdf else ()
        if pdfs or batch.finished_at is None:
            return NextDelivery(batch, to, pdfs=pdfs)
        t = self._translators.choose(batch.language)
        file = await result_file(session, t, batch, batch.files_sent)
        status = await status_of(session, batch, self._configured, self._clock) if file and file.last else None
        return NextDelivery(batch, to, file=file, status=status)

    async def _where(self, session: AsyncSession, batch: StoredBatch) -> tuple[Destination | None, bool]:
        """Say where a result may go, and whether the allowlist keeps it back."""
        may = await self._authorization.may(session, batch.requester_id, batch.chat_id, batch.login, Action.RECEIVE)
        if not may:
            return None, True
        removed = await self._authorization.was_removed(session, batch.chat_id)
        if batch.undeliverable is None and not removed:
            return batch.destination, False
        if batch.chat_id == batch.requester_id:
            return None, False
        # In a group for everyone strangers may ask too.
        alone = await self._authorization.check(session, batch.requester_id, batch.requester_id)
        return (Destination(batch.requester_id) if alone.may(Action.RECEIVE) else None), False

    async def _pdfs(self, session: AsyncSession, batch: StoredBatch) -> tuple[Pdf, ...]:
        requests = await batch_rows.unsent_pdfs(session, batch.id, _ALBUM)
        sizes = await documents.sizes(session, [request.id for request in requests])
        taken, size = 0, 0
        for request in requests:
            size += sizes.get(request.id, 0)
            if taken and size > _MAX_ALBUM:
                break
            taken += 1
        contents = await documents.pdfs(session, [request.id for request in requests[:taken]])
        return tuple(Pdf(request, contents.get(request.id)) for request in requests[:taken])
