"""What the bot costs while nobody speaks: `python -m benchmarks.idle [--quick]`.

Its start, its memory and its processor time, beside the 60-line bot's; and its start with 2,000 people on the list.
"""

import asyncio
import statistics
from collections.abc import Iterable
from pathlib import Path

from benchmarks.past import allow, new_database
from benchmarks.report import Report, run
from benchmarks.stage import PEOPLE, Stage, database_of, stage

_CROWD = range(10_001, 12_001)
_STARTS = 5
_SETTLES_S, _SETTLES_WITHIN_S = 2.0, 60.0
_NAIVE = ("-m", "benchmarks.naive")


async def measure(folder: Path, *, quick: bool) -> Report:
    """Start both in turns; then look at each while it idles."""
    report = Report("idle", "An idle bot's costs", "see the labels")
    idle_s = 5.0 if quick else 30.0
    home, naive = _prepare(folder / "docsbot", PEOPLE), folder / "naive"
    naive.mkdir()
    allowed = {"ALLOWED_IDS": ",".join(map(str, PEOPLE))}
    starts: dict[str, list[float]] = {"docsbot": [], "naive": []}
    for _ in range(1 if quick else _STARTS):
        async with stage(home) as one:
            starts["docsbot"].append(one.start_ms)
        async with stage(naive, arguments=_NAIVE, settings=allowed) as one:
            starts["naive"].append(one.start_ms)
    async with stage(home) as ours, stage(naive, arguments=_NAIVE, settings=allowed) as theirs:
        for name, one in (("docsbot", ours), ("naive", theirs)):
            await one.command("/act warm 7", "warm")
            await one.telegram.quiet(_SETTLES_S, _SETTLES_WITHIN_S)
            report.add(f"start, {name}", f"{statistics.median(starts[name]):.0f} ms")
            report.add(f"memory, {name}", f"{one.process.memory_mb():.0f} MB")
            report.plot(f"start, {name} (ms)", statistics.median(starts[name]))
            report.plot(f"memory, {name} (MB)", one.process.memory_mb())
        for name, used in zip(("docsbot", "naive"), await _idle(ours, theirs, seconds=idle_s), strict=True):
            report.add(f"processor while idle, {name}", f"{used / idle_s * 100:.2f} %")
    await _crowd(report, folder / "crowd")
    return report


async def _idle(*stages: Stage, seconds: float) -> list[float]:
    """Return the processor seconds that each uses while nothing happens."""
    before = [one.process.cpu_s() for one in stages]
    await asyncio.sleep(seconds)
    return [one.process.cpu_s() - cpu for one, cpu in zip(stages, before, strict=True)]


async def _crowd(report: Report, home: Path) -> None:
    """Start for the second time with a crowd on the list: what it knew before it need not ask."""
    _prepare(home, _CROWD)
    for which in ("first", "second"):
        async with stage(home) as one:
            await one.telegram.quiet(_SETTLES_S, _SETTLES_WITHIN_S)
            calls = one.telegram.calls
            menus = sum(count for method, count in calls.items() if method.endswith("MyCommands"))
            changed = calls["setMyCommands"] + calls["deleteMyCommands"] if which == "first" else 0
            listed = ", ".join(f"{count:,} {method}" for method, count in calls.most_common(3))
            report.add(
                f"calls at the {which} start, {len(_CROWD):,} people on the list",
                f"{calls.total():,} ({listed})",
                "≤ 1 for each change of a menu",
                met=menus <= changed,
            )


def _prepare(home: Path, people: Iterable[int]) -> Path:
    home.mkdir()
    with new_database(database_of(home)) as connection:
        allow(connection, people)
    return home


if __name__ == "__main__":
    run([measure], __doc__ or "")
