"""Requests: rows of the queue and the record of what became of them. Repository functions never commit."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain import CreateInvoice, Destination, Failure, GetAct, GetInvoice, Kind, Person, State, SubClient, Wish
from db.engine import bot_of
from db.models import NOT_DONE, OPEN, QUEUED, Login, Request, in_state

MAY_EXIST = or_(
    Request.state.not_in((State.FAILED, State.CANCELLED)),
    Request.invoice_number.is_not(None),
    Request.failure == Failure.TOO_LARGE,
)
"""Of creates: those whose invoice exists or may exist."""

IN_ORDER = (Request.login, Request.state.desc(), Request.yields, Request.id)
"""The order in which what is open goes out: by login, what runs first."""
_LATELY = 100
"""How many of a chat's requests are its latest ones."""


def new(
    wish: Wish,
    *,
    login: str,
    requester: Person,
    destination: Destination,
    now: datetime,
    likeness: str | None = None,
) -> Request:
    """Make the row of a wish, not yet added to a session. The destination's message is what the request came from.

    `likeness` is what invoices that are alike have in common; None where nobody looks for such.
    """
    if destination.reply_to is None:
        raise ValueError("a request comes from a message")
    request = Request(
        login=login,
        user_name=wish.sub_client.name,
        user_id=wish.sub_client.id,
        requester_id=requester.id,
        requester_name=requester.name,
        language=requester.language,
        chat_id=destination.chat_id,
        thread_id=destination.thread_id,
        reply_to=destination.reply_to,
        origin_chat_id=destination.chat_id,
        origin_message_id=destination.reply_to,
        again_of=0,
        likeness=likeness,
        state=State.QUEUED,
        created_at=now,
        incomplete=False,
        unusable_answers=0,
        throttled=0,
    )
    match wish:
        case CreateInvoice(amount=amount, service=service):
            request.kind, request.amount, request.service = Kind.CREATE_INVOICE, amount, service
        case GetInvoice(id=invoice_id):
            request.kind, request.document_id = Kind.GET_INVOICE, invoice_id
        case GetAct(num=num, id=act_id):
            request.kind, request.document_num, request.document_id = Kind.GET_ACT, num, act_id
    return request


def follow(before: Request, wish: Wish, *, requester: Person, now: datetime) -> Request:
    """Make the row of a wish that follows from an ended request, for whoever pressed its button.

    One request has at most one follower, which the table holds unique. It keeps the number of an invoice that exists
    already, so that it fetches and does not create.
    """
    follower = new(
        wish,
        login=before.login,
        requester=requester,
        destination=Destination(before.chat_id, before.thread_id, before.origin_message_id),
        now=now,
        likeness=before.likeness if isinstance(wish, CreateInvoice) else None,
    )
    follower.reply_to = before.reply_to
    follower.origin_chat_id, follower.again_of = before.origin_chat_id, before.id
    follower.invoice_number = before.invoice_number
    return follower


def copy(done: Request, *, requester: Person, destination: Destination, now: datetime, press: int = 0) -> Request:
    """Make a request that is done already, with another's document: nothing is asked of the vendor.

    `press` is a negative number of the press that it comes from, where its message may lead to several.
    """
    request = new(done.wish, login=done.login, requester=requester, destination=destination, now=now)
    request.state, request.finished_at = State.DONE, now
    request.invoice_number, request.file_id = done.invoice_number, done.file_id
    request.incomplete = done.incomplete
    request.copy_of, request.again_of = done.copy_of or done.id, press
    return request


def deliver_again(request: Request, *, by_itself: bool = True) -> None:
    """Have an outcome delivered once more; `by_itself` also where it came in the result of a batch."""
    request.delivered_at = request.undeliverable = None
    request.withheld = False
    if by_itself:
        request.batch_id = None


def for_sub_client(sub_client: SubClient) -> ColumnElement[bool]:
    """Return the condition that a request is for a sub-client, as an index can be searched for it."""
    return and_(Request.user_name == sub_client.name, Request.user_id == sub_client.id)


async def get(session: AsyncSession, request_id: int) -> Request | None:
    return await session.get(Request, request_id)


@dataclass(frozen=True, slots=True)
class AtItsLogin:
    """A request with its login, and what else of that is open."""

    request: Request
    login: Login
    others_wait: bool
    others_run: bool


_OTHER = aliased(Request)
_OTHERS = select(_OTHER.id).where(_OTHER.login == Request.login, _OTHER.id != Request.id).correlate(Request)
_AT_ITS_LOGIN = (
    select(
        Request,
        Login,
        _OTHERS.where(in_state(State.QUEUED, of=_OTHER)).exists(),
        _OTHERS.where(in_state(State.RUNNING, of=_OTHER)).exists(),
    )
    .join(Login, Login.login == Request.login)
    .where(Request.id == bindparam("request_id"))
    .execution_options(populate_existing=True)
)


async def at_its_login(session: AsyncSession, request_id: int) -> AtItsLogin:
    """Read a request anew, with its login."""
    return AtItsLogin(*(await session.execute(_AT_ITS_LOGIN, {"request_id": request_id})).one())


