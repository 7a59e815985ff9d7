"""The way out of an unknown outcome: a person looks into SMS Center's cabinet and says what is true."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.documents.admission import Admission, AdmissionResult
from bot.documents.intents import Intent
from bot.documents.resolving import resolve
from bot.domain import Denial, Destination, GetInvoice, Person, Resolution, State
from bot.queue.changes import QueueChange, QueueChanges, append
from bot.runtime.clock import Clock
from db import logins, requests
from db.engine import Database
from db.models import Request

PAGE = 10
"""Unknown outcomes on one page."""


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
    led_to: AdmissionResult | None = None
    """Of a wish to create it again: the new request, or what stands in its way or is asked first."""


@dataclass(frozen=True, slots=True)
class UnresolvedPage:
    """Some of the requests that wait for somebody's word."""

    entries: tuple[Request, ...]
    number: int
    more: bool


class UnknownOutcomes:
    """Takes the first word on each unknown outcome; what follows from it is queued in the same transaction."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        changes: QueueChanges,
        admission: Admission,
        authorization: Authorization,
    ) -> None:
        self._database = database
        self._clock = clock
        self._admission = admission
        self._changes = changes
        self._authorization = authorization

    async def unresolved(self, number: int, chat_id: int | None) -> UnresolvedPage:
        """Return a page of what waits for somebody's word, oldest first; an empty page gives way to the first.

        `chat_id` is the chat that it is of; None: every chat.
        """
        async with self._database.read() as session:
            found = await requests.unresolved(session, PAGE + 1, skip=number * PAGE, chat_id=chat_id)
            if not found and number:
                number, found = 0, await requests.unresolved(session, PAGE + 1, chat_id=chat_id)
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
        """Record that it exists, for which `number` is the invoice's, which is fetched once; or that it is closed."""
        async with self._database.write() as session:
            request = await requests.get(session, request_id)
            refusal = _refusal(request, person, as_admin=as_admin)
            if request is None or refusal is not None:
                review = Review(request, refusal, await _number_taken(session, request))
            else:
                review = await self._resolve(session, request, resolution, person, as_admin=as_admin, number=number)
        if review.request is not None and review.request.resolution is not None:
            # Also where it was resolved before: that commit may have been reported as failed, so that nobody knows.
            self._announce(review.request)
        return review

    async def create_again(self, request_id: int, person: Person, origin: Destination, *, as_admin: bool) -> Review:
        """Create it anew, once for each unknown outcome, as a person says that it does not exist.

        That is admitted like any other wish to create: where there is something to ask first, it stays unresolved.
        `origin` is the message whose button was pressed.
        """
        async with self._admission.in_turn(), self._database.write() as session:
            request = await requests.get(session, request_id)
            refusal: ResolutionRefusal | Denial | None = _refusal(request, person, as_admin=as_admin)
            if request is not None and refusal is None:
                refusal = await self._authorization.denial(session, person.id, request.chat_id, request.login)
            led_to: AdmissionResult | None = None
            if request is not None and refusal is None:
                again = Intent(request.wish, request.login, person, origin, again_of=request.id)
                led_to = await self._admission.admit(session, again)
            elif request is not None and request.resolution is Resolution.CREATE_AGAIN:
                # Only to be announced once more: that commit may have been reported as failed, so that nobody knows.
                led_to = await requests.of_origin(
                    session, request.origin_chat_id, request.origin_message_id, request.id
                )
        self._admission.announce(led_to)
        if request is not None and request.resolution is not None:
            self._announce(request)
        return Review(request, refusal, led_to=led_to)

    def _announce(self, resolved: Request) -> None:
        self._changes.announce(QueueChange(resolved=(resolved,), touched=frozenset({resolved.login})))

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
        if resolution is Resolution.EXISTS and number is not None:
            login = await logins.lock(session, request.login)
            fetch = GetInvoice(request.sub_client, number)
            await append(session, login, requests.follow(request, fetch, requester=person, now=now))
        resolve(session, request, resolution, person, now, number or "")
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
