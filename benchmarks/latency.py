"""How quick an idle bot is: `python -m benchmarks.latency [--quick]`.

From a command to the request at the vendor, and to the document in the chat, beside two others: the 60-line bot without
durability, and one on procrastinate and PostgreSQL. They take turns, so that whatever else the machine does is in all
three; only the ratios are worth quoting, and those of an otherwise idle machine: who changes threads more often waits
for a busy processor more often. The processor time a command depends on that least. The peer's is without PostgreSQL's.
The peer needs the dependency group `bench` and is left out without it.
"""

import asyncio
import statistics
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from benchmarks import peer, postgres
from benchmarks.past import allow, new_database
from benchmarks.report import Report, run, spread
from benchmarks.stage import PEOPLE, Stage, database_of, stage

_PAUSE_S = 0.15
"""After the document the bots still write down what they did."""
_WARM_UP = 3
_COMMANDS = {"/invoice {} 1500.50": "invoice", "/act {} 7": "act"}
_GOALS = {"vendor": 2.0, "document": 1.6}
_Samples = dict[tuple[str, str], list[float]]


async def measure(folder: Path, *, quick: bool) -> Report:
    """Measure in turns: every bot, every command."""
    report = Report("latency", "An idle bot", "ms from the command, median")
    async with bots(folder) as stages:
        for text, command in _COMMANDS.items():
            taken = await take_turns(stages, text, command, turns=10 if quick else 60)
            for step, goal in _GOALS.items():
                _tell(report, f"/{command} to {step}", {name: taken[name, step] for name in stages}, goal)
        await _tell_processor(report, stages, 20 if quick else 60)
    return report


@asynccontextmanager
async def bots(folder: Path) -> AsyncIterator[dict[str, Stage]]:
    """Start the bots that are compared, the naive one first."""
    allowed = {"ALLOWED_IDS": ",".join(map(str, PEOPLE))}
    async with AsyncExitStack() as stack:

        def room(name: str) -> Path:
            (folder / name).mkdir()
            return folder / name

        naive = stage(room("naive"), arguments=("-m", "benchmarks.naive"), settings=allowed)
        stages = {"naive": await stack.enter_async_context(naive)}
        if peer.AVAILABLE:
            url = stack.enter_context(postgres.server(folder / "postgres"))
            started = stage(room("peer"), arguments=("-m", "benchmarks.peer"), settings=allowed | {"PEER_URL": url})
            stages["peer"] = await stack.enter_async_context(started)
        home = room("docsbot")
        with new_database(database_of(home)) as connection:
            allow(connection, PEOPLE)
        stages["docsbot"] = await stack.enter_async_context(stage(home))
        yield stages


async def take_turns(stages: dict[str, Stage], text: str, command: str, *, turns: int) -> _Samples:
    """Give each bot a command after the other; return what each took to the vendor and to the document, in ms."""
    taken: _Samples = {(name, step): [] for name in stages for step in _GOALS}
    for number in range(-_WARM_UP, turns):
        for name, one in stages.items():
            sub_client = f"{command}{number + _WARM_UP}"
            to_vendor, to_document = await one.command(text.format(sub_client), sub_client)
            if number >= 0:
                taken[name, "vendor"].append(to_vendor)
                taken[name, "document"].append(to_document)
            await asyncio.sleep(_PAUSE_S)
    return taken


async def _tell_processor(report: Report, stages: dict[str, Stage], turns: int) -> None:
    """Give each bot commands on its own, and tell what it used."""
    used = {}
    for name, one in stages.items():
        before = one.process.cpu_s()
        for number in range(turns):
            await one.command(f"/invoice cpu{number} 100", f"cpu{number}")
            await asyncio.sleep(_PAUSE_S)
        used[name] = [(one.process.cpu_s() - before) / turns * 1000]
    _tell(report, "processor time, /invoice", used)


def _tell(report: Report, what: str, taken: dict[str, list[float]], goal: float | None = None) -> None:
    """Tell the bots' times in ms beside each other; the goal is for docsbot's, as so many times the naive bot's."""
    least = statistics.median(taken["naive"])
    for name, own in taken.items():
        ratio = statistics.median(own) / least
        against = "" if name == "naive" else f", {ratio:.1f} × the naive bot"
        value = (spread(own) if len(own) > 1 else f"{own[0]:.1f} ms") + against
        if goal is not None and name == "docsbot":
            report.add(f"{what}, {name}", value, f"≤ {goal:g} ×", met=ratio <= goal)
        else:
            report.add(f"{what}, {name}", value)
        report.plot(f"{what}, {name}", statistics.median(own))


if __name__ == "__main__":
    run([measure], __doc__ or "")
