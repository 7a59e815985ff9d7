"""Outcomes of requests on their way to people. Repository functions never commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import State
from db.models import ENDED, Base, Request, in_state

TO_DELIVER = and_(Request.delivered_at.is_(None), ENDED, or_(Request.batch_id.is_(None), in_state(State.UNKNOWN)))
"""Of requests: those whose outcome nobody has seen yet."""

_REQUESTS = Base.metadata.tables[Request.__tablename__]


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A request whose outcome nobody has seen yet."""

    id: int
    chat_id: int
    finished_at: datetime | None


def is_told_alone(request: Request) -> bool:
    """Say whether a request has ended and its outcome is told in a message of its own.

    Outcomes of a batch's rows are in its result, but for those that ask a person what is true.
    """
    is_over = request.state not in {State.QUEUED, State.RUNNING}
    return is_over and (request.batch_id is None or request.state is State.UNKNOWN)


async def undelivered(session: AsyncSession, after: Undelivered | None, *, limit: int) -> Sequence[Undelivered]:
    """Return a page of the requests whose outcome Telegram has not accepted yet, oldest first."""
    found = select(Request.id, Request.chat_id, Request.finished_at).where(TO_DELIVER)
    if after is not None:
        found = found.where(tuple_(Request.finished_at, Request.id) > (after.finished_at, after.id))
    rows = await session.execute(found.order_by(Request.finished_at, Request.id).limit(limit))
    return [Undelivered(*row) for row in rows]


async def oldest_undelivered(session: AsyncSession) -> datetime | None:
    """Return since when an outcome waits for its delivery."""
    return await session.scalar(
        select(Request.finished_at).where(TO_DELIVER).order_by(Request.finished_at, Request.id).limit(1)
    )


_NOTE_DELIVERY = (
    update(_REQUESTS)
    .where(_REQUESTS.c.id == bindparam("told_id"), _REQUESTS.c.state == bindparam("told_state"))
    .returning(_REQUESTS.c.id)
)


_NOTE_ALONG = (
    update(_REQUESTS)
    .where(
        _REQUESTS.c.id.in_(bindparam("told_ids", expanding=True)),
        _REQUESTS.c.state == State.CANCELLED,
        _REQUESTS.c.delivered_at.is_(None),
    )
    .returning(_REQUESTS.c.id)
)


async def note_delivery(
    session: AsyncSession, told: Request, values: Mapping[str, Any], along: Sequence[int] = ()
) -> frozenset[int]:
    """Write what became of an outcome that was told, by column, also of those with these ids, told along with it.

    Return whose it is written of: nobody's if the request has come to another outcome since.
    """
    if await session.scalar(_NOTE_DELIVERY, {"told_id": told.id, "told_state": told.state, **values}) is None:
        return frozenset()
    if not along:
        return frozenset({told.id})
    also = await session.scalars(_NOTE_ALONG, {"told_ids": list(along), **values})
    return frozenset({told.id, *also})


async def stopped_along(session: AsyncSession, request: Request, limit: int) -> Sequence[Request]:
    """Return what else of the same person, in the same place, was cancelled for the same reason and is not told yet.

    What has made an invoice is not among it, nor are rows of a batch.
    """
    return (
        await session.scalars(
            select(Request)
            .where(
                Request.requester_id == request.requester_id,
                Request.chat_id == request.chat_id,
                Request.thread_id.is_not_distinct_from(request.thread_id),
                Request.state == State.CANCELLED,
                Request.denied == request.denied,
                Request.delivered_at.is_(None),
                Request.invoice_number.is_(None),
                Request.batch_id.is_(None),
                Request.id != request.id,
            )
            .order_by(Request.id)
            .limit(limit)
        )
    ).all()


async def undeliverable_untold(session: AsyncSession) -> Sequence[Request]:
    """Return the undeliverable requests of which the admins have not heard, oldest first."""
    return (
        await session.scalars(
            select(Request)
            .where(Request.undeliverable.is_not(None), Request.admins_told_at.is_(None))
            .order_by(Request.id)
        )
    ).all()
