"""The lease: one process leads, for as long as it renews. Repository functions never commit.

All times are the database's own, so that nobody's clock has to be right. The term is a fencing token: who was paused
and does not know yet that another leads is refused by `hold`, in the transaction that would have written.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from db.models import Lease
from db.types import Instant

_ONLY = 1
_MICROSECOND = timedelta(microseconds=1)


class LeaseLost(Exception):
    """Another process leads by now, or may: this one has to stop whatever it does as the leader."""


class _Now(FunctionElement[int]):
    """Now, in microseconds since 1970 as `Instant` stores it; within a transaction, too, it goes on."""

    type = BigInteger()
    inherit_cache = True


@compiles(_Now)
def _postgresql(_element: _Now, _compiler: Any, **_options: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"


@compiles(_Now, "sqlite")
def _sqlite(_element: _Now, _compiler: Any, **_options: Any) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"


async def is_free(session: AsyncSession) -> bool:
    """Say whether nobody leads, so that taking the lease may work."""
    return not await session.scalar(select(Lease.id).where(Lease.id == _ONLY, Lease.until > _Now()))


async def holder(session: AsyncSession) -> str | None:
    """Return who leads; None if nobody does."""
    return await session.scalar(select(Lease.holder).where(Lease.id == _ONLY, Lease.until > _Now()))


async def take(session: AsyncSession, name: str, lasts: timedelta) -> int | None:
    """Take the lease and return its new term; None if another process has it.

    A write transaction alone may do this, as `hold` relies on: nobody else can be in the middle of one.
    """
    lease = await session.get(Lease, _ONLY, with_for_update=True)
    # Asked after the row is locked, for until then a renewal may have been on its way.
    now = await _now(session)
    if lease is None:
        lease = Lease(id=_ONLY, term=0, holder=name, until=now)
        session.add(lease)
    elif lease.until > now:
        return None
    lease.term, lease.holder, lease.until = lease.term + 1, name, now + lasts
    await session.flush()
    return lease.term


async def renew(session: AsyncSession, term: int, lasts: timedelta) -> bool:
    """Have the lease last from now on; False if another process has taken it, after which it never comes back."""
    return await _set_end(session, term, lasts)


async def give_up(session: AsyncSession, term: int) -> None:
    """End the lease now, so that another process can take it at once."""
    await _set_end(session, term, timedelta(0))


async def hold(session: AsyncSession, term: int) -> None:
    """Make sure in a write transaction that this term's is still the leader. Raises `LeaseLost`.

    It holds until the transaction ends, however long that takes: taking the lease is a write transaction too.
    """
    if await session.scalar(select(Lease.term).where(Lease.id == _ONLY)) != term:
        raise LeaseLost(f"another process has taken the lead from term {term}")


async def _set_end(session: AsyncSession, term: int, lasts: timedelta) -> bool:
    ended = await session.execute(
        update(Lease)
        .where(Lease.id == _ONLY, Lease.term == term)
        .values(until=_Now() + lasts // _MICROSECOND)
        .returning(Lease.id),
        execution_options={"synchronize_session": False},
    )
    return bool(ended.all())


async def _now(session: AsyncSession) -> datetime:
    moment = Instant().process_result_value(await session.scalar(select(_Now())), session.get_bind().dialect)
    if moment is None:
        raise RuntimeError("the database knows no time")
    return moment
