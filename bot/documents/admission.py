"""The one way of a wish into the queue: the limits, then what there is to ask, then its row; in one transaction."""

from contextlib import AbstractAsyncContextManager

from sqlalchemy.ext.asyncio import AsyncSession

from bot.documents.doubts import Confirmation, Declined, Doubts
from bot.documents.intents import Intent
from bot.documents.limits import TooManyWaiting, WaitingLimits
from bot.documents.resolving import resolve
from bot.domain import Kind, Resolution, State
from bot.queue.changes import QueueChanges, news_of
from bot.queue.scheduler import Scheduler
from bot.runtime.arrivals import Arrivals
from bot.runtime.clock import Clock
from db import audit, logins, origins, requests
from db.audit import AuditAction
from db.models import Request

_ASKED = {
    Kind.CREATE_INVOICE: AuditAction.ASK_CREATE_INVOICE,
    Kind.GET_INVOICE: AuditAction.ASK_GET_INVOICE,
    Kind.GET_ACT: AuditAction.ASK_GET_ACT,
}

AdmissionResult = Request | Confirmation | Declined | TooManyWaiting


class Admission:
    """Turns intents into requests. Whether the person may is asked before, by whoever calls it."""

    def __init__(
        self,
        clock: Clock,
        changes: QueueChanges,
        scheduler: Scheduler,
        doubts: Doubts,
        limits: WaitingLimits,
        arrivals: Arrivals,
    ) -> None:
        self._arrivals = arrivals
        self._clock = clock
        self._changes = changes
        self._scheduler = scheduler
        self._doubts = doubts
        self._limits = limits

    def in_turn(self) -> AbstractAsyncContextManager[None]:
        """Wait for those whose message Telegram got before; to be around the transaction that calls `admit`."""
        return self._arrivals.turn()

    async def admit(self, session: AsyncSession, intent: Intent) -> AdmissionResult:
        """Queue a wish, or say what stands in the way; the same intent gives the same request however often it comes.

        Call `announce` with what comes of it once the transaction is committed.
        """
        failed = await requests.get(session, intent.again_of) if intent.again_of else None
        is_new = failed is None and not await origins.led_to_anything(session, intent.origin)
        known = None if is_new else await self._known(session, intent, failed)
        if known is not None:
            return known
        if failed is not None and failed.resolution is not None:
            return Declined()
        reached = await self._limits.reached(session, intent.requester.id, intent.origin.chat_id)
        if reached is not None:
            return reached
        asked = await self._doubts.next(session, intent, is_new=is_new)
        return asked if asked is not None else await self._append(session, intent, failed)

    def announce(self, result: object) -> None:
        """Wake whoever waits for a request, if the result is one; that one runs was, or will be, told by the queue."""
        if isinstance(result, Request) and result.state is not State.RUNNING:
            self._changes.announce(news_of(result))

    async def _known(self, session: AsyncSession, intent: Intent, failed: Request | None) -> Request | None:
        """Find the request that the same message, or a press under the same failure, has led to before."""
        if failed is not None:
            return await requests.of_origin(session, failed.origin_chat_id, failed.origin_message_id, failed.id)
        return await requests.of_origin(session, intent.origin.chat_id, intent.origin.reply_to or 0)

    async def _append(self, session: AsyncSession, intent: Intent, failed: Request | None) -> Request:
        # The lock comes first, so that ids follow the order of commits: first in, first out.
        row, alone = await logins.lock_with_queue(session, intent.login)
        now, requester = self._clock.now(), intent.requester
        if failed is not None:
            request = requests.follow(failed, intent.wish, requester=requester, now=now)
            action, detail = AuditAction.TRY_AGAIN, f"after request {failed.id}"
        else:
            request = requests.new(
                intent.wish,
                login=intent.login,
                requester=requester,
                destination=intent.origin,
                now=now,
                likeness=intent.likeness,
            )
            action, detail = _ASKED[request.kind], ""
        await self._scheduler.enter(session, row, request, alone=alone)
        if failed is not None and failed.state is State.UNKNOWN:
            resolve(session, failed, Resolution.CREATE_AGAIN, requester, now)
        else:
            audit.record_request(session, action, request, now=now, actor=requester, detail=detail)
        return request
