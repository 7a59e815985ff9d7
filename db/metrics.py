"""Figures for the operators' monitoring, read with a bounded effort. Repository functions never commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import State
from db.models import NOT_DONE, QUEUED, InboxUpdate, Login, Request, in_state
from db.outcomes import TO_DELIVER

_MOST_COUNTED = 10_000
"""What is more is counted as this: by then nobody needs the exact number."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits (10,000 and more are 10,000), and since when its first has."""

    count: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the database says of the bot at one moment."""

    waiting: Mapping[str, Backlog]
    """Requests in the queue of each login that was asked for."""
    running: Mapping[str, bool]
    paused: Mapping[str, bool]
    updates: Backlog
    """Updates of Telegram whose handling has not ended."""
    undelivered: Backlog
    """Outcomes that Telegram has not accepted; the first is the one that came first."""


async def read(session: AsyncSession, logins: Sequence[str]) -> Figures:
    """Read all figures, of these logins alone."""
    running = set(await session.scalars(select(Request.login).where(in_state(State.RUNNING), NOT_DONE)))
    paused = set(await session.scalars(select(Login.login).where(Login.paused_at.is_not(None))))
    updates = select(InboxUpdate.received_at).where(InboxUpdate.done_at.is_(None)).order_by(InboxUpdate.update_id)
    undelivered = select(Request.finished_at).where(TO_DELIVER)
    return Figures(
        waiting={login: await _backlog(session, _queue(login)) for login in logins},
        running={login: login in running for login in logins},
        paused={login: login in paused for login in logins},
        updates=await _backlog(session, updates),
        undelivered=await _backlog(session, undelivered.order_by(Request.finished_at)),
    )


def _queue(login: str) -> Select[datetime]:
    return select(Request.created_at).where(Request.login == login, QUEUED).order_by(Request.id)


async def _backlog(session: AsyncSession, moments: Select[datetime] | Select[datetime | None]) -> Backlog:
    """Count what a query finds; the first in its order is what has waited longest."""
    count = await session.scalar(select(func.count()).select_from(moments.limit(_MOST_COUNTED).subquery()))
    return Backlog(count, await session.scalar(moments.limit(1))) if count else Backlog()
