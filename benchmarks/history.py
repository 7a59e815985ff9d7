"""What a long past costs: `python -m benchmarks.history [--quick]`.

Three bots, with 0, 300,000 and 3,000,000 finished requests in their tables, ten logins each. They take turns: command
to document, /history, and the start.
"""

import asyncio
import statistics
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.past import add_history, allow, new_database
from benchmarks.report import Report, run, spread
from benchmarks.stage import PEOPLE, Stage, database_of, rounds, stage

_LOGINS = 10
_STARTS = 3
_PAUSE_S = 0.2
_GIVEN_S = 150.0
_ANSWERS_WITHIN_S = 60.0
_DOCUMENT_AT_MOST, _START_AT_MOST, _HISTORY_MS = 1.1, 1.2, 100.0


async def measure(folder: Path, *, quick: bool) -> Report:
    """Fill the tables, then measure in turns."""
    sizes = (0, 30_000, 300_000) if quick else (0, 300_000, 3_000_000)
    report = Report("history", "A long past", "ms, median")
    homes = {size: _prepare(folder / str(size), size) for size in sizes}
    starts = await _start_in_turns(homes, 1 if quick else _STARTS)
    async with AsyncExitStack() as stack:
        stages = {size: await stack.enter_async_context(stage(home, logins=_LOGINS)) for size, home in homes.items()}
        for one in stages.values():
            await one.telegram.quiet(1, 30)
        documents, pages = await _take_turns(stages, 8 if quick else 30)
    none = sizes[0]
    for size in sizes:
        ratio = statistics.median(documents[size]) / statistics.median(documents[none])
        slower = statistics.median(starts[size]) / statistics.median(starts[none])
        page_ms = statistics.median(pages[size])
        judged = size != none
        report.add(
            f"{size:,} past: command to document",
            f"{spread(documents[size])}, {ratio:.2f} ×",
            f"≤ {_DOCUMENT_AT_MOST} ×" if judged else "",
            met=ratio <= _DOCUMENT_AT_MOST if judged else None,
        )
        report.add(f"{size:,} past: /history", spread(pages[size]), f"≤ {_HISTORY_MS:g} ms", met=page_ms <= _HISTORY_MS)
        report.add(
            f"{size:,} past: start",
            f"{statistics.median(starts[size]):.0f} ms, {slower:.2f} ×",
            f"≤ {_START_AT_MOST} ×" if judged else "",
            met=slower <= _START_AT_MOST if judged else None,
        )
        report.plot(f"{size:,} past: command to document", statistics.median(documents[size]))
        report.plot(f"{size:,} past: /history", page_ms)
    return report


def _prepare(home: Path, size: int) -> Path:
    home.mkdir()
    with new_database(database_of(home)) as connection:
        allow(connection, PEOPLE)
        add_history(connection, size, _LOGINS)
    return home


async def _start_in_turns(homes: dict[int, Path], turns: int) -> dict[int, list[float]]:
    starts: dict[int, list[float]] = {size: [] for size in homes}
    for _ in range(turns):
        for size, home in homes.items():
            async with stage(home, logins=_LOGINS) as one:
                starts[size].append(one.start_ms)
    return starts


async def _take_turns(stages: dict[int, Stage], turns: int) -> tuple[dict[int, list[float]], dict[int, list[float]]]:
    documents: dict[int, list[float]] = {size: [] for size in stages}
    pages: dict[int, list[float]] = {size: [] for size in stages}
    for number in rounds(turns, _GIVEN_S):
        for size, one in stages.items():
            sub_client = f"now{number}"
            documents[size].append((await one.command(f"/invoice {sub_client} 100", sub_client))[1])
            await asyncio.sleep(_PAUSE_S)
            pages[size].append(await one.answer_ms(one.telegram.say(PEOPLE[0], "/history"), _ANSWERS_WITHIN_S))
            await asyncio.sleep(_PAUSE_S)
    return documents, pages


if __name__ == "__main__":
    run([measure], __doc__ or "")
