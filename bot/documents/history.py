"""The documents of a chat: a page of them, one sent again from Telegram's own copy, one fetched anew."""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain import CreateInvoice, Destination, GetInvoice, Person, State, SubClient, Wish
from bot.queue.changes import QueueChange, QueueChanges, append
from bot.runtime.clock import Clock
from db import audit, logins, requests
from db.engine import Database
from db.models import Request

_log = logging.getLogger(__name__)

PAGE = 6
_DOUBLE_TAP = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a chat's documents, newest first; `number` counts from 0."""

    entries: tuple[Request, ...]
    number: int
    pages: int
    sub_client: SubClient | None
    """The one whose documents these are; None: all."""


class Sent(StrEnum):
    """What became of a press on a document."""

    DONE = "done"
    ON_ITS_WAY = "on_its_way"
    """A copy of it is just being sent here."""
    NOTHING_TO_SEND = "nothing_to_send"
    """It is no document of this chat, or there is none (yet)."""
    NO_LOGIN = "no_login"
    """The settings no longer have the login that made it."""


def wish_anew(request: Request) -> Wish | None:
    """Return the wish that fetches a document which exists; None if SMS Center never told its number."""
    wish = request.wish
    if not isinstance(wish, CreateInvoice):
        return wish
    return None if request.invoice_number is None else GetInvoice(wish.sub_client, request.invoice_number)


class History:
    """Shows and sends what a chat has; whether somebody may see it is asked before, at the gate."""

    def __init__(self, database: Database, clock: Clock, changes: QueueChanges, *, names: Iterable[str]) -> None:
        self._database = database
        self._clock = clock
        self._changes = changes
        self._names = tuple(names)

    async def page(self, chat_id: int, sub_client: SubClient | None, number: int) -> Page:
        """Return a page, the last one if there are not so many."""
        async with self._database.read() as session:
            entries, count = await requests.history(session, chat_id, sub_client, offset=number * PAGE, limit=PAGE)
            pages = max(1, -(-count // PAGE))
            if number >= pages:
                number = pages - 1
                entries, _ = await requests.history(session, chat_id, sub_client, offset=number * PAGE, limit=PAGE)
        return Page(tuple(entries), number, pages, sub_client)

    async def page_like(self, chat_id: int, request_id: int, number: int) -> Page:
        """Return a page of the documents of a request's sub-client; of all if the id is 0 or of another chat."""
        async with self._database.read() as session:
            request = await requests.get(session, request_id)
        alike = request.sub_client if request is not None and request.chat_id == chat_id else None
        return await self.page(chat_id, alike, number)

    async def send(self, request_id: int, presser: Person, to: Destination, press: str) -> Sent:
        """Have a document sent once more; `press` is Telegram's id of the press, which does it once.

        Spends nothing at the vendor. Telegram's own copy is sent, else the stored PDF, else words and a button to
        fetch it anew.
        """
        origin = to.reply_to or 0
        async with self._database.write() as session:
            done = await requests.get(session, request_id)
            if done is None or done.chat_id != to.chat_id or done.state is not State.DONE:
                return Sent.NOTHING_TO_SEND
            if await requests.of_origin(session, to.chat_id, origin, _number(press)) is not None:
                return Sent.DONE
            now = self._clock.now()
            if await requests.just_copied(session, done, to, since=now - _DOUBLE_TAP):
                return Sent.ON_ITS_WAY
            copy = requests.copy(done, requester=presser, destination=to, now=now, press=_number(press))
            session.add(copy)
            await session.flush()
            audit.record(
                session,
                "send from history",
                now=now,
                actor=presser,
                chat_id=to.chat_id,
                request_id=copy.id,
                detail=f"document of request {done.id}",
            )
        self._changes.announce(QueueChange(ended=(copy,)))
        return Sent.DONE

    async def fetch_anew(self, request_id: int, presser: Person, to: Destination) -> Sent:
        """Queue a request for a document that exists, with the login that made it; once for each message's button."""
        async with self._database.write() as session:
            known = await requests.of_origin(session, to.chat_id, to.reply_to or 0, request_id)
            before = await requests.get(session, request_id)
            wish = None if before is None or before.chat_id != to.chat_id else wish_anew(before)
            if before is None or wish is None or before.state not in {State.DONE, State.FAILED}:
                return Sent.NOTHING_TO_SEND
            if known is not None:
                return Sent.DONE
            if before.login not in self._names:
                return Sent.NO_LOGIN
            row = await logins.lock(session, before.login)
            anew = requests.new(wish, login=before.login, requester=presser, destination=to, now=self._clock.now())
            anew.again_of = request_id
            await append(session, row, anew, presser, "fetch anew", f"document of request {request_id}")
        self._changes.announce(QueueChange(touched=frozenset({anew.login})))
        _log.info("request %d fetches the document of request %d anew", anew.id, request_id)
        return Sent.DONE


def _number(press: str) -> int:
    """Return a negative number for a press: the same for the same, never that of a request."""
    return -1 - int.from_bytes(hashlib.blake2b(press.encode(), digest_size=7).digest(), "big")
