"""The audit: who did what, and when. Repository functions never commit."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial

from sqlalchemy import ColumnElement, ScalarSelect, event, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Person, PetitionKind, SubClient
from bot.runtime.trace import traced
from db.models import AllowedChat, AllowedPerson, AuditEntry, AuditReader, Petition, Request
from db.requests import for_sub_client

_log = logging.getLogger(__name__)

_AT_ONCE = 500


class AuditAction(StrEnum):
    """What was done; the words that people read of it are in `bot/audit/wording.py`."""

    ASK_CREATE_INVOICE = "ask create_invoice"
    ASK_GET_INVOICE = "ask get_invoice"
    ASK_GET_ACT = "ask get_act"
    TRY_AGAIN = "try again"
    SEND_AGAIN = "send again"
    SEND_FROM_HISTORY = "send from history"
    FETCH_ANEW = "fetch anew"
    CANCEL = "cancel"
    STOP = "stop"
    DUPLICATE_SEND_THAT = "duplicate: send_that"
    DUPLICATE_CREATE_ANOTHER = "duplicate: create_another"
    DUPLICATE_CANCEL = "duplicate: cancel"
    CONFIRM = "confirm"
    DECLINE = "decline"
    RESOLVE_EXISTS = "resolve: exists"
    RESOLVE_CREATE_AGAIN = "resolve: create_again"
    RESOLVE_CLOSED = "resolve: closed"
    START_BATCH = "batch: start"
    PAUSE_BATCH = "batch: pause"
    RESUME_BATCH = "batch: go on"
    STOP_BATCH = "batch: stop"
    RETRY_BATCH = "batch: try again"
    SEND_BATCH_AGAIN = "batch: send again"
    CREATE_REPEAT = "repeat: create"
    CHANGE_REPEAT = "repeat: change"
    PAUSE_REPEAT = "repeat: pause"
    RESUME_REPEAT = "repeat: go on"
    END_REPEAT = "repeat: end"
    SKIP_REPEAT = "repeat: skip once"
    RUN_REPEAT_NOW = "repeat: run now"
    REPEAT_BY_ITSELF = "repeat: by itself"
    REPEAT_ASKS = "repeat: asks"
    CREATE_REPEAT_RUN = "repeat run: create"
    SKIP_REPEAT_RUN = "repeat run: skip"
    RUN_REPEAT = "repeat run: start"
    PAUSE_LOGIN = "pause login"
    RESUME_LOGIN = "resume login"
    CHOOSE_LOGIN = "choose login"
    CHOOSE_LANGUAGE = "choose language"
    SET_SUB_CLIENT = "set sub-client"
    CHAT_MOVED = "chat moved"
    ALLOW_USER = "allow user"
    ALLOW_CHAT = "allow chat"
    REVOKE_USER = "revoke user"
    REVOKE_CHAT = "revoke chat"
    PETITION_PERSON = "petition: person"
    PETITION_GROUP = "petition: group"
    PETITION_MANAGER = "petition: manager"
    PETITION_ADMIN = "petition: admin"
    PETITION_ALLOWED = "petition: allowed"
    PETITION_REFUSED = "petition: refused"
    BACK_IN_CHAT = "back in chat"
    REMOVED_FROM_CHAT = "removed from chat"
    RESTORED = "restored"


def record(
    session: AsyncSession,
    action: AuditAction,
    *,
    now: datetime,
    actor: Person | None = None,
    subject_id: int | None = None,
    chat_id: int | None = None,
    request_id: int | None = None,
    detail: str = "",
) -> None:
    """Add an entry to the running transaction: what is not committed did not happen. No actor: the command line."""
    session.add(
        AuditEntry(
            at=now,
            actor_id=actor.id if actor else None,
            actor_name=actor.name if actor else "",
            action=action,
            subject_id=subject_id,
            chat_id=chat_id,
            request_id=request_id,
            detail=detail,
        )
    )


def record_request(
    session: AsyncSession, action: AuditAction, request: Request, *, now: datetime, actor: Person, detail: str = ""
) -> None:
    """Add an entry about a request, which has to have its id already; once committed, the log tells of it too."""
    record(session, action, now=now, actor=actor, chat_id=request.chat_id, request_id=request.id, detail=detail)
    tell = partial(_tell, action, request.id, request.login, actor.id)
    event.listen(session.sync_session, "after_commit", tell, once=True)


def _tell(action: AuditAction, request_id: int, login: str, actor_id: int, _session: object) -> None:
    with traced(request=request_id):
        _log.info("request %d of login %s: %s, by person %d", request_id, login, action, actor_id)


async def newest(session: AsyncSession) -> int:
    """Return the id of the newest entry; 0 if there is none."""
    return await session.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1)) or 0


async def place_of(session: AsyncSession, reader: str) -> int | None:
    """Return the id of the newest entry that a reader has read; None if it has not begun."""
    row = await session.get(AuditReader, reader)
    return None if row is None else row.read_up_to


async def read_up_to(session: AsyncSession, reader: str, entry_id: int) -> None:
    await session.merge(AuditReader(reader=reader, read_up_to=entry_id))


async def after(session: AsyncSession, entry_id: int, limit: int) -> Sequence[AuditEntry]:
    """Return the entries after one, oldest first."""
    query = select(AuditEntry).where(AuditEntry.id > entry_id).order_by(AuditEntry.id).limit(limit)
    return (await session.scalars(query)).all()


async def has_unattended(session: AsyncSession, after: int, up_to: int) -> bool:
    """Say whether an entry between two ids is of no person: the command line's."""
    found = select(AuditEntry.id).where(AuditEntry.id > after, AuditEntry.id <= up_to, AuditEntry.actor_id.is_(None))
    return await session.scalar(found.limit(1)) is not None


