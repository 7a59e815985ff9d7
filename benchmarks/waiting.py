"""What a command costs while others wait: `python -m benchmarks.waiting [--quick]`.

With 10 to 10,000 requests waiting for a busy login: processor time and calls of one more command for it, and how long
a command for an idle login takes to its document.
"""

import asyncio
import statistics
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.past import add_login, add_waiting, allow, new_database
from benchmarks.report import Report, run, spread
from benchmarks.stage import Stage, database_of, rounds, stage

_DAY_S = 86_400.0
_WAITING = (10, 100, 1000, 10_000)
_TO_BUSY, _TO_IDLE = range(1001, 1031), range(2001, 2031)
"""Each speaks once, for the idle logins keep the pace of a day, too."""
_CHATS_WAITING = range(5001, 5201)
_LOGINS = 1 + len(_TO_IDLE)
_SETTLES_S, _SETTLES_WITHIN_S = 2.0, 30.0
_AFTER_S = 0.4
_GIVEN_S = 60.0
_AT_MOST = 1.2


async def measure(folder: Path, *, quick: bool) -> Report:
    """Measure at each length of the queue, the shortest first: it is what the others are compared with."""
    report = Report("waiting", "A command while others wait", "ms of processor time a command")
    commands = 10 if quick else len(_TO_BUSY)
    first: tuple[float, float] | None = None
    for waiting in _WAITING[:-1] if quick else _WAITING:
        home = folder / str(waiting)
        home.mkdir()
        _prepare(home, waiting)
        async with stage(home, pace_s=_DAY_S, logins=_LOGINS, settings={"MAX_WAITING_PER_CHAT": "0"}) as one:
            settled = await one.telegram.quiet(_SETTLES_S, _SETTLES_WITHIN_S)
            cpu_ms, calls, answers = await to_busy(one, commands)
            documents = await _to_idle(one, commands)
            said = one.telegram.say(_CHATS_WAITING[0], "/queue")
            queue_ms = await one.answer_ms(said, 20)
        idle_ms = statistics.median(documents)
        first = first or (cpu_ms, idle_ms)
        ratio, idle_ratio = cpu_ms / first[0], idle_ms / first[1]
        unsettled = "" if settled else " (still editing at the start's end)"
        report.add(
            f"{waiting:,} waiting: one more",
            f"{cpu_ms:.0f} ms of processor, {ratio:.1f} × that of 10; status after {spread(answers)}{unsettled}",
            f"≤ {_AT_MOST} ×",
            met=ratio <= _AT_MOST,
        )
        report.add(f"{waiting:,} waiting: calls to Telegram a command", f"{calls:.1f}", "≤ 2", met=calls <= 2)
        report.add(
            f"{waiting:,} waiting: to the document at an idle login",
            f"{spread(documents)}, {idle_ratio:.1f} × that of 10",
            f"≤ {_AT_MOST} ×",
            met=idle_ratio <= _AT_MOST,
        )
        report.add(f"{waiting:,} waiting: /queue answered", f"after {queue_ms:.0f} ms")
        report.plot(f"{waiting:,} waiting", cpu_ms)
    return report


def _prepare(home: Path, waiting: int) -> None:
    with new_database(database_of(home)) as connection:
        allow(connection, [*_TO_BUSY, *_CHATS_WAITING], ["login0"])
        for number, person in enumerate(_TO_IDLE, start=1):
            allow(connection, [person], [f"login{number}"])
        # The start cuts a wait to the pace, a day.
        tomorrow = datetime.fromtimestamp(datetime.now(UTC).timestamp() + _DAY_S, UTC)
        add_login(connection, "login0", tomorrow, tomorrow)
        add_waiting(connection, waiting, "login0", chats=len(_CHATS_WAITING))


async def to_busy(one: Stage, commands: int) -> tuple[float, float, list[float]]:
    """Give commands one after the other; return what each cost in ms of processor and in calls, and its status' ms."""
    answers = []
    calls, cpu_s = one.telegram.calls.total(), one.process.cpu_s()
    for number in rounds(commands, _GIVEN_S):
        said = one.telegram.say(_TO_BUSY[number], f"/act more{number} 7")
        answers.append(await one.answer_ms(said))
        await asyncio.sleep(_AFTER_S)
    cpu_ms = (one.process.cpu_s() - cpu_s) / len(answers) * 1000
    return cpu_ms, (one.telegram.calls.total() - calls) / len(answers), answers


async def _to_idle(one: Stage, commands: int) -> list[float]:
    documents = []
    for number in rounds(commands, _GIVEN_S):
        documents.append((await one.command(f"/act idle{number} 7", f"idle{number}", _TO_IDLE[number]))[1])
        await asyncio.sleep(_AFTER_S)
    return documents


if __name__ == "__main__":
    run([measure], __doc__ or "")
