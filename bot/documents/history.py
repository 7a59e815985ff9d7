"""The documents of a chat: a page of them, one sent again from Telegram's own copy, one fetched anew."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.documents.limits import TooManyWaiting, WaitingLimits
from bot.domain import CreateInvoice, Denial, Destination, GetInvoice, Person, State, SubClient, Wish
from bot.queue.changes import QueueChanges, append, news_of
from bot.runtime.clock import Clock
from db import audit, documents, logins, requests
from db.audit import AuditAction
from db.engine import Database
from db.models import Request

_log = logging.getLogger(__name__)

PAGE = 6
_COUNTED_PAGES = 50
_DOUBLE_TAP = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of a chat's documents, newest first; `number` counts from 0."""

    entries: tuple[Request, ...]
    number: int
    pages: int
    more: bool
    """Whether there are more pages than were counted."""
    sub_client: SubClient | None
    """The one whose documents these are; None: all."""


class Redelivery(StrEnum):
    """What became of a press on a document."""

    DONE = "done"
    ON_ITS_WAY = "on_its_way"
    """A copy of it is just being sent here."""
    NOTHING_TO_SEND = "nothing_to_send"
    """It is no document of this chat, or there is none (yet)."""


class SendAgainResult(StrEnum):
    """What became of a wish to have an outcome sent once more."""

    DONE = "done"
    ELSEWHERE = "elsewhere"
    """It is done, but in another chat than the one where it was asked for."""
    NOT_YET = "not_yet"
    NOT_YOURS = "not_yours"
    NO_PDF = "no_pdf"
    NOT_FOR_REQUESTER = "not_for_requester"
    """Whose request it is may not have it any more."""


def wish_anew(request: Request) -> Wish | None:
    """Return the wish that fetches a document which exists; None if SMS Center never told its number."""
    wish = request.wish
    if not isinstance(wish, CreateInvoice):
        return wish
    return None if request.invoice_number is None else GetInvoice(wish.sub_client, request.invoice_number)


