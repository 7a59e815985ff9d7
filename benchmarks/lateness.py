"""How late requests start: `python -m benchmarks.lateness [--quick]`.

1 to 10,000 logins fall due, all at the same moment and spread over the ten seconds after it. A start is the moment that
the bot notes for it; the arrival is when the vendor has the whole request, with the bot's and the vendor's own work on
so many connections in it. The vendor takes a second to answer.
"""

import asyncio
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.past import add_due, allow, new_database
from benchmarks.report import Report, percentile, run
from benchmarks.stage import PEOPLE, NotStartedError, Stage, database_of, stage

_PACE_S = 3600.0
_DUE = (1, 100, 1000, 10_000)
_VENDOR_S = 1.0
_STARTS_WITHIN_S = (8, 30, 120)
_SPREAD_S = 10.0
_GIVEN_S = 180.0
_GOAL_MS, _GOAL_AT = 100.0, 1000


async def measure(folder: Path, *, quick: bool) -> Report:
    """Measure both ways at each number of logins."""
    report = Report("lateness", "Lateness of starts", "ms late, 99 % within")
    for logins in _DUE[:-1] if quick else _DUE:
        for spread_s in (0.0, _SPREAD_S):
            how = f"within {spread_s:g} s" if spread_s else "at once"
            judged = logins == _GOAL_AT
            try:
                starts, arrivals = await _lateness(folder, logins, spread_s)
            except NotStartedError as error:
                report.add(f"{logins:,} due {how}", str(error), met=False if judged else None)
                continue
            late = percentile(starts, 99)
            report.add(
                f"{logins:,} due {how}: start",
                f"median {percentile(starts, 50):.0f} ms, 99 % within {late:.0f} ms, worst {max(starts):.0f} ms",
                f"99 % within {_GOAL_MS:g} ms" if judged else "",
                met=late <= _GOAL_MS if judged else None,
            )
            report.add(
                f"{logins:,} due {how}: at the vendor",
                f"median {percentile(arrivals, 50):.0f} ms, 99 % within {percentile(arrivals, 99):.0f} ms",
            )
            report.plot(f"{logins:,} due {how}: start", late)
    return report


async def _lateness(folder: Path, logins: int, spread_s: float) -> tuple[list[float], list[float]]:
    """Return how late each start was, by the bot's note and at the vendor, in ms.

    On a machine where the bot itself starts later than its logins fall due, they are given more time. Raises
    `NotStartedError`.
    """
    for seconds in _STARTS_WITHIN_S:
        home = folder / f"{logins}-{spread_s:g}-{seconds}"
        home.mkdir()
        due = _prepare(home, logins, spread_s, seconds)
        async with stage(home, pace_s=_PACE_S, logins=logins, vendor_delay_s=_VENDOR_S) as one:
            if datetime.now(UTC) >= due[0]:
                continue
            await _all_arrive(one, logins)
        started = _started(database_of(home))
        arrived = {arrival.sub_client: arrival.wall for arrival in one.vendor.arrivals}
        return _late(started, due), _late(arrived, due)
    raise NotStartedError(f"the bot does not start within {_STARTS_WITHIN_S[-1]} s")


def _prepare(home: Path, logins: int, spread_s: float, starts_within_s: float) -> list[datetime]:
    first = datetime.now(UTC) + timedelta(seconds=starts_within_s)
    due = [first + timedelta(seconds=spread_s * number / logins) for number in range(logins)]
    with new_database(database_of(home)) as connection:
        allow(connection, PEOPLE)
        add_due(connection, due)
    return due


def _late(times: dict[str, float], due: list[datetime]) -> list[float]:
    """Return how many ms after it was due each request came, infinity if it never did."""
    return [(times.get(f"due{number}", float("inf")) - at.timestamp()) * 1000 for number, at in enumerate(due)]


async def _all_arrive(one: Stage, logins: int) -> None:
    """Wait until the vendor has seen every login, or the time is over."""
    ends = time.monotonic() + _GIVEN_S
    while True:
        if len(one.vendor.arrivals) >= logins or time.monotonic() > ends:
            return
        await asyncio.sleep(0.1)


def _started(database: Path) -> dict[str, float]:
    """Return when each request started, by its sub-client, as `time.time` has it."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        rows = connection.execute("SELECT user_name, started_at FROM requests WHERE started_at IS NOT NULL").fetchall()
    finally:
        connection.close()
    return {name: microseconds / 1e6 for name, microseconds in rows}


if __name__ == "__main__":
    run([measure], __doc__ or "")