async def latest_id(session: AsyncSession) -> int:
    """Return the id of the newest request; 0: there is none."""
    return await session.scalar(select(Request.id).order_by(Request.id.desc()).limit(1)) or 0


async def of_origin(session: AsyncSession, chat_id: int, message_id: int, again_of: int = 0) -> Request | None:
    """Find the request that a command (or a press on a request's button) already made."""
    return (
        await session.scalars(
            select(Request).where(
                Request.bot_id == bot_of(session),
                Request.origin_chat_id == chat_id,
                Request.origin_message_id == message_id,
                Request.again_of == again_of,
            )
        )
    ).one_or_none()


async def start_heads(session: AsyncSession, logins: Collection[str], now: datetime) -> Sequence[Request]:
    """Set the oldest waiting request of each login running, people's before rows of batches, and return them."""
    waiting = aliased(Request)
    head = (
        select(waiting.id)
        .where(waiting.login == Login.login, in_state(State.QUEUED, of=waiting))
        .order_by(waiting.yields, waiting.id)
        .limit(1)
        .correlate(Login)
        .scalar_subquery()
    )
    started = await session.scalars(
        update(Request)
        .where(Request.id.in_(select(head).where(Login.login.in_(logins))))
        .values(state=State.RUNNING, started_at=now)
        .returning(Request),
        execution_options={"synchronize_session": False, "populate_existing": True},
    )
    return started.all()


async def waiting_about(session: AsyncSession, subject_id: int, limit: int) -> Sequence[Request]:
    """Return what waits of a person or for a chat, in the order in which it was queued."""
    of_person = select(Request.id).where(Request.requester_id == subject_id, Request.delivered_at.is_(None), QUEUED)
    for_chat = select(Request.id).where(Request.chat_id == subject_id, QUEUED)
    waiting = union(of_person, for_chat).scalar_subquery()
    return (
        await session.scalars(select(Request).where(Request.id.in_(waiting)).order_by(Request.id).limit(limit))
    ).all()


async def running(session: AsyncSession) -> Sequence[Request]:
    return (await session.scalars(select(Request).where(in_state(State.RUNNING), NOT_DONE).order_by(Request.id))).all()


async def queued_of(session: AsyncSession, logins: Collection[str]) -> Sequence[Request]:
    """Return the waiting requests of these logins."""
    if not logins:
        return ()
    return (await session.scalars(select(Request).where(QUEUED, Request.login.in_(logins)).order_by(Request.id))).all()


async def open_of_logins(session: AsyncSession, logins: Iterable[str]) -> Sequence[Request]:
    """Return all that waits or runs for these logins, in the order in which it will go out."""
    return (
        await session.scalars(select(Request).where(Request.login.in_(list(logins)), OPEN).order_by(*IN_ORDER))
    ).all()


async def unresolved(
    session: AsyncSession, limit: int, *, skip: int = 0, chat_id: int | None = None
) -> Sequence[Request]:
    """Return the creates of a chat (None: of all) of which nobody has said yet whether they exist, oldest first."""
    query = select(Request).where(in_state(State.UNKNOWN), Request.resolution.is_(None))
    if chat_id is not None:
        query = query.where(Request.chat_id == chat_id)
    return (await session.scalars(query.order_by(Request.id).offset(skip).limit(limit))).all()


async def find(
    session: AsyncSession, *, user: str | None, state: State | None, since: datetime | None, limit: int
) -> Sequence[Request]:
    """Return requests, the newest first: all, or those for a sub-client (`alice`, `#101`), in a state, since a time."""
    query = select(Request).limit(limit)
    if user is not None:
        number = user.removeprefix("#")
        numbered = number != user and number.isdecimal()
        query = query.where(for_sub_client(SubClient(id=int(number)) if numbered else SubClient(name=user)))
    if state is not None:
        query = query.where(in_state(state))
        if state is not State.DONE:
            query = query.where(NOT_DONE)
    if since is not None:
        query = query.where(Request.created_at >= since).order_by(Request.created_at.desc())
    query = query.order_by(Request.id.desc())
    return (await session.scalars(query)).all()


async def lately_used_sub_clients(session: AsyncSession, chat_id: int, limit: int) -> list[SubClient]:
    """Return the sub-clients of a chat's latest requests, the most used first; those that do not exist left out."""
    lately = (
        select(Request.id, Request.user_name, Request.user_id, Request.failure)
        .where(Request.chat_id == chat_id)
        .order_by(Request.id.desc())
        .limit(_LATELY)
        .subquery()
    )
    rows = await session.execute(
        select(lately.c.user_name, lately.c.user_id)
        .where(lately.c.failure.is_distinct_from(Failure.NO_SUB_CLIENT))
        .group_by(lately.c.user_name, lately.c.user_id)
        .order_by(func.count().desc(), func.max(lately.c.id).desc())
        .limit(limit)
    )
    return [SubClient(name=name, id=number) for name, number in rows]


async def move_chat(session: AsyncSession, old: int, new: int) -> None:
    """Follow a group that became a supergroup: its open requests go to the new chat, which knows no old messages."""
    await session.execute(
        update(Request).where(Request.chat_id == old).values(chat_id=new, thread_id=None, reply_to=None)
    )
