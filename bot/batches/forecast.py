"""When the rows of a batch will have gone out, by the rule by which the queue takes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import BatchState
from db import batches, logins
from db.models import Login


@dataclass(frozen=True, slots=True)
class Forecast:
    """What comes before the last row of a batch, and when that goes out; None while its login is paused."""

    ahead: int
    ends_at: datetime | None


def forecast(
    rows: int,
    *,
    people: int,
    others: Iterable[int],
    first_start: datetime | None,
    now: datetime,
    pace: timedelta,
) -> Forecast:
    """Reckon for a batch of which so many rows are left.

    `people` is what single requests wait or run, all of which come first; `others` are the rows left of the login's
    other batches, which take turns with this one row by row.
    """
    ahead = people + sum(min(other, rows) for other in others)
    if first_start is None:
        return Forecast(ahead, None)
    return Forecast(ahead, max(first_start, now) + max(0, ahead + rows - 1) * pace)


async def forecast_now(
    session: AsyncSession, login: str, rows: int, *, now: datetime, pace: timedelta, of: int | None = None
) -> Forecast:
    """Reckon for the batch with the id `of`, or for one that is still to be started."""
    row = await session.get_one(Login, login)
    others = [
        await batches.waiting_count(session, other.id)
        for other in await batches.active(session, login)
        if other.id != of and other.state is BatchState.RUNNING
    ]
    people = await batches.open_count(session, login)
    return forecast(rows, people=people, others=others, first_start=logins.start_of_next(row), now=now, pace=pace)
