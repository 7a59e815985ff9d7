"""The inbox: updates that Telegram handed over and that are not handled yet. Repository functions never commit."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import bot_of
from db.models import Base, InboxUpdate

_INSERT: Mapping[str, Callable[..., sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
_KEY = (InboxUpdate.bot_id, InboxUpdate.update_id)
_INBOX = Base.metadata.tables[InboxUpdate.__tablename__]
_THESE = update(_INBOX).where(
    _INBOX.c.bot_id == bindparam("of_bot"), _INBOX.c.update_id.in_(bindparam("ids", expanding=True))
)
_BEGIN = _THESE.values(tries=_INBOX.c.tries + 1)
_TAKE_BACK = _THESE.where(_INBOX.c.done_at.is_(None), _INBOX.c.tries > 0).values(tries=_INBOX.c.tries - 1)
_END = _THESE.values(done_at=bindparam("ended_at"), payload=None)


async def keep(
    session: AsyncSession, payloads: Mapping[int, str], now: datetime, *, begun: Collection[int] = ()
) -> set[int]:
    """Store updates by their ids; return which are to be handled: Telegram delivers again what it thinks lost.

    `begun` are those whose handler begins at once, which counts as their first try.
    """
    rows = [_row(session, update_id, payload, now, begun) for update_id, payload in payloads.items()]
    new = _INSERT[session.get_bind().dialect.name](InboxUpdate).on_conflict_do_nothing()
    open_ = set(await session.scalars(new.returning(InboxUpdate.update_id), rows))
    if len(open_) < len(payloads):
        open_ |= await _again(session, [row for row in rows if row["update_id"] not in open_])
    return open_


async def _again(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> set[int]:
    """Store what came under known ids, unless it is the same; return which of them are to be handled."""
    ids = [row["update_id"] for row in rows]
    found = await session.scalars(
        select(InboxUpdate).where(InboxUpdate.bot_id == bot_of(session), InboxUpdate.update_id.in_(ids))
    )
    known = {row.update_id: row for row in found}
    open_ = set()
    for row in rows:
        before = known[row["update_id"]]
        if before.fingerprint != row["fingerprint"]:
            for name, value in row.items():
                setattr(before, name, value)
        if before.done_at is None:
            open_.add(before.update_id)
    return open_


def _row(session: AsyncSession, update_id: int, payload: str, now: datetime, begun: Collection[int]) -> dict[str, Any]:
    return {
        "bot_id": bot_of(session),
        "update_id": update_id,
        "payload": payload,
        "fingerprint": _fingerprint(payload),
        "received_at": now,
        "tries": int(update_id in begun),
        "done_at": None,
        "problem": None,
    }


async def open_ids(session: AsyncSession, *, after: int, limit: int) -> Sequence[int]:
    """Return a page of the ids of what is left to handle, in Telegram's order, beginning after an update."""
    query = (
        select(InboxUpdate.update_id)
        .where(InboxUpdate.done_at.is_(None), InboxUpdate.bot_id == bot_of(session), InboxUpdate.update_id > after)
        .order_by(InboxUpdate.update_id)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def named(session: AsyncSession, update_ids: Collection[int]) -> Sequence[InboxUpdate]:
    """Return these updates, in Telegram's order."""
    these = (InboxUpdate.bot_id == bot_of(session), InboxUpdate.update_id.in_(update_ids))
    return (await session.scalars(select(InboxUpdate).where(*these).order_by(InboxUpdate.update_id))).all()


async def begin(session: AsyncSession, update_id: int) -> None:
    """Count a try: an update may kill the process."""
    await session.execute(_BEGIN, {"of_bot": bot_of(session), "ids": [update_id]})


async def take_back(session: AsyncSession, update_ids: Collection[int]) -> None:
    """Take a try back: the process stopped in order, so the update did not kill it."""
    await session.execute(_TAKE_BACK, {"of_bot": bot_of(session), "ids": list(update_ids)})


async def end(session: AsyncSession, update_ids: Collection[int], now: datetime) -> None:
    """Forget the content of updates, keep their ids."""
    await session.execute(_END, {"of_bot": bot_of(session), "ids": list(update_ids), "ended_at": now})


async def set_aside(session: AsyncSession, update_id: int | None, payload: str, problem: str, now: datetime) -> bool:
    """Keep what cannot be handled, and why; False if it is known already.

    Without an id it is kept under a negative number made from what it says, which no update of Telegram has.
    """
    fingerprint = _fingerprint(payload)
    number = -1 - int(fingerprint[:15], 16) if update_id is None else update_id
    known = await session.get(InboxUpdate, (bot_of(session), number))
    if known is not None and known.problem is not None and known.fingerprint == fingerprint:
        return False
    await session.merge(
        InboxUpdate(
            bot_id=bot_of(session),
            update_id=number,
            payload=payload,
            fingerprint=fingerprint,
            received_at=known.received_at if known else now,
            tries=known.tries if known else 0,
            done_at=now,
            problem=problem,
        )
    )
    return True


async def forget(session: AsyncSession, before: datetime, limit: int) -> int:
    """Drop some of what was handled or set aside before a time, and return how many.

    Telegram keeps an update for 24 hours.
    """
    return await _drop(session, select(*_KEY).where(InboxUpdate.done_at < before).order_by(InboxUpdate.done_at), limit)


async def forget_of_others(session: AsyncSession, before: datetime, limit: int) -> int:
    """Drop some of what another bot had left before a time, and return how many."""
    of_another = (InboxUpdate.bot_id != bot_of(session), InboxUpdate.received_at < before)
    return await _drop(session, select(*_KEY).where(InboxUpdate.done_at.is_(None), *of_another), limit)


async def _drop(session: AsyncSession, keys: Select[int, int], limit: int) -> int:
    by_bot: dict[int, list[int]] = defaultdict(list)
    for bot_id, update_id in await session.execute(keys.limit(limit)):
        by_bot[bot_id].append(update_id)
    for bot_id, update_ids in by_bot.items():
        await session.execute(
            delete(InboxUpdate).where(InboxUpdate.bot_id == bot_id, InboxUpdate.update_id.in_(update_ids)),
            execution_options={"synchronize_session": False},
        )
    return sum(map(len, by_bot.values()))


def _fingerprint(payload: str) -> str:
    return hashlib.sha256(payload.encode("utf-8", "surrogatepass")).hexdigest()
