"""Logins: when each may start its next request. Repository functions never commit."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, not_, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import COMMON_HOLDS, Hold
from db.models import OPEN, QUEUED, RUNNING, Login, Request
from db.types import later

_LOGIN = select(Login).where(Login.login == bindparam("login")).with_for_update(of=Login)
_HAS_OPEN = exists().where(Request.login == Login.login, OPEN).correlate(Login)
_LOGIN_AND_QUEUE = _LOGIN.add_columns(_HAS_OPEN)
_ANEW = {"populate_existing": True}


async def ensure(session: AsyncSession, names: Collection[str], now: datetime) -> frozenset[str]:
    """Add a row for each login that the settings name and the table does not know yet; return those of the table that
    the settings do not name."""
    known = frozenset(await session.scalars(select(Login.login)))
    session.add_all(Login(login=name, next_start_at=now) for name in names if name not in known)
    await session.flush()
    return known.difference(names)


async def lock(session: AsyncSession, name: str) -> Login:
    """Lock one login's row, so that the ids of its requests follow the order of their commits; and read it anew.

    What the session read before may be out of date: statements on many logins at once do not touch it.
    """
    return (await session.scalars(_LOGIN, {"login": name}, execution_options=_ANEW)).one()


async def lock_with_queue(session: AsyncSession, name: str) -> tuple[Login, bool]:
    """Lock one login's row as `lock` does; tell also whether nothing of it waits or runs."""
    row = await session.execute(_LOGIN_AND_QUEUE, {"login": name}, execution_options=_ANEW)
    login, has_open = row.one()
    return login, not has_open


async def named(session: AsyncSession, names: Iterable[str]) -> Sequence[Login]:
    return (await session.scalars(select(Login).where(Login.login.in_(list(names))).order_by(Login.login))).all()


async def everyone(session: AsyncSession) -> Sequence[Login]:
    return (await session.scalars(select(Login).order_by(Login.login))).all()


async def in_untold_trouble(session: AsyncSession, now: datetime) -> Sequence[Login]:
    """Return the logins that are paused, or that met why all rest, of which the admins do not know yet."""
    in_trouble = or_(Login.paused_at.is_not(None), and_(Login.hold.in_(COMMON_HOLDS), Login.held_until > now))
    return (await session.scalars(select(Login).where(Login.told_at.is_(None), in_trouble).order_by(Login.login))).all()


async def take_due(
    session: AsyncSession, now: datetime, limit: int, *, trial: timedelta, leave: Collection[str] = ()
) -> tuple[Sequence[str], datetime | None]:
    """Take the logins whose next request may start now, longest due first, but for some: they are due no more.

    Tells also when the next one is due. After a rest that all logins have in common one of them tries, and the others
    rest for `trial` more.
    """
    first = select(Login.login, Login.hold, Login.due_at).where(Login.due_at.is_not(None)).order_by(Login.due_at)
    if leave:
        first = first.where(Login.login.not_in(leave))
    found = (await session.execute(first.limit(limit + 1))).all()
    due = [row for row in found[:limit] if row.due_at <= now]
    next_due_at = found[len(due)].due_at if len(found) > len(due) else None
    trying = [row.login for row in due if row.hold in COMMON_HOLDS][:1]
    taken = trying + [row.login for row in due if row.hold not in COMMON_HOLDS]
    if taken:
        await session.execute(
            update(Login).where(Login.login.in_(taken)).values(due_at=None),
            execution_options={"synchronize_session": False},
        )
    if trying:
        await _rest_until(session, Login.hold.in_(COMMON_HOLDS) & Login.login.not_in(trying), now + trial)
        next_due_at = await next_due(session)
    return taken, next_due_at


async def next_due(session: AsyncSession) -> datetime | None:
    """Return when the scheduler has something to start next; None when nothing waits."""
    return await session.scalar(select(func.min(Login.due_at)))


async def refresh_due(session: AsyncSession, login: Login) -> None:
    """Work out `due_at` anew from what the login's queue, its pace, its rest and its pause say."""
    await session.flush()
    of_login = Request.login == login.login
    starts = await session.scalar(
        select(and_(exists().where(of_login, QUEUED), not_(exists().where(of_login, RUNNING))))
    )
    set_due(login, starts=bool(starts))


