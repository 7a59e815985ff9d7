"""A thousand commands at once: `python -m benchmarks.burst [--quick]`.

They come from 200 people to one login whose pace lets none of them out meanwhile. A command is accepted when its row is
in the table. Telegram's limits hold. Meanwhile, once a second, a stranger says /start and somebody asks for /queue.
"""

import asyncio
import itertools
import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.fakes.limits import Limits
from benchmarks.past import allow, new_database
from benchmarks.report import Report, run
from benchmarks.stage import PEOPLE, Stage, database_of, stage

_PACE_S = 3600.0
_GIVEN_S = 120.0
_LOOK_EVERY_S = 0.1
_PROBE_EVERY_S, _PROBE_AT_LEAST_S, _PROBE_WAITS_S = 1.0, 10.0, 10.0
_QUIET_S, _QUIET_WITHIN_S = 4.0, 60.0
_STRANGERS_FROM = 900_000
_Answers = dict[str, list[float]]


async def measure(folder: Path, *, quick: bool) -> Report:
    """Say everything at once, and wait until it is accepted and the bot falls silent."""
    commands = 200 if quick else 1000
    given_s = 30.0 if quick else _GIVEN_S
    report = Report("burst", f"{commands:,} commands to one login from 200 chats at once", "see the labels")
    with new_database(database_of(folder)) as connection:
        allow(connection, PEOPLE)
    unlimited = {"MAX_WAITING_PER_PERSON": "0", "MAX_WAITING_PER_CHAT": "0"}
    async with stage(folder, pace_s=_PACE_S, limits=Limits(), settings=unlimited) as one:
        await one.telegram.quiet(1, 10)
        # The first goes out at once; what is measured waits behind it.
        await one.command("/act first 1", "first")
        await one.telegram.quiet(1, 10)
        before, cpu = one.telegram.calls.total(), one.process.cpu_s()
        began = time.monotonic()
        for number in range(commands):
            one.telegram.say(PEOPLE[number % len(PEOPLE)], f"/act burst{number} 7")
        answers: _Answers = {"/start": [], "/queue": []}
        enough = asyncio.Event()
        probing = asyncio.create_task(_probe(one, answers, enough))
        accepted, took_s = await _accepted(one, commands, began, given_s)
        await asyncio.sleep(max(0.0, _PROBE_AT_LEAST_S - took_s))
        enough.set()
        await probing
        silent = await one.telegram.quiet(_QUIET_S, _QUIET_WITHIN_S)
        cpu = one.process.cpu_s() - cpu
        calls = one.telegram.calls.total() - before - sum(map(_answered, answers.values()))
        _tell(report, commands, accepted, took_s)
        per_command = calls / max(accepted, 1)
        ending = "" if silent else f", and it goes on after {_QUIET_WITHIN_S:g} s more"
        report.add(
            "calls to Telegram a command",
            f"{per_command:.1f} ({_listed(one)}){ending}",
            "≤ 2",
            met=per_command <= 2 and silent,
        )
        report.add("edits that changed nothing", f"{one.telegram.unchanged:,}", "0", met=one.telegram.unchanged == 0)
        report.add("refused by Telegram's limits", f"{one.telegram.refused.total():,}")
        report.add("processor time a command", f"{cpu / max(accepted, 1) * 1000:.1f} ms")
        report.plot("commands accepted a second", accepted / took_s)
        report.plot("calls to Telegram a command", per_command)
        for what, taken in answers.items():
            _tell_answers(report, what, taken)
    return report


async def _accepted(one: Stage, commands: int, began: float, given_s: float) -> tuple[int, float]:
    """Wait until all are in the table; return how many are, and after how many seconds."""
    with _reading(one.database) as connection:
        while True:
            accepted, took_s = _rows(connection), time.monotonic() - began
            if accepted >= commands or took_s >= given_s:
                return min(accepted, commands), took_s
            await asyncio.sleep(_LOOK_EVERY_S)


async def _probe(one: Stage, answers: _Answers, enough: asyncio.Event) -> None:
    """Ask once a second until it is enough, and note how long each answer took: infinity if it did not come."""
    async with asyncio.TaskGroup() as group:
        for number in itertools.count():
            group.create_task(_ask(one, _STRANGERS_FROM + number, "/start", answers))
            group.create_task(_ask(one, PEOPLE[number % len(PEOPLE)], "/queue", answers))
            await asyncio.sleep(_PROBE_EVERY_S)
            if enough.is_set():
                return


async def _ask(one: Stage, person: int, what: str, answers: _Answers) -> None:
    answers[what].append(await one.answer_ms(one.telegram.say(person, what), _PROBE_WAITS_S))


@contextmanager
def _reading(database: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        yield connection
    finally:
        connection.close()


def _rows(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM requests WHERE user_name LIKE 'burst%'").fetchone()[0])


def _tell(report: Report, commands: int, accepted: int, took_s: float) -> None:
    a_second = accepted / took_s
    if accepted == commands:
        value = f"all in {took_s:.1f} s, {a_second:.0f} a second"
    else:
        value = f"{accepted:,} in {took_s:.0f} s, {a_second:.0f} a second"
    within_s = commands / 1000 * 15
    met = accepted == commands and took_s <= within_s
    report.add("accepted", value, f"all in {within_s:g} s (67 a second)", met=met)


def _tell_answers(report: Report, what: str, taken: list[float]) -> None:
    came = [one for one in taken if one != float("inf")]
    unanswered = len(taken) - len(came)
    words = f"median {statistics.median(came):.0f} ms, worst {max(came):.0f} ms" if came else "none came"
    value = f"{words}; {unanswered} of {len(taken)} not within {_PROBE_WAITS_S:g} s" if unanswered else words
    whose = "a stranger's /start" if what == "/start" else "/queue of those who wait"
    report.add(f"answers meanwhile: {whose}", value, "≤ 1 s", met=not unanswered and max(came) <= 1000)


def _answered(taken: list[float]) -> int:
    return sum(one != float("inf") for one in taken)


def _listed(one: Stage) -> str:
    return ", ".join(f"{count:,} {method}" for method, count in one.telegram.calls.most_common(4))


if __name__ == "__main__":
    run([measure], __doc__ or "")
