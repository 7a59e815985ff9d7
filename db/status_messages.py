"""Status messages, and what waits in the place of one. Repository functions never commit.

They tell of people's own requests. Rows of batches yield to those, and have a message of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, delete, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import QUEUED, RUNNING, Login, Request, StatusMessage
from db.outcomes import TO_DELIVER


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Where a status message belongs: there is one for each chat, topic and login."""

    chat_id: int
    thread_id: int | None
    login: str


@dataclass(frozen=True, slots=True)
class QueueEnds:
    """A login, when the request that runs was started, and the ids of the first and the newest that wait."""

    login: Login
    running_since: datetime | None
    first_id: int | None
    newest_id: int | None


@dataclass(frozen=True, slots=True)
class WaitingThere:
    """What waits in one place, and how many of the login's requests go out before its first and its newest."""

    first: Request
    newest: Request
    count: int
    before_first: int
    before_newest: int


async def everything(session: AsyncSession) -> Sequence[StatusMessage]:
    """Return all status messages, the newest last."""
    return (await session.scalars(select(StatusMessage).order_by(StatusMessage.id))).all()


async def find(session: AsyncSession, place: StatusPlace, message_id: int) -> StatusMessage | None:
    """Find the row of a message."""
    return (
        await session.scalars(
            select(StatusMessage).where(StatusMessage.chat_id == place.chat_id, StatusMessage.message_id == message_id)
        )
    ).one_or_none()


async def change(session: AsyncSession, row_id: int, values: Mapping[str, Any]) -> None:
    """Note what a message says now."""
    await session.execute(update(StatusMessage).where(StatusMessage.id == row_id).values(**values))


async def forget(session: AsyncSession, row_id: int) -> None:
    await session.execute(delete(StatusMessage).where(StatusMessage.id == row_id))


async def forget_chat(session: AsyncSession, chat_id: int) -> None:
    """Forget the messages of a group that is a supergroup now: there they do not exist."""
    await session.execute(delete(StatusMessage).where(StatusMessage.chat_id == chat_id))


async def ends(session: AsyncSession, login: str) -> QueueEnds | None:
    """Look at both ends of a login's queue; None where there is no such login."""
    found = (
        await session.execute(
            select(
                Login,
                _running_since(login),
                select(func.min(Request.id)).where(*_waits(login)).scalar_subquery(),
                select(func.max(Request.id)).where(*_waits(login)).scalar_subquery(),
            ).where(Login.login == login)
        )
    ).one_or_none()
    return None if found is None else QueueEnds(*found)


async def waits_before(session: AsyncSession, login: str, request_id: int) -> int | None:
    """Return how many wait before a request; None if it does not wait itself."""
    before, itself = (
        await session.execute(
            select(func.count().filter(Request.id < request_id), func.count().filter(Request.id == request_id)).where(
                *_waits(login), Request.id <= request_id
            )
        )
    ).one()
    return before if itself else None


async def places_since(session: AsyncSession, login: str, after_id: int) -> set[StatusPlace]:
    """Return where something waits that is newer than a request."""
    rows = await session.execute(
        select(Request.chat_id, Request.thread_id).where(*_waits(login), Request.id > after_id).distinct()
    )
    return {StatusPlace(chat_id, thread_id, login) for chat_id, thread_id in rows}


async def place_of(session: AsyncSession, request_id: int) -> StatusPlace:
    request = await session.get_one(Request, request_id)
    return StatusPlace(request.chat_id, request.thread_id, request.login)


async def waiting_there(session: AsyncSession, place: StatusPlace) -> tuple[WaitingThere, QueueEnds] | None:
    """Return what waits in a place, and its login's queue; None if nothing does.

    In three statements, for this is asked for each place that something changes in.
    """
    here = (*_there(place), QUEUED, Request.yields == false())
    count, first_id, newest_id = (
        await session.execute(select(func.count(), func.min(Request.id), func.max(Request.id)).where(*here))
    ).one()
    if not count:
        return None
    before = select(func.count()).where(*_waits(place.login))
    found = (
        await session.execute(
            select(
                Login,
                _running_since(place.login),
                before.where(Request.id < first_id).scalar_subquery(),
                before.where(Request.id >= first_id, Request.id < newest_id).scalar_subquery(),
            ).where(Login.login == place.login)
        )
    ).one_or_none()
    if found is None:
        return None
    login, running_since, before_first, between = found
    rows = {
        request.id: request
        for request in await session.scalars(select(Request).where(Request.id.in_({first_id, newest_id})))
    }
    there = WaitingThere(rows[first_id], rows[newest_id], count, before_first, before_first + between)
    return there, QueueEnds(login, running_since, first_id, newest_id)


async def is_open(session: AsyncSession, place: StatusPlace) -> bool:
    """Say whether anything of a place waits, runs, or has an outcome that nobody has seen yet."""
    undelivered = select(Request.id).where(*_there(place), TO_DELIVER)
    running = select(Request.id).where(*_there(place), RUNNING)
    queued = select(Request.id).where(*_there(place), QUEUED)
    return bool(await session.scalar(select(or_(running.exists(), queued.exists(), undelivered.exists()))))


def _running_since(login: str) -> ScalarSelect[datetime | None]:
    return select(Request.started_at).where(Request.login == login, RUNNING).limit(1).scalar_subquery()


def _waits(login: str) -> tuple[ColumnElement[bool], ...]:
    return Request.login == login, QUEUED, Request.yields == false()


def _there(place: StatusPlace) -> tuple[ColumnElement[bool], ...]:
    return (
        Request.chat_id == place.chat_id,
        Request.thread_id.is_not_distinct_from(place.thread_id),
        Request.login == place.login,
        Request.batch_id.is_(None),
    )
