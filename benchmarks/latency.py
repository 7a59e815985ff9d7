"""How quick an idle bot is: `python -m benchmarks.latency [--quick]`.

From a command to the request at the vendor, and to the document in the chat, beside two others: the 60-line bot without
durability, and one on procrastinate and PostgreSQL. They take turns, so that whatever else the machine does is in all
three; only the ratios are worth quoting. The peer needs the dependency group `bench` and is left out without it.
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
            taken = await take_turns(stages, text, command, rounds=10 if quick else 60)
            _tell(report, command, taken, list(stages))
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


async def take_turns(stages: dict[str, Stage], text: str, command: str, *, rounds: int) -> _Samples:
    """Give each bot a command after the other; return what each took to the vendor and to the document, in ms."""
    taken: _Samples = {(name, step): [] for name in stages for step in _GOALS}
    for number in range(-_WARM_UP, rounds):
        for name, one in stages.items():
            sub_client = f"{command}{number + _WARM_UP}"
            to_vendor, to_document = await one.command(text.format(sub_client), sub_client)
            if number >= 0:
                taken[name, "vendor"].append(to_vendor)
                taken[name, "document"].append(to_document)
            await asyncio.sleep(_PAUSE_S)
    return taken


def _tell(report: Report, command: str, taken: _Samples, names: list[str]) -> None:
    for step, goal in _GOALS.items():
        least = statistics.median(taken["naive", step])
        for name in names:
            own = taken[name, step]
            ratio = statistics.median(own) / least
            judged = name == "docsbot"
            report.add(
                f"/{command} to {step}, {name}",
                spread(own) + ("" if name == "naive" else f", {ratio:.1f} × the naive bot"),
                f"≤ {goal:g} ×" if judged else "",
                met=ratio <= goal if judged else None,
            )
            report.plot(f"/{command} to {step}, {name}", statistics.median(own))


if __name__ == "__main__":
    run([measure], __doc__ or "")
