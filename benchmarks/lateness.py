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
from benchmarks.stage import PEOPLE, Stage, database_of, stage

_PACE_S = 3600.0
_VENDOR_S = 1.0
_STARTS_WITHIN_S = 8.0
_SPREAD_S = 10.0
_GIVEN_S = 180.0
_GOAL_MS, _GOAL_AT = 100.0, 1000


async def measure(folder: Path, *, quick: bool) -> Report:
    """Measure both ways at each number of logins."""
    report = Report("lateness", "Lateness of starts", "ms late, 99 % within")
    for logins in (1, 100, 1000) if quick else (1, 100, 1000, 10_000):
        for spread_s in (0.0, _SPREAD_S):
            home = folder / f"{logins}-{spread_s:g}"
            home.mkdir()
            starts, arrivals = await _lateness(home, logins, spread_s)
            how = f"within {spread_s:g} s" if spread_s else "at once"
            late = percentile(starts, 99)
            judged = logins == _GOAL_AT
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


async def _lateness(home: Path, logins: int, spread_s: float) -> tuple[list[float], list[float]]:
    """Return how late each start was, by the bot's note and at the vendor, in ms."""
    first = datetime.now(UTC) + timedelta(seconds=_STARTS_WITHIN_S + logins / 1000)
    due = [first + timedelta(seconds=spread_s * number / logins) for number in range(logins)]
    with new_database(database_of(home)) as connection:
        allow(connection, PEOPLE)
        add_due(connection, due)
    async with stage(home, pace_s=_PACE_S, logins=logins, vendor_delay_s=_VENDOR_S) as one:
        await _all_arrive(one, logins)
    arrived = {arrival.sub_client: arrival.wall for arrival in one.vendor.arrivals}
    arrivals = [(arrived.get(f"due{number}", float("inf")) - at.timestamp()) * 1000 for number, at in enumerate(due)]
    started = _started(database_of(home))
    starts = [(started.get(f"due{number}", float("inf")) - at.timestamp()) * 1000 for number, at in enumerate(due)]
    return starts, arrivals


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
