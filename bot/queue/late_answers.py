"""Answers of SMS Center that come to a process when another leads already.

That other one has recorded the create as unknown, and asks a person. The answer says what became of it, so it counts
as long as nobody has decided; whatever else was cut off was, or will be, done again by the other.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import State
from bot.queue.verdicts import Result
from bot.smscentre import Created
from db import batches, bell, logins, requests
from db.engine import Database
from db.models import Document, Request

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FinishedCall:
    """A call of SMS Center that came to its end, and is not recorded yet."""

    request: Request
    result: Result
    at: datetime


async def record_late(database: Database, calls: Iterable[FinishedCall]) -> int:
    """Record what late answers say of unknown creates, and have the leader look; return how many there were.

    `database` is without a fence: this is the one thing that a process may write that leads no more.
    """
    created = [(call, call.result) for call in calls if isinstance(call.result, Created)]
    if not created:
        return 0
    async with database.write() as session:
        taken = [call.request.id for call, answer in created if await _take(session, call, answer)]
        if taken:
            await bell.ring(session)
    for request_id in taken:
        _log.warning("request %d was unknown: its answer came after all", request_id)
    return len(taken)


async def _take(session: AsyncSession, call: FinishedCall, answer: Created) -> bool:
    request = await session.get(Request, call.request.id)
    if (
        request is None
        or request.state is not State.UNKNOWN
        or request.resolution is not None
        or request.started_at != call.request.started_at
    ):
        return False
    request.invoice_number = answer.number
    # What was told of it so far was that nobody knows; the result of its batch may be on its way yet.
    batch = None if request.batch_id is None else await batches.get(session, request.batch_id)
    requests.deliver_again(request, by_itself=batch is None or batch.delivered_at is not None)
    request.admins_told_at = None
    if answer.pdf is None:
        request.state, request.finished_at = State.QUEUED, None
        await logins.refresh_due(session, await logins.lock(session, request.login))
    else:
        request.state, request.finished_at = State.DONE, call.at
        session.add(Document(request_id=request.id, content=answer.pdf, stored_at=call.at))
    return True
