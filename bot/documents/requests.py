"""Asking for documents: a wish enters its login's queue, is tried again, or is cancelled; each in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.documents.admission import Admission, AdmissionResult
from bot.documents.intents import Intent
from bot.domain import Borrowed, ConfiguredLogins, Denial, Destination, Person, State, Wish
from bot.queue.changes import QueueChange, QueueChanges, news_of
from bot.queue.verdicts import RETRYABLE
from bot.runtime.clock import Clock
from db import audit, logins, queue, requests
from db.audit import AuditAction
from db.engine import Database
from db.models import Request

_MAX_CANCELLED = 1000


@dataclass(frozen=True, slots=True)
class UnknownLogin:
    """The allowlist names a login that the settings do not have (any more)."""

    login: str


EnqueueResult = AdmissionResult | UnknownLogin | Denial


class TryAgainRefusal(StrEnum):
    """Why a request is not tried again."""

    NOTHING_TO_TRY = "nothing_to_try"
    """It is none of this chat, or has not failed in a way that may pass."""


TryAgainResult = AdmissionResult | Denial | TryAgainRefusal


class CancelResult(StrEnum):
    """What became of a wish to cancel."""

    DONE = "done"
    TOO_LATE = "too_late"
    NOT_YOURS = "not_yours"


class DocumentRequests:
    """Puts requests into the queue and takes them out again."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        changes: QueueChanges,
        admission: Admission,
        authorization: Authorization,
        configured: ConfiguredLogins,
    ) -> None:
        self._database = database
        self._clock = clock
        self._changes = changes
        self._admission = admission
        self._authorization = authorization
        self._configured = configured

    async def enqueue(
        self,
        wish: Wish,
        requester: Person,
        origin: Destination,
        *,
        said_at: datetime | None = None,
        borrowed: Borrowed | None = None,
    ) -> EnqueueResult:
        """Put a wish into its login's queue; the same message gives the same request, however often it is handled.

        Where there is something to ask first, nothing is queued, and the result is the question. The login is the one
        that the allowlist names for the requester in that chat; `said_at` is when they sent it.
        """
        async with self._admission.in_turn(), self._database.write() as session:
            access = await self._authorization.check(session, requester.id, origin.chat_id)
            denial = access.denial(Action.USE, access.login or "")
            if denial is not None or access.login is None:
                return denial or Denial.NO_LOGIN
            if access.login not in self._configured:
                return UnknownLogin(access.login)
            intent = Intent(wish, access.login, requester, origin, said_at, borrowed)
            result = await self._admission.admit(session, intent)
        self._admission.announce(result)
        return result

    async def try_again(self, request_id: int, presser: Person, origin: Destination) -> TryAgainResult:
        """Queue a failed request anew, at most once for each failure.

        Where the invoice was made and only its PDF is missing, the PDF is fetched, nothing is created. `origin` is the
        message whose button was pressed.
        """
        async with self._admission.in_turn(), self._database.write() as session:
            failed = await requests.get(session, request_id)
            if (
                failed is None
                or failed.failure not in RETRYABLE
                or origin.chat_id not in {failed.chat_id, failed.requester_id}
            ):
                return TryAgainRefusal.NOTHING_TO_TRY
            denial = await self._authorization.denial(session, presser.id, failed.chat_id, failed.login)
            if denial is not None:
                return denial
            again = Intent(
                failed.wish, failed.login, presser, origin, again_of=failed.id, fetches=not failed.makes_invoice
            )
            result = await self._admission.admit(session, again)
        self._admission.announce(result)
        return result

    async def cancel(
        self, request_id: int, presser: Person, *, as_admin: bool, chat_id: int | None
    ) -> CancelResult | Denial:
        """Take a request out of the queue, unless it has gone out; its requester and admins may.

        `chat_id` is the chat that it has to be of; None for an admin who looks at every chat.
        """
        async with self._database.write() as session:
            request = await requests.get(session, request_id)
            if request is None or chat_id not in {request.chat_id, None}:
                return CancelResult.TOO_LATE
            if request.requester_id != presser.id and not as_admin:
                return CancelResult.NOT_YOURS
            if not as_admin:
                denial = await self._authorization.denial(
                    session, presser.id, request.chat_id, request.login, Action.RECEIVE
                )
                if denial is not None:
                    return denial
            if request.state is State.QUEUED and request.invoice_number is None:
                await self._cancel(session, [request], presser)
            elif request.state is not State.CANCELLED or request.closed_by_id != presser.id:
                return CancelResult.TOO_LATE
        self._changes.announce(news_of(request))
        return CancelResult.DONE

    async def name_of(self, requester_id: int) -> str | None:
        """Return the name of somebody who waits, as they had it then; None if nothing of theirs can be cancelled."""
        async with self._database.read() as session:
            waiting = await queue.waiting_of(session, requester_id, 1)
        return waiting[0].requester_name if waiting else None

    async def cancel_all_of(self, requester_id: int, admin: Person) -> int:
        """Take all that waits of a person out of the queue, at most a thousand at once; return how many."""
        async with self._database.write() as session:
            waiting = await queue.waiting_of(session, requester_id, _MAX_CANCELLED)
            await self._cancel(session, waiting, admin)
            # Where this is handled again, there are only those that nobody was told of yet.
            cancelled = waiting or await queue.cancelled_untold(session, requester_id, admin.id, _MAX_CANCELLED)
        self._changes.announce(QueueChange.of_cancelled(tuple(cancelled)))
        return len(cancelled)

    async def _cancel(self, session: AsyncSession, waiting: Sequence[Request], by: Person) -> None:
        locked = [await logins.lock(session, name) for name in sorted({request.login for request in waiting})]
        now = self._clock.now()
        for request in waiting:
            request.state, request.finished_at = State.CANCELLED, now
            request.closed_by_id, request.closed_by = by.id, by.name
            audit.record_request(session, AuditAction.CANCEL, request, now=now, actor=by)
        for login in locked:
            await logins.refresh_due(session, login)
