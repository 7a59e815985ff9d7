"""The way out of an unknown outcome: a person looks into SMS Center's cabinet and says what is true."""

import logging
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.domain import Denial, GetInvoice, Person, Resolution, State, Wish
from bot.queue.changes import QueueChange, QueueChanges, append
from bot.runtime.clock import Clock
from db import audit, logins, requests
from db.audit import AuditAction
from db.engine import Database
from db.models import Request

_log = logging.getLogger(__name__)

PAGE = 10
"""Unknown outcomes on one page."""
_RESOLVED = {
    Resolution.EXISTS: AuditAction.RESOLVE_EXISTS,
    Resolution.CREATE_AGAIN: AuditAction.RESOLVE_CREATE_AGAIN,
    Resolution.CLOSED: AuditAction.RESOLVE_CLOSED,
}


class ResolutionRefusal(StrEnum):
    """Why a person's word on an unknown outcome is not taken."""

    GONE = "gone"
    NOT_YOURS = "not_yours"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Review:
    """A request with an unknown outcome, and why this person may not decide about it (None: they may)."""

    request: Request | None
    refusal: ResolutionRefusal | Denial | None
    number: str | None = None
    """The invoice's number that was taken, by whoever said first that it exists."""


@dataclass(frozen=True, slots=True)
class UnresolvedPage:
    """Some of the requests that wait for somebody's word."""

    entries: tuple[Request, ...]
    number: int
    more: bool


class UnknownOutcomes:
    """Takes the first word on each unknown outcome; what follows from it is queued in the same transaction."""

    def __init__(self, database: Database, clock: Clock, changes: QueueChanges, authorization: Authorization) -> None:
        self._database = database
        self._clock = clock
        self._changes = changes
        self._authorization = authorization

    async def unresolved(self, number: int) -> UnresolvedPage:
        """Return a page of what waits for somebody's word, oldest first; an empty page gives way to the first."""
        async with self._database.read() as session:
            found = await requests.unresolved(session, PAGE + 1, skip=number * PAGE)
            if not found and number:
                number, found = 0, await requests.unresolved(session, PAGE + 1)
        return UnresolvedPage(tuple(found[:PAGE]), number, more=len(found) > PAGE)

    async def look(self, request_id: int, person: Person, *, as_admin: bool, action: Action = Action.USE) -> Review:
        """Say whether a person may decide about a request: its requester may, and admins for them.

        Either has to have its login in its chat, for `action`, now.
        """
        async with self._database.read() as session:
            request = await requests.get(session, request_id)
            refusal: ResolutionRefusal | Denial | None = _refusal(request, person, as_admin=as_admin)
            if request is not None and refusal is None:
                refusal = await self._authorization.denial(session, person.id, request.chat_id, request.login, action)
        return Review(request, refusal)

    async def resolve(
        self, request_id: int, resolution: Resolution, person: Person, *, as_admin: bool, number: str | None = None
    ) -> Review:
        """Record what a person found out; `number` is the invoice's, for `EXISTS`.

        An invoice that exists is fetched, one that does not is created again: once for each unknown outcome.
        """
        async with self._database.write() as session:
            request = await requests.get(session, request_id)
            refusal = _refusal(request, person, as_admin=as_admin)
            if request is None or refusal is not None:
                review = Review(request, refusal, await _number_taken(session, request))
            else:
                review = await self._resolve(session, request, resolution, person, as_admin=as_admin, number=number)
        if review.request is not None and review.request.resolution is not None:
            # Also where it was resolved before: that commit may have been reported as failed, so that nobody knows.
            self._changes.announce(QueueChange(touched=frozenset({review.request.login})))
        return review

    async def _resolve(
        self,
        session: AsyncSession,
        request: Request,
        resolution: Resolution,
        person: Person,
        *,
        as_admin: bool,
        number: str | None,
    ) -> Review:
        denial = await self._denial(session, request, resolution, person, as_admin=as_admin)
        if denial is not None:
            return Review(request, denial)
        now = self._clock.now()
        request.resolution, request.resolved_at = resolution, now
        request.resolved_by_id, request.resolved_by = person.id, person.name
        wish = _what_follows(request, resolution, number)
        if wish is not None:
            login = await logins.lock(session, request.login)
            await append(session, login, requests.follow(request, wish, requester=person, now=now))
        audit.record_request(session, _RESOLVED[resolution], request, now=now, actor=person, detail=number or "")
        _log.info("request %d: person %d says %s", request.id, person.id, resolution)
        return Review(request, None, number)

    async def _denial(
        self, session: AsyncSession, request: Request, resolution: Resolution, person: Person, *, as_admin: bool
    ) -> Denial | None:
        """Ask the allowlist; to close it asks nothing of SMS Center, so an admin always may."""
        closes = resolution is Resolution.CLOSED
        if closes and as_admin:
            return None
        action = Action.RECEIVE if closes else Action.USE
        return await self._authorization.denial(session, person.id, request.chat_id, request.login, action)


async def _number_taken(session: AsyncSession, request: Request | None) -> str | None:
    if request is None or request.resolution is not Resolution.EXISTS:
        return None
    fetch = await requests.of_origin(session, request.origin_chat_id, request.origin_message_id, request.id)
    return None if fetch is None else fetch.document_id


def _refusal(request: Request | None, person: Person, *, as_admin: bool) -> ResolutionRefusal | None:
    if request is None or request.state is not State.UNKNOWN:
        return ResolutionRefusal.GONE
    if request.requester_id != person.id and not as_admin:
        return ResolutionRefusal.NOT_YOURS
    return ResolutionRefusal.RESOLVED if request.resolution is not None else None


def _what_follows(request: Request, resolution: Resolution, number: str | None) -> Wish | None:
    if resolution is Resolution.CREATE_AGAIN:
        return request.wish
    if resolution is Resolution.EXISTS and number is not None:
        return GetInvoice(request.sub_client, number)
    return None
