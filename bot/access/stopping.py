"""Stops what waits once the right to it has ended: at once where a right is taken, else before it would go out."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.domain import Denial, State
from bot.runtime.clock import Clock
from bot.runtime.signals import Signal
from db import audit, logins, requests
from db.audit import AuditAction
from db.models import Request

_log = logging.getLogger(__name__)

_AT_ONCE = 200
"""How many waiting requests one change of rights looks at; what is behind them is stopped when its turn comes."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a change of rights came to for the requests that it concerns."""

    cancelled: tuple[Request, ...] = ()
    running: tuple[Request, ...] = ()
    """Those that SMS Center has already: nothing stops them."""
    more: bool = False
    """Whether more waits than was looked at."""

    def __bool__(self) -> bool:
        return bool(self.cancelled or self.running or self.more)


class Stopping:
    """Cancels what its requester may not have made any more, as the allowlist stands in the caller's transaction.

    Who commits such a transaction announces on `stops` what it stopped.
    """

    def __init__(self, authorization: Authorization, clock: Clock) -> None:
        self._authorization = authorization
        self._clock = clock
        self.stops: Signal[Stopped] = Signal()

    async def may_go(self, session: AsyncSession, request: Request) -> bool:
        """Say whether a request may go out now; one that may not is cancelled."""
        why = await _Answers(self._authorization, session).denial(request)
        if why is not None:
            _cancel(session, request, why, self._clock.now())
        return why is None

    async def stop(self, session: AsyncSession, subject_id: int) -> Stopped:
        """Cancel what waits of a person or for a chat and may not go out any more."""
        # What was taken off the list is still seen there until it is written.
        await session.flush()
        now, answers = self._clock.now(), _Answers(self._authorization, session)
        waiting = await requests.waiting_about(session, subject_id, _AT_ONCE + 1)
        cancelled = []
        for request in waiting[:_AT_ONCE]:
            why = await answers.denial(request)
            if why is not None:
                _cancel(session, request, why, now)
                cancelled.append(request)
        for name in sorted({request.login for request in cancelled}):
            await logins.refresh_due(session, await logins.lock(session, name))
        about = [one for one in await requests.running(session) if subject_id in {one.requester_id, one.chat_id}]
        running = [one for one in about if await answers.denial(one) is not None]
        return Stopped(tuple(cancelled), tuple(running), more=len(waiting) > _AT_ONCE)


class _Answers:
    """What the allowlist says within one transaction, asked once for each person, chat and login."""

    def __init__(self, authorization: Authorization, session: AsyncSession) -> None:
        self._authorization = authorization
        self._session = session
        self._known: dict[tuple[int, int, str], Denial | None] = {}

    async def denial(self, request: Request) -> Denial | None:
        """Say why a request may not go out; None: it may."""
        about = request.requester_id, request.chat_id, request.login
        if about not in self._known:
            self._known[about] = await self._authorization.denial(self._session, *about)
        return self._known[about]


def _cancel(session: AsyncSession, request: Request, why: Denial, now: datetime) -> None:
    request.state, request.finished_at, request.denied = State.CANCELLED, now, why
    audit.record(session, AuditAction.STOP, now=now, chat_id=request.chat_id, request_id=request.id, detail=why.value)
    _log.info("request %d of login %s is cancelled: %s", request.id, request.login, why)
