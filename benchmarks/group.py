"""Eighty acts in one group: `python -m benchmarks.group [--quick]`.

Telegram takes 20 messages a minute there, edits included; the vendor's answers come 15 times a minute. A document
should follow its answer at once, whatever else the bot has to say. Telegram's minute is real, so this takes five and a
half of them.
"""

import asyncio
import statistics
import time
from pathlib import Path

from benchmarks.fakes.limits import Limits
from benchmarks.fakes.telegram import Said
from benchmarks.past import allow, allow_group, new_database
from benchmarks.report import Report, percentile, run
from benchmarks.stage import PEOPLE, Stage, database_of, stage

_TEAM = -1_000_000_000_500
_SPEAKERS = 8
_PACE_S = 4.0
_MORE_S = 240.0
"""How much longer than the pace asks the last document may take before it counts as missing."""
_GOAL_S = 2.0


async def measure(folder: Path, *, quick: bool) -> Report:
    """Say all acts at once; note how long after its answer each document is in the group."""
    acts = 25 if quick else 80
    report = Report("group", f"{acts} acts in one group, 15 answers a minute", "s from answer to document")
    with new_database(database_of(folder)) as connection:
        allow(connection, PEOPLE)
        allow_group(connection, _TEAM)
    async with stage(folder, pace_s=_PACE_S, limits=Limits()) as one:
        await one.telegram.quiet(1, 10)
        said = [one.telegram.say(PEOPLE[number % _SPEAKERS], f"/act team{number} 7", _TEAM) for number in range(acts)]
        ends = time.monotonic() + acts * _PACE_S + _MORE_S
        taken = await asyncio.gather(*(_after_answer(one, to, f"team{n}", ends) for n, to in enumerate(said)))
        came = [seconds for seconds in taken if seconds is not None]
        worst = max(came, default=float("inf"))
        missing = f", {acts - len(came)} missing" if len(came) < acts else ""
        report.add(
            "a document after its answer",
            f"median {statistics.median(came):.1f} s, 90 % within {percentile(came, 90):.1f} s, "
            f"worst {worst:.1f} s{missing}",
            f"≤ {_GOAL_S:g} s, always",
            met=worst <= _GOAL_S and not missing,
        )
        counted = ", ".join(f"{count} {method}" for method, count in one.telegram.calls.most_common(5))
        report.add("calls to Telegram", counted)
        report.add("refused by Telegram's limits", str(one.telegram.refused.total()))
        report.plot("median", statistics.median(came))
        report.plot("90 % within", percentile(came, 90))
        report.plot("worst", worst)
    return report


async def _after_answer(one: Stage, said: Said, sub_client: str, ends: float) -> float | None:
    """Return the seconds from the vendor's answer, which comes at once, to the document; None if one never came."""
    try:
        async with asyncio.timeout(ends - time.monotonic()):
            answered = await one.vendor.arrival(sub_client)
            return await one.telegram.document(said) - answered
    except TimeoutError:
        return None


if __name__ == "__main__":
    run([measure], __doc__ or "")
