"""Logins: when each may start its next request. Repository functions never commit."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Hold, State
from db.models import Login, Request


async def ensure(session: AsyncSession, names: Iterable[str], now: datetime) -> None:
    """Add a row for each login that the settings name and the table does not know yet."""
    known = set(await session.scalars(select(Login.login)))
    session.add_all(Login(login=name, next_start_at=now) for name in names if name not in known)
    await session.flush()


async def lock(session: AsyncSession, name: str) -> Login:
    """Lock one login's row, so that the ids of its requests follow the order of their commits."""
    return (await session.scalars(select(Login).where(Login.login == name).with_for_update())).one()


async def everyone(session: AsyncSession) -> Sequence[Login]:
    return (await session.scalars(select(Login).order_by(Login.login))).all()


async def take_due(session: AsyncSession, names: Iterable[str], now: datetime, limit: int) -> Sequence[str]:
    """Take the logins whose next request may start now, longest due first: they are due no more."""
    due = select(Login.login).where(Login.due_at <= now, Login.login.in_(names)).order_by(Login.due_at).limit(limit)
    taken = (await session.scalars(due.with_for_update(skip_locked=True))).all()
    if taken:
        await session.execute(
            update(Login).where(Login.login.in_(taken)).values(due_at=None),
            execution_options={"synchronize_session": False},
        )
    return taken


async def next_due(session: AsyncSession, names: Iterable[str]) -> datetime | None:
    """Return when the scheduler has something to start next; None when nothing waits."""
    return await session.scalar(select(func.min(Login.due_at)).where(Login.login.in_(names)))


async def refresh_due(session: AsyncSession, login: Login) -> None:
    """Work out `due_at` anew from what the login's queue, its pace, its rest and its pause say."""
    await session.flush()
    counts = await session.execute(
        select(
            func.count().filter(Request.state == State.QUEUED),
            func.count().filter(Request.state == State.RUNNING),
        ).where(Request.login == login.login, Request.state.in_((State.QUEUED, State.RUNNING)))
    )
    queued, running = counts.one()
    login.due_at = start_of_next(login) if queued and not running else None


def start_of_next(login: Login) -> datetime | None:
    """Return the earliest start of a request of this login; None while it is paused."""
    if login.paused_at is not None:
        return None
    return max(login.next_start_at, login.held_until or login.next_start_at)


async def cap_waits(session: AsyncSession, now: datetime, pace: timedelta, rest: timedelta) -> None:
    """Shorten waits that only a clock set back can explain, so that no login stalls.

    A login that could not be reached is tried at once: a restart is when people expect it.
    """
    await session.execute(update(Login).where(Login.next_start_at > now + pace).values(next_start_at=now + pace))
    await session.execute(
        update(Login).where(Login.hold == Hold.BLOCKED, Login.held_until > now + rest).values(held_until=now + rest)
    )
    await session.execute(
        update(Login).where(Login.hold == Hold.UNREACHABLE).values(hold=None, held_until=None, unreachable_since=None)
    )