async def find(
    session: AsyncSession,
    *,
    person: int | None = None,
    number: int | None = None,
    name: str | None = None,
    newest: int,
    skip: int = 0,
    limit: int,
) -> Sequence[AuditEntry]:
    """Return entries up to an id, the newest first: all, or those of a person or chat, of a request or a sub-client.

    `person` is who did it, to whom it was done, or the chat where; `number` a request's, or that of a
    sub-client; `name` a sub-client's, or that of whoever did it.
    """
    conditions: list[ColumnElement[bool]] = []
    if person is not None:
        columns = (AuditEntry.actor_id, AuditEntry.subject_id, AuditEntry.chat_id)
        conditions += [column == person for column in columns]
    if number is not None:
        conditions += [AuditEntry.request_id == number, _of_sub_client(SubClient(id=number))]
    if name is not None:
        conditions += [AuditEntry.actor_name == name, _of_sub_client(SubClient(name=name))]
    query = select(AuditEntry).where(AuditEntry.id <= newest)
    if conditions:
        query = query.where(AuditEntry.id.in_(_newest_of_each(conditions, newest, skip + limit)))
    return (await session.scalars(query.order_by(AuditEntry.id.desc()).offset(skip).limit(limit))).all()


def _of_sub_client(sub_client: SubClient) -> ColumnElement[bool]:
    return AuditEntry.request_id.in_(select(Request.id).where(for_sub_client(sub_client)))


def _newest_of_each(conditions: Iterable[ColumnElement[bool]], newest: int, count: int) -> ScalarSelect[int]:
    """Return the newest entries of each kind: one condition has an index to itself, several with OR have none."""
    parts = [
        select(AuditEntry.id)
        .where(AuditEntry.id <= newest, condition)
        .order_by(AuditEntry.id.desc())
        .limit(count)
        .subquery()
        for condition in conditions
    ]
    return union(*(select(part.c.id) for part in parts)).scalar_subquery()


async def requests_of(session: AsyncSession, entries: Iterable[AuditEntry]) -> dict[int, Request]:
    """Return the requests that entries are about, by id."""
    ids = {entry.request_id for entry in entries if entry.request_id is not None}
    rows: dict[int, Request] = {}
    for part in _batched(sorted(ids), _AT_ONCE):
        found = (await session.scalars(select(Request).where(Request.id.in_(part)))).all()
        rows |= {request.id: request for request in found}
    return rows


async def names_of(session: AsyncSession, ids: Iterable[int]) -> dict[int, str]:
    """Return what people and groups are called, as far as is known: on the list, as somebody who did something, or as
    somebody who asked for access."""
    wanted = set(ids)
    names: dict[int, str] = {}
    for key, name in ((AllowedPerson.user_id, AllowedPerson.name), (AllowedChat.chat_id, AllowedChat.name)):
        rows = (await session.execute(select(key, name).where(key.in_(wanted)))).all()
        names.update((row[0], row[1]) for row in rows)
    for id_ in sorted(wanted - names.keys()):
        acted = select(AuditEntry.actor_name).where(AuditEntry.actor_id == id_).order_by(AuditEntry.id.desc()).limit(1)
        asked = select(Petition.subject_name).where(Petition.kind.in_(PetitionKind), Petition.subject_id == id_)
        called = await session.scalar(acted)
        called = called or await session.scalar(asked.order_by(Petition.id.desc()).limit(1))
        names |= {id_: called} if called else {}
    return names


def _batched(items: Sequence[int], size: int) -> Iterable[Sequence[int]]:
    """Cut a list into parts: a statement takes a bounded number of parameters."""
    return (items[start : start + size] for start in range(0, len(items), size))
