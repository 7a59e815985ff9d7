"""The use cases: what a person's command or press changes, each in one transaction."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.documents.duplicates import Doubt, Duplicates
from bot.domain import CreateInvoice, Destination, Person, State, SubClient, Wish
from bot.queue.changes import QueueChange, QueueChanges, append
from bot.queue.positions import Waiting, places
from bot.queue.verdicts import RETRYABLE
from bot.runtime.clock import Clock
from db import allowlist, audit, chats, choices, logins, petitions, questions, requests
from db.engine import Database
from db.models import Login, Request
from db.retry import until_stored

_log = logging.getLogger(__name__)


class UnknownLogin(Exception):
    """The allowlist names a login that the settings do not have (any more)."""

    def __init__(self, login: str) -> None:
        super().__init__(login)
        self.login = login


class Cancelled(StrEnum):
    """What became of a wish to cancel."""

    DONE = "done"
    TOO_LATE = "too_late"
    NOT_YOURS = "not_yours"


class SentAgain(StrEnum):
    """What became of a wish to have an outcome sent once more."""

    DONE = "done"
    NOT_YET = "not_yet"
    NOT_YOURS = "not_yours"
    NO_PDF = "no_pdf"


@dataclass(frozen=True, slots=True)
class LoginState:
    """A login with what waits for it."""

    login: Login
    waiting: tuple[Waiting, ...]


class Service:
    """Changes the rows that the queue and the delivery work on, and wakes them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        changes: QueueChanges,
        duplicates: Duplicates,
        *,
        names: Iterable[str],
        pace: timedelta,
    ) -> None:
        self._database = database
        self._clock = clock
        self._changes = changes
        self._duplicates = duplicates
        self._names = tuple(names)
        self._pace = pace

    async def enqueue(
        self,
        wish: Wish,
        requester: Person,
        destination: Destination,
        login: str | None,
        *,
        said_at: datetime | None = None,
    ) -> Request | Doubt:
        """Put a wish into its login's queue; the same message gives the same request, however often it is handled.

        An invoice like a recent one is not queued: the `Doubt` is to be asked first. `login` is the one that the
        allowlist names, None for the default; `said_at` is when the person sent it. Raises `UnknownLogin`.
        """
        name = self._choose(login)
        async with self._database.write() as session:
            # The lock comes first, so that ids follow the order of commits: first in, first out.
            row = await logins.lock(session, name)
            known = await requests.of_origin(session, destination.chat_id, destination.reply_to or 0)
            if known is not None:
                return known
            if isinstance(wish, CreateInvoice):
                doubt = await self._duplicates.doubt(session, wish, name, requester, destination, said_at)
                if doubt is not None:
                    return doubt
            request = requests.new(
                wish, login=name, requester=requester, destination=destination, now=self._clock.now()
            )
            await append(session, row, request, requester, f"ask {request.kind}")
        self._changes.announce(QueueChange(touched=frozenset({name})))
        _log.info("request %d of login %s is queued for person %d", request.id, name, requester.id)
        return request

    async def try_again(self, request_id: int, presser: Person, chat_id: int) -> Request | None:
        """Queue a failed request anew, at most once for each failure; None if it is not one of this chat to try again.

        Where the invoice was made and only its PDF is missing, the PDF is fetched, nothing is created.
        """
        async with self._database.write() as session:
            failed = await requests.get(session, request_id)
            if (
                failed is None
                or failed.failure not in RETRYABLE
                or chat_id not in {failed.chat_id, failed.requester_id}
            ):
                return None
            known = await requests.of_origin(session, failed.origin_chat_id, failed.origin_message_id, failed.id)
            if known is not None:
                return known
            row = await logins.lock(session, failed.login)
            again = requests.follow(failed, failed.wish, requester=presser, now=self._clock.now())
            await append(session, row, again, presser, "try again", f"after request {failed.id}")
        self._changes.announce(QueueChange(touched=frozenset({again.login})))
        return again

    async def send_again(self, request_id: int, asker: Person, *, as_admin: bool) -> SentAgain:
        """Deliver a request's outcome once more, where it was to go: `/retry`. Spends nothing at the vendor."""
        async with self._database.write() as session:
            request = await requests.get(session, request_id)
            if request is None or (request.requester_id != asker.id and not as_admin):
                return SentAgain.NOT_YOURS
            if request.state in {State.QUEUED, State.RUNNING}:
                return SentAgain.NOT_YET
            kept = request.file_id is not None or await requests.document(session, request_id) is not None
            if request.state is State.DONE and not kept:
                return SentAgain.NO_PDF
            request.delivered_at = request.undeliverable = None
            audit.record(
                session,
                "send again",
                now=self._clock.now(),
                actor=asker,
                chat_id=request.chat_id,
                request_id=request_id,
            )
        self._changes.announce(QueueChange(ended=(request,)))
        return SentAgain.DONE

    async def cancel(self, request_id: int, presser: Person, *, as_admin: bool, chat_id: int) -> Cancelled:
        """Take a request of this chat out of the queue, unless it has gone out; its requester and admins may."""
        async with self._database.write() as session:
            request = await requests.get(session, request_id)
            if request is None or request.chat_id != chat_id:
                return Cancelled.TOO_LATE
            if request.requester_id != presser.id and not as_admin:
                return Cancelled.NOT_YOURS
            if request.state is not State.QUEUED or request.invoice_number is not None:
                return Cancelled.TOO_LATE
            row = await logins.lock(session, request.login)
            now = self._clock.now()
            request.state, request.finished_at, request.closed_by = State.CANCELLED, now, presser.name
            await logins.refresh_due(session, row)
            audit.record(session, "cancel", now=now, actor=presser, chat_id=request.chat_id, request_id=request.id)
        self._changes.announce(QueueChange(ended=(request,), touched=frozenset({request.login})))
        return Cancelled.DONE

    async def waiting_in_chat(self, chat_id: int) -> list[Waiting]:
        """Return what waits or runs for a chat, in the order in which it will go out."""
        async with self._database.read() as session:
            names = await requests.open_logins_of_chat(session, chat_id)
            rows = [login for login in await logins.everyone(session) if login.login in names]
            open_requests = await requests.open_of_logins(session, names)
        return [
            waiting
            for login in rows
            for waiting in self._places(login, open_requests)
            if waiting.request.chat_id == chat_id
        ]

    async def logins(self) -> list[LoginState]:
        """Return every login of the settings with its queue."""
        async with self._database.read() as session:
            rows = [login for login in await logins.everyone(session) if login.login in self._names]
            open_requests = await requests.open_of_logins(session, self._names)
        return [LoginState(login, tuple(self._places(login, open_requests))) for login in rows]

    async def resume(self, name: str, admin: Person) -> bool:
        """Start a paused or resting login again; False if it did not rest or does not exist."""
        async with self._database.write() as session:
            row = next((login for login in await logins.everyone(session) if login.login == name), None)
            if row is None or name not in self._names or (row.paused_at is None and row.hold is None):
                return False
            row.paused_at = row.hold = row.held_until = row.told_at = None
            await logins.refresh_due(session, row)
            audit.record(session, "resume login", now=self._clock.now(), actor=admin, detail=name)
        self._changes.announce(QueueChange(touched=frozenset({name})))
        return True

    async def sub_client_of_chat(self, chat_id: int) -> SubClient | None:
        """Return the sub-client that `/act <num>` means in this chat."""
        async with self._database.read() as session:
            return await chats.sub_client(session, chat_id)

    async def set_sub_client(self, chat_id: int, chosen: SubClient | None, actor: Person) -> None:
        async with self._database.write() as session:
            await chats.set_sub_client(session, chat_id, chosen)
            audit.record(
                session,
                "set sub-client",
                now=self._clock.now(),
                actor=actor,
                chat_id=chat_id,
                detail=str(chosen) if chosen else "none",
            )

    async def move_chat(self, old: int, new: int) -> None:
        """Follow a group that became a supergroup: the allowlist, the settings and what waits move with it."""

        async def store() -> None:
            async with self._database.write() as session:
                await allowlist.move_chat(session, old, new)
                await chats.move_chat(session, old, new)
                await choices.move_chat(session, old, new)
                await petitions.follow_chat(session, old, new, self._clock.now())
                await requests.move_chat(session, old, new)
                await questions.close_of_chat(session, old, self._clock.now())
                audit.record(session, "chat moved", now=self._clock.now(), chat_id=new, detail=f"was {old}")

        await until_stored("moving a chat", store)
        _log.warning("group %d became supergroup %d", old, new)

    def _choose(self, login: str | None) -> str:
        if login is None:
            return self._names[0]
        if login not in self._names:
            raise UnknownLogin(login)
        return login

    def _places(self, login: Login, open_requests: Iterable[Request]) -> list[Waiting]:
        own = [request for request in open_requests if request.login == login.login]
        return places(login, own, pace=self._pace, now=self._clock.now())
