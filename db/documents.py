"""Documents: the PDFs that are kept, and which of a chat's requests have one. Repository functions never commit."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain import Destination, SubClient
from db.models import Document, Request
from db.requests import MAY_EXIST


async def pdf(session: AsyncSession, request_id: int) -> bytes | None:
    """Return the PDF of a request, or of the one that it is a copy of; None if it is not kept (any more)."""
    kept_for = select(func.coalesce(Request.copy_of, Request.id)).where(Request.id == request_id).scalar_subquery()
    return await session.scalar(select(Document.content).where(Document.request_id == kept_for))


async def just_copied(session: AsyncSession, request: Request, origin: Destination, *, since: datetime) -> bool:
    """Say whether a message already led to a copy of a request's document that is on its way, or was made lately."""
    return bool(
        await session.scalar(
            select(Request.id)
            .where(
                Request.origin_chat_id == origin.chat_id,
                Request.origin_message_id == origin.reply_to,
                Request.copy_of == (request.copy_of or request.id),
                or_(Request.delivered_at.is_(None), Request.created_at > since),
            )
            .limit(1)
        )
    )


async def history(
    session: AsyncSession,
    chat_id: int,
    sub_client: SubClient | None,
    logins: Collection[str] | None,
    *,
    offset: int,
    limit: int,
) -> tuple[Sequence[Request], int]:
    """Return a page of the requests of a chat whose documents exist or may exist, newest first, and how many there are.

    `logins` are those that they were made with; None for all. Copies are left out, and so is what another request has
    taken the place of.
    """
    follower = aliased(Request)
    followed = (
        select(follower.id)
        .where(
            follower.origin_chat_id == Request.origin_chat_id,
            follower.origin_message_id == Request.origin_message_id,
            follower.again_of == Request.id,
        )
        .exists()
    )
    found = select(Request).where(
        Request.chat_id == chat_id, MAY_EXIST, Request.copy_of.is_(None), Request.resolution.is_(None), ~followed
    )
    if logins is not None:
        found = found.where(Request.login.in_(logins))
    if sub_client is not None:
        found = found.where(
            Request.user_name.is_not_distinct_from(sub_client.name), Request.user_id.is_not_distinct_from(sub_client.id)
        )
    count = await session.scalar(select(func.count()).select_from(found.subquery()))
    return (await session.scalars(found.order_by(Request.id.desc()).offset(offset).limit(limit))).all(), count or 0


async def drop(session: AsyncSession, *, before: datetime) -> int:
    """Drop the PDFs stored before a time, unless they are still to be delivered; return how many."""
    undelivered = select(func.coalesce(Request.copy_of, Request.id)).where(Request.delivered_at.is_(None))
    dropped = await session.execute(
        delete(Document)
        .where(Document.stored_at < before, Document.request_id.not_in(undelivered))
        .returning(Document.request_id)
    )
    return len(dropped.all())
