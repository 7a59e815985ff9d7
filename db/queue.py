"""The queue as people look at it: what waits and what runs. Repository functions never commit."""

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain import State
from db.models import OPEN, QUEUED, RUNNING, Request, in_state
from db.requests import IN_ORDER


async def open_page(
    session: AsyncSession, *, chat_id: int | None, offset: int, limit: int
) -> Sequence[tuple[Request, int]]:
    """Return what waits or runs, in a chat or everywhere, by login and in order, each with how many wait before it.

    In a chat the rows of batches are left out: a batch is one thing there.
    """
    before = aliased(Request)
    earlier = or_(before.yields < Request.yields, and_(before.yields == Request.yields, before.id < Request.id))
    ahead = (
        select(func.count())
        .where(before.login == Request.login, in_state(State.QUEUED, of=before), earlier)
        .scalar_subquery()
    )
    query = select(Request, ahead).where(OPEN).order_by(*IN_ORDER).offset(offset).limit(limit)
    if chat_id is not None:
        query = query.where(Request.chat_id == chat_id, Request.batch_id.is_(None))
    return [(request, count) for request, count in await session.execute(query)]


async def running_of(session: AsyncSession, logins: Iterable[str]) -> dict[str, Request]:
    """Return the request that runs for each of these logins."""
    found = await session.scalars(select(Request).where(RUNNING, Request.login.in_(list(logins))))
    return {request.login: request for request in found}


async def open_counts(session: AsyncSession, logins: Iterable[str]) -> dict[str, int]:
    """Return how many requests wait or run for each of these logins that has any."""
    counted = await session.execute(
        select(Request.login, func.count()).where(OPEN, Request.login.in_(list(logins))).group_by(Request.login)
    )
    return {row[0]: row[1] for row in counted}


async def waiting_of(session: AsyncSession, requester_id: int, limit: int) -> Sequence[Request]:
    """Return what of a person's has not gone out, oldest first; what has made an invoice stays, and so do batches."""
    return (
        await session.scalars(
            select(Request)
            .where(
                Request.requester_id == requester_id,
                Request.delivered_at.is_(None),
                QUEUED,
                Request.invoice_number.is_(None),
                Request.batch_id.is_(None),
            )
            .order_by(Request.id)
            .limit(limit)
        )
    ).all()


async def cancelled_untold(session: AsyncSession, requester_id: int, by: int, limit: int) -> Sequence[Request]:
    """Return what of a person's was cancelled by somebody, where nobody has read of it yet."""
    return (
        await session.scalars(
            select(Request)
            .where(
                Request.requester_id == requester_id,
                Request.closed_by_id == by,
                Request.state == State.CANCELLED,
                Request.delivered_at.is_(None),
            )
            .order_by(Request.id)
            .limit(limit)
        )
    ).all()
