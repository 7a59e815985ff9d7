"""Status messages, and what waits in the place of one. Repository functions never commit.

They tell of people's own requests. Rows of batches yield to those, and have a message of their own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, bindparam, delete, false, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain import State
from db.models import QUEUED, RUNNING, Base, Login, Request, StatusMessage, in_state
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
    """What waits in one place, its login, and how many of that login's requests go out before."""

    newest: Request
    login: Login
    running_since: datetime | None
    """When the request that runs was started."""
    count: int
    first_throttled: int
    """How often SMS Center has told the first to come later."""
    before_first: int
    between: int
    """How many go out from its first on, until its newest does."""

    @property
    def before_newest(self) -> int:
        return self.before_first + self.between


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


_STATUSES = Base.metadata.tables[StatusMessage.__tablename__]
_ADD = insert(_STATUSES).returning(_STATUSES.c.id)
_CHANGE = update(_STATUSES).where(_STATUSES.c.id == bindparam("row_id"))


async def add(session: AsyncSession, place: StatusPlace, values: Mapping[str, Any]) -> int:
    """Note a message, with what it says by column; return the id of its row."""
    row = {"chat_id": place.chat_id, "thread_id": place.thread_id, "login": place.login, **values}
    row_id: int = (await session.scalars(_ADD, row)).one()
    return row_id


async def change(session: AsyncSession, row_id: int, values: Mapping[str, Any]) -> None:
    """Note what a message says now."""
    await session.execute(_CHANGE, {"row_id": row_id, **values})


async def forget(session: AsyncSession, row_id: int) -> None:
    await session.execute(delete(StatusMessage).where(StatusMessage.id == row_id))


async def forget_chat(session: AsyncSession, chat_id: int) -> None:
    """Forget the messages of a group that is a supergroup now: there they do not exist."""
    await session.execute(delete(StatusMessage).where(StatusMessage.chat_id == chat_id))


_LOGIN = bindparam("login", type_=String)
_WAITS = (Request.login == _LOGIN, QUEUED, Request.yields == false())
_RUNNING_SINCE = select(Request.started_at).where(Request.login == _LOGIN, RUNNING).limit(1).scalar_subquery()
_ENDS = select(
    Login,
    _RUNNING_SINCE,
    select(func.min(Request.id)).where(*_WAITS).scalar_subquery(),
    select(func.max(Request.id)).where(*_WAITS).scalar_subquery(),
).where(Login.login == _LOGIN)


async def ends(session: AsyncSession, login: str) -> QueueEnds | None:
    """Look at both ends of a login's queue; None where there is no such login."""
    found = (await session.execute(_ENDS, {"login": login})).one_or_none()
    return None if found is None else QueueEnds(*found)


_UP_TO = bindparam("up_to_id", type_=BigInteger)
_BEFORE = select(func.count().filter(Request.id < _UP_TO), func.count().filter(Request.id == _UP_TO)).where(
    *_WAITS, Request.id <= _UP_TO
)


async def waits_before(session: AsyncSession, login: str, request_id: int) -> int | None:
    """Return how many wait before a request; None if it does not wait itself."""
    before, itself = (await session.execute(_BEFORE, {"login": login, "up_to_id": request_id})).one()
    return before if itself else None


_PLACES_SINCE = select(Request.chat_id, Request.thread_id).where(*_WAITS, Request.id > bindparam("after_id")).distinct()


async def places_since(session: AsyncSession, login: str, after_id: int) -> set[StatusPlace]:
    """Return where something waits that is newer than a request."""
    rows = await session.execute(_PLACES_SINCE, {"login": login, "after_id": after_id})
    return {StatusPlace(chat_id, thread_id, login) for chat_id, thread_id in rows}


async def place_of(session: AsyncSession, request_id: int) -> StatusPlace:
    request = await session.get_one(Request, request_id)
    return StatusPlace(request.chat_id, request.thread_id, request.login)


_PLACES = (
    select(
        Request.chat_id,
        Request.thread_id,
        func.count().label("waiting"),
        func.min(Request.id).label("first_id"),
        func.max(Request.id).label("newest_id"),
    )
    .where(*_WAITS, Request.batch_id.is_(None), Request.chat_id.in_(bindparam("chats", expanding=True)))
    .group_by(Request.chat_id, Request.thread_id)
    .subquery()
)
_FIRST, _OTHER = aliased(Request), aliased(Request)
_OTHERS = (
    select(func.count())
    .where(_OTHER.login == _LOGIN, in_state(State.QUEUED, of=_OTHER), _OTHER.yields == false())
    .correlate(_PLACES)
)
_WAITING = (
    select(
        Request,
        Login,
        _RUNNING_SINCE,
        _PLACES.c.waiting,
        _FIRST.throttled,
        _OTHERS.where(_OTHER.id < _PLACES.c.first_id).scalar_subquery(),
        _OTHERS.where(_OTHER.id >= _PLACES.c.first_id, _OTHER.id < _PLACES.c.newest_id).scalar_subquery(),
    )
    .join(_PLACES, Request.id == _PLACES.c.newest_id)
    .join(Login, Login.login == Request.login)
    .join(_FIRST, _FIRST.id == _PLACES.c.first_id)
)


async def waiting_in(session: AsyncSession, login: str, chats: Collection[int]) -> dict[StatusPlace, WaitingThere]:
    """Return what waits for a login in each place of some chats; those where nothing does are left out."""
    found = await session.execute(_WAITING, {"login": login, "chats": tuple(chats)})
    there = [WaitingThere(*row) for row in found]
    return {StatusPlace(one.newest.chat_id, one.newest.thread_id, login): one for one in there}


async def is_open(session: AsyncSession, place: StatusPlace) -> bool:
    """Say whether anything of a place waits, runs, or has an outcome that nobody has seen yet."""
    undelivered = select(Request.id).where(*_there(place), TO_DELIVER)
    running = select(Request.id).where(*_there(place), RUNNING)
    queued = select(Request.id).where(*_there(place), QUEUED)
    return bool(await session.scalar(select(or_(running.exists(), queued.exists(), undelivered.exists()))))


def _there(place: StatusPlace) -> tuple[ColumnElement[bool], ...]:
    return (
        Request.chat_id == place.chat_id,
        Request.thread_id.is_not_distinct_from(place.thread_id),
        Request.login == place.login,
        Request.batch_id.is_(None),
    )
