"""The calls that are out at SMS Center, from the claim until what became of them is recorded."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextvars import copy_context

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from bot.queue.late_answers import FinishedCall
from bot.queue.verdicts import Result
from bot.runtime.clock import Clock
from bot.runtime.trace import traced
from bot.smscentre import Created, VendorError
from db.engine import at_end
from db.models import Request

_log = logging.getLogger(__name__)

AT_ONCE = 500
"""Each takes a connection, of which a process may have some thousand."""

Call = Callable[[Request], Awaitable[Created | bytes]]
"""Sends one request to the vendor; raises `VendorError`."""


class CallsOut:
    """Makes the calls of claimed requests, `AT_ONCE` at the most, and keeps how they ended until that is recorded."""

    def __init__(self, call: Call, clock: Clock, on_end: Callable[[], None]) -> None:
        self._call = call
        self._clock = clock
        self._on_end = on_end
        # Of whoever builds the bot: a call is not part of the update whose transaction claimed its request.
        self._context = copy_context()
        self._claimed: set[int] = set()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._finished: list[FinishedCall] = []

    def __contains__(self, request_id: int) -> bool:
        return request_id in self._tasks or request_id in self._claimed

    def __bool__(self) -> bool:
        return bool(self._tasks or self._claimed)

    @property
    def room(self) -> int:
        """How many calls more may be made now."""
        return AT_ONCE - len(self._tasks) - len(self._claimed)

    @property
    def finished(self) -> Sequence[FinishedCall]:
        """Those that have ended and are not recorded."""
        return tuple(self._finished)

    @property
    def unrecorded(self) -> Collection[str]:
        """The logins of those: where a record's commit was reported as failed but worked, the login seems free."""
        return {call.request.login for call in self._finished}

    def make(self, request: Request) -> None:
        """Call for a request whose claim is committed."""
        self._tasks[request.id] = asyncio.create_task(
            self._run(request), name=f"request {request.id}", context=self._context.copy()
        )

    def make_with(
        self, session: AsyncSession, request: Request, *, made: Callable[[], None], not_made: Callable[[], None]
    ) -> None:
        """Call for a request once the session's transaction is committed, before another transaction can begin.

        `made` is called then; `not_made` where the commit is not known to have worked.
        """
        self._claimed.add(request.id)

        def go(_: object) -> None:
            self._claimed.remove(request.id)
            self.make(request)
            # Not here: what a listener raises is no reason to take the commit for failed.
            asyncio.get_running_loop().call_soon(made, context=self._context.copy())

        def settle() -> None:
            if request.id in self._claimed:
                self._claimed.remove(request.id)
                not_made()

        event.listen(session.sync_session, "after_commit", go, once=True)
        at_end(session, settle)

    def forget(self, calls: Iterable[FinishedCall]) -> None:
        """Note that finished calls are recorded."""
        for call in calls:
            self._finished.remove(call)
            del self._tasks[call.request.id]

    async def ended(self, timeout_s: float) -> None:
        """Wait until no call is out, but no longer than this."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=timeout_s)

    async def _run(self, request: Request) -> None:
        with traced(request=request.id):
            result = await self._result(request)
        self._finished.append(FinishedCall(request, result, self._clock.now()))
        self._on_end()

    async def _result(self, request: Request) -> Result:
        try:
            return await self._call(request)
        except VendorError as error:
            _log.warning("request %d of login %s: %s", request.id, request.login, error)
            return error
        except Exception as error:  # noqa: BLE001 - the answer is lost, but the queue goes on
            _log.exception("request %d of login %s: the client failed", request.id, request.login)
            return error