def set_due(login: Login, *, starts: bool) -> None:
    """Set `due_at` anew, where it is known whether something of the login waits and nothing runs."""
    login.due_at = start_of_next(login) if starts else None


async def refresh_all_due(session: AsyncSession) -> None:
    """Do the same for all logins."""
    await session.flush()
    of_login = Request.login == Login.login
    starts = Login.paused_at.is_(None) & exists().where(of_login, QUEUED) & ~exists().where(of_login, RUNNING)
    start = case((Login.held_until > Login.next_start_at, Login.held_until), else_=Login.next_start_at)
    await session.execute(
        update(Login).values(due_at=case((starts, start), else_=null())),
        execution_options={"synchronize_session": False},
    )


def start_of_next(login: Login) -> datetime | None:
    """Return the earliest start of a request of this login; None while it is paused."""
    if login.paused_at is not None:
        return None
    return max(login.next_start_at, login.held_until or login.next_start_at)


async def cap_waits(session: AsyncSession, now: datetime, pace: timedelta, rest: timedelta) -> None:
    """Shorten waits that only a clock set back can explain, so that no login stalls.

    A login that could not be reached is tried at once, and so is a setting that was wrong, which is told anew if it
    still is: a restart is when people expect it. The pace may be another than before, and holds from the last answer.
    """
    unreachable, wrong = Login.hold == Hold.UNREACHABLE, Login.hold == Hold.WRONG_SETTING
    for values in (
        update(Login).where(Login.answered_at.is_not(None)).values(next_start_at=later(Login.answered_at, pace)),
        update(Login).where(Login.next_start_at > now + pace).values(next_start_at=now + pace),
        update(Login).where(Login.hold == Hold.BLOCKED, Login.held_until > now + rest).values(held_until=now + rest),
        update(Login).where(unreachable).values(hold=None, held_until=None, unreachable_since=None),
        update(Login).where(wrong).values(held_until=now, unreachable_since=None),
        update(Login).where(wrong, Login.paused_at.is_(None)).values(told_at=None),
    ):
        await session.execute(values.execution_options(synchronize_session=False))


async def pause(session: AsyncSession, login: Login, now: datetime, *, by: str) -> bool:
    """Have a locked login start nothing more, by an admin, who needs no note about it; False if it is paused."""
    if login.paused_at is not None:
        return False
    login.paused_at = login.told_at = now
    login.paused_by = by
    await refresh_due(session, login)
    return True


async def resume(session: AsyncSession, login: Login) -> bool:
    """Start a locked login again; where all rest, it is the one that tries for all. False if it waited for nothing."""
    if login.paused_at is None and login.hold is None:
        return False
    login.paused_at = login.paused_by = login.held_until = login.told_at = None
    if login.hold not in COMMON_HOLDS:
        login.hold = None
    await refresh_due(session, login)
    return True


async def rest_like(session: AsyncSession, login: Login, now: datetime) -> None:
    """Let all logins rest for the reason for which this one does, and as long; the admins are told only of this one."""
    await session.flush()
    others = Login.login != login.login
    for values in (
        update(Login)
        .where(others)
        .values(hold=login.hold, trouble=login.trouble, unreachable_since=login.unreachable_since),
        update(Login).where(others, Login.paused_at.is_(None)).values(told_at=now),
    ):
        await session.execute(values.execution_options(synchronize_session=False))
    if login.held_until is not None:
        await _rest_until(session, others, login.held_until)


async def end_common_rest(session: AsyncSession) -> None:
    """Let all logins go on that rest for a reason that they have in common."""
    await session.flush()
    resting = Login.hold.in_(COMMON_HOLDS)
    for values in (
        update(Login).where(resting, Login.due_at.is_not(None)).values(due_at=Login.next_start_at),
        update(Login).where(resting, Login.paused_at.is_(None)).values(told_at=None),
        update(Login).where(resting).values(hold=None, held_until=None, trouble=None, unreachable_since=None),
    ):
        await session.execute(values.execution_options(synchronize_session=False))


async def _rest_until(session: AsyncSession, which: ColumnElement[bool], until: datetime) -> None:
    for values in (
        update(Login).where(which).values(held_until=until),
        update(Login).where(which, Login.due_at < until).values(due_at=until),
    ):
        await session.execute(values.execution_options(synchronize_session=False))