class DocumentHistory:
    """Shows and sends what a chat has, as far as whoever asks may use the login that it was made with."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        changes: QueueChanges,
        authorization: Authorization,
        limits: WaitingLimits,
    ) -> None:
        self._database = database
        self._clock = clock
        self._changes = changes
        self._authorization = authorization
        self._limits = limits

    async def page(self, chat_id: int, reader_id: int, sub_client: SubClient | None, number: int) -> HistoryPage:
        """Return a page of what a reader may have, the last one if there are not so many."""
        async with self._database.read() as session:
            logins_ = (await self._authorization.check(session, reader_id, chat_id)).logins
            return await self._page(session, chat_id, logins_.readable, sub_client, number)

    async def page_like(self, chat_id: int, reader_id: int, request_id: int, number: int) -> HistoryPage:
        """Return a page of the documents of a request's sub-client; of all if the reader has no such request here."""
        async with self._database.read() as session:
            logins_ = (await self._authorization.check(session, reader_id, chat_id)).logins
            request = await requests.get(session, request_id)
            known = request is not None and request.chat_id == chat_id and logins_.include(request.login)
            alike = request.sub_client if request is not None and known else None
            return await self._page(session, chat_id, logins_.readable, alike, number)

    async def _page(
        self,
        session: AsyncSession,
        chat_id: int,
        logins_: frozenset[str] | None,
        sub_client: SubClient | None,
        number: int,
    ) -> HistoryPage:
        up_to = max(_COUNTED_PAGES, number + 1) * PAGE
        count = await documents.count_history(session, chat_id, sub_client, logins_, up_to=up_to + 1)
        pages = max(1, -(-min(count, up_to) // PAGE))
        number = min(number, pages - 1)
        entries = await documents.history(session, chat_id, sub_client, logins_, offset=number * PAGE, limit=PAGE)
        return HistoryPage(tuple(entries), number, pages, count > up_to, sub_client)

    async def send(self, request_id: int, presser: Person, to: Destination, press: str) -> Redelivery | Denial:
        """Have a document sent once more; `press` is Telegram's id of the press, which does it once.

        Spends nothing at the vendor. Telegram's own copy is sent, else the stored PDF, else words and a button to
        fetch it anew.
        """
        origin = to.reply_to or 0
        async with self._database.write() as session:
            done = await requests.get(session, request_id)
            if done is None or done.chat_id != to.chat_id or done.state is not State.DONE:
                return Redelivery.NOTHING_TO_SEND
            denial = await self._denial(session, presser, done, Action.RECEIVE)
            if denial is not None:
                return denial
            copy = await requests.of_origin(session, to.chat_id, origin, _number(press))
            if copy is None:
                now = self._clock.now()
                if await documents.just_copied(session, done, to, since=now - _DOUBLE_TAP):
                    return Redelivery.ON_ITS_WAY
                copy = requests.copy(done, requester=presser, destination=to, now=now, press=_number(press))
                session.add(copy)
                await session.flush()
                audit.record_request(
                    session,
                    AuditAction.SEND_FROM_HISTORY,
                    copy,
                    now=now,
                    actor=presser,
                    detail=f"document of request {done.id}",
                )
        self._changes.announce(news_of(copy))
        return Redelivery.DONE

    async def send_again(
        self, request_id: int, asker: Person, *, as_admin: bool, chat_id: int
    ) -> SendAgainResult | Denial:
        """Deliver a request's outcome once more, where it was to go: `/retry`. Spends nothing at the vendor.

        `chat_id` is where they ask.
        """
        async with self._database.write() as session:
            request = await requests.get(session, request_id)
            if request is None or (request.requester_id != asker.id and not as_admin):
                return SendAgainResult.NOT_YOURS
            denial = await self._denial(session, asker, request, Action.RECEIVE)
            if denial is not None:
                return denial
            of_other = request.requester_id != asker.id
            if of_other and await self._denial(session, request.requester, request, Action.RECEIVE) is not None:
                return SendAgainResult.NOT_FOR_REQUESTER
            if request.state in {State.QUEUED, State.RUNNING}:
                return SendAgainResult.NOT_YET
            if request.state is State.DONE and not await documents.is_kept(session, request):
                return SendAgainResult.NO_PDF
            requests.deliver_again(request)
            audit.record_request(session, AuditAction.SEND_AGAIN, request, now=self._clock.now(), actor=asker)
        self._changes.announce(news_of(request))
        return SendAgainResult.DONE if request.chat_id == chat_id else SendAgainResult.ELSEWHERE

    async def fetch_anew(
        self, request_id: int, presser: Person, to: Destination
    ) -> Redelivery | Denial | TooManyWaiting:
        """Queue a request for a document that exists, with the login that made it; once for each message's button."""
        async with self._database.write() as session:
            anew = await requests.of_origin(session, to.chat_id, to.reply_to or 0, request_id)
            before = await requests.get(session, request_id)
            wish = None if before is None or before.chat_id != to.chat_id else wish_anew(before)
            if before is None or wish is None or before.state not in {State.DONE, State.FAILED}:
                return Redelivery.NOTHING_TO_SEND
            denial = await self._denial(session, presser, before, Action.USE)
            if denial is not None:
                return denial
            if anew is None:
                reached = await self._limits.reached(session, presser.id, to.chat_id)
                if reached is not None:
                    return reached
                row = await logins.lock(session, before.login)
                anew = requests.new(wish, login=before.login, requester=presser, destination=to, now=self._clock.now())
                anew.again_of = request_id
                await append(session, row, anew)
                audit.record_request(
                    session,
                    AuditAction.FETCH_ANEW,
                    anew,
                    now=anew.created_at,
                    actor=presser,
                    detail=f"document of request {request_id}",
                )
                _log.info("request %d fetches the document of request %d anew", anew.id, request_id)
        self._changes.announce(news_of(anew))
        return Redelivery.DONE

    async def _denial(self, session: AsyncSession, person: Person, request: Request, action: Action) -> Denial | None:
        return await self._authorization.denial(session, person.id, request.chat_id, request.login, action)


def _number(press: str) -> int:
    """Return a negative number for a press: the same for the same, never that of a request."""
    return -1 - int.from_bytes(hashlib.blake2b(press.encode(), digest_size=7).digest(), "big")
