"""When the rows of a batch will have gone out, by the rule by which the queue takes them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db import batch_rows, logins, queue


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


@dataclass(frozen=True, slots=True)
class LoginLoad:
    """What a login has to do as it is."""

    people: int
    """Requests that wait or run."""
    batches: Mapping[int, int]
    """Rows that wait, by the running batch that they are of."""
    first_start: datetime | None

    def forecast(self, rows: int, *, now: datetime, pace: timedelta, of: int | None = None) -> Forecast:
        """Reckon for the batch with the id `of`, or for one that is still to be started."""
        others = [waiting for batch_id, waiting in self.batches.items() if batch_id != of]
        return forecast(rows, people=self.people, others=others, first_start=self.first_start, now=now, pace=pace)


async def loads(session: AsyncSession, names: Collection[str]) -> Mapping[str, LoginLoad]:
    """Say what each of some logins has to do."""
    found = {row.login: row for row in await logins.everyone(session) if row.login in names}
    people = await queue.open_counts(session, found)
    waiting = await batch_rows.waiting_of_running(session, found)
    return {
        name: LoginLoad(people.get(name, 0), waiting[name], logins.start_of_next(row)) for name, row in found.items()
    }
