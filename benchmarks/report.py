"""What a benchmark found: a table of figures beside their goals, and a plot."""

import argparse
import asyncio
import os
import platform
import signal
import statistics
import tempfile
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from benchmarks.plot import Bar, bars

_DEFAULT_PLOTS = Path("benchmarks/plots")


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the table. `met` is None where there is no goal."""

    what: str
    value: str
    goal: str = ""
    met: bool | None = None


@dataclass
class Report:
    """The figures of one benchmark; `unit` is the plot's."""

    name: str
    title: str
    unit: str
    figures: list[Figure] = field(default_factory=list)
    plotted: list[Bar] = field(default_factory=list)

    def add(self, what: str, value: str, goal: str = "", *, met: bool | None = None) -> None:
        self.figures.append(Figure(what, value, goal, met))

    def plot(self, label: str, value: float) -> None:
        self.plotted.append(Bar(label, value))

    def table(self) -> str:
        """Return the figures as a table of Markdown."""
        lines = [f"| {self.title} | measured | goal | |", "|---|---|---|---|"]
        marks = {None: "", True: "met", False: "missed"}
        lines += [f"| {one.what} | {one.value} | {one.goal} | {marks[one.met]} |" for one in self.figures]
        return "\n".join(lines)

    def svg(self) -> str:
        """Return the plot."""
        return bars(self.title, self.unit, self.plotted)


class Measure(Protocol):
    """A benchmark."""

    def __call__(self, folder: Path, *, quick: bool) -> Coroutine[Any, Any, Report]:
        """Measure in a folder of its own; quickly, or at full length."""


def run(measures: Sequence[Measure], description: str) -> None:
    """The command line of a benchmark: measure, print the table, keep the plot."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer and smaller: for a look, not for quoting")
    parser.add_argument("--plots", type=Path, default=_DEFAULT_PLOTS, metavar="FOLDER", help="where plots are kept")
    arguments = parser.parse_args()
    arguments.plots.mkdir(parents=True, exist_ok=True)
    # Whoever ends a benchmark ends its bots, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    for measure in measures:
        with tempfile.TemporaryDirectory(prefix="docsbot-bench-") as folder:
            report = asyncio.run(measure(Path(folder), quick=arguments.quick))
        print(f"{report.table()}\n\nThe machine's load at the end: {os.getloadavg()[0]:.1f}\n", flush=True)
        if report.plotted:
            (arguments.plots / f"{report.name}.svg").write_text(report.svg())


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest of the values that so many percent of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def spread(values: Sequence[float], unit: str = "ms") -> str:
    """Return the median and the quarters around it."""
    median, low, high = statistics.median(values), percentile(values, 25), percentile(values, 75)
    return f"{median:.1f} {unit} ({low:.1f} to {high:.1f})"
