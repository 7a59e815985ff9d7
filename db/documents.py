"""Documents: the PDFs that are kept, and which of a chat's requests have one. Repository functions never commit."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain import Destination, SubClient
from db.engine import bot_of
from db.models import Document, Request
from db.requests import MAY_EXIST, for_sub_client


async def pdf(session: AsyncSession, request_id: int) -> bytes | None:
    """Return the PDF of a request, or of the one that it is a copy of; None if it is not kept (any more)."""
    kept_for = select(func.coalesce(Request.copy_of, Request.id)).where(Request.id == request_id).scalar_subquery()
    return await session.scalar(select(Document.content).where(Document.request_id == kept_for))


_WITH_PDF = (
    select(Request, Document.content)
    .outerjoin(
        Document, and_(Document.request_id == func.coalesce(Request.copy_of, Request.id), Request.file_id.is_(None))
    )
    .where(Request.id == bindparam("request_id"))
)


async def with_pdf(session: AsyncSession, request_id: int) -> tuple[Request, bytes | None]:
    """Return a request and its PDF, or that of the one that it is a copy of, if it is kept and Telegram has none."""
    request, content = (await session.execute(_WITH_PDF, {"request_id": request_id})).one()
    return request, content


async def sizes(session: AsyncSession, request_ids: Collection[int]) -> Mapping[int, int]:
    """Return how many bytes the PDFs of some requests have, of those that are kept."""
    found = await session.execute(
        select(Document.request_id, func.length(Document.content)).where(Document.request_id.in_(request_ids))
    )
    return {row[0]: row[1] for row in found}


async def pdfs(session: AsyncSession, request_ids: Collection[int]) -> Mapping[int, bytes]:
    """Return the PDFs of some requests, of those that are kept."""
    found = await session.execute(
        select(Document.request_id, Document.content).where(Document.request_id.in_(request_ids))
    )
    return {row[0]: row[1] for row in found}


async def is_kept(session: AsyncSession, request: Request) -> bool:
    """Say whether a request's document can be sent: by Telegram's own copy, or as it is stored here."""
    if request.file_id is not None:
        return True
    kept_for = request.copy_of or request.id
    return await session.scalar(select(Document.request_id).where(Document.request_id == kept_for)) is not None


async def just_copied(session: AsyncSession, request: Request, origin: Destination, *, since: datetime) -> bool:
    """Say whether a message already led to a copy of a request's document that is on its way, or was made lately."""
    return bool(
        await session.scalar(
            select(Request.id)
            .where(
                Request.bot_id == bot_of(session),
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
) -> Sequence[Request]:
    """Return a page of the requests of a chat whose documents exist or may exist, newest first.

    Only those made with one of `logins`; None: with any. Copies are left out, and so is what another request has
    taken the place of.
    """
    found = select(Request).where(_in_history(chat_id, sub_client, logins))
    return (await session.scalars(found.order_by(Request.id.desc()).offset(offset).limit(limit))).all()


async def count_history(
    session: AsyncSession, chat_id: int, sub_client: SubClient | None, logins: Collection[str] | None, *, up_to: int
) -> int:
    """Count what `history` has, up to a number: a chat's past may be long."""
    newest = select(Request.id).where(_in_history(chat_id, sub_client, logins)).order_by(Request.id.desc()).limit(up_to)
    return await session.scalar(select(func.count()).select_from(newest.subquery())) or 0


def _in_history(chat_id: int, sub_client: SubClient | None, logins: Collection[str] | None) -> ColumnElement[bool]:
    follower = aliased(Request)
    followed = (
        select(follower.id)
        .where(
            follower.bot_id == Request.bot_id,
            follower.origin_chat_id == Request.origin_chat_id,
            follower.origin_message_id == Request.origin_message_id,
            follower.again_of == Request.id,
        )
        .exists()
    )
    shown = and_(
        Request.chat_id == chat_id, MAY_EXIST, Request.copy_of.is_(None), Request.resolution.is_(None), ~followed
    )
    if logins is not None:
        shown = and_(shown, Request.login.in_(logins))
    return shown if sub_client is None else and_(shown, for_sub_client(sub_client))


async def drop(session: AsyncSession, *, before: datetime, limit: int) -> int:
    """Drop some of the PDFs stored before a time, the oldest first, unless they are still to be delivered.

    Return how many; fewer than `limit` if no more are left.
    """
    awaited = select(func.coalesce(Request.copy_of, Request.id)).where(Request.delivered_at.is_(None))
    old = (
        select(Document.request_id)
        .where(Document.stored_at < before, Document.request_id.not_in(awaited))
        .order_by(Document.stored_at)
        .limit(limit)
    )
    dropped = await session.execute(
        delete(Document).where(Document.request_id.in_(old)).returning(Document.request_id),
        execution_options={"synchronize_session": False},
    )
    return len(dropped.all())
