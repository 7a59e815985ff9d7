"""What a command asks of the database: `python -m benchmarks.statements [--quick] [--list]`.

Statements and transactions of an idle bot for one /invoice: until the request is at the vendor, until the document is
in the chat, and until the bot is silent again. These figures do not depend on the machine. With `--list` each statement
of the last command is printed: when it began after the command, how long it took at the driver, and its text.
"""

import json
import re
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.past import allow, new_database
from benchmarks.report import Report, run
from benchmarks.stage import PEOPLE, database_of, stage

_COMMANDS = 10
_SILENT_S, _SILENT_WITHIN_S = 0.5, 10.0
_TRANSACTIONS_TO_VENDOR, _STATEMENTS_TO_DELIVERY = 2, 10
_BEGIN, _BEGIN_WRITE, _ENDS = "BEGIN", "BEGIN IMMEDIATE", ("COMMIT", "ROLLBACK")
_LONGEST = 150


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement; `at` is `time.monotonic`, `took` is seconds."""

    at: float
    took: float
    sql: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What was asked of the database in a stretch of time."""

    reads: int
    writes: int
    statements: int


async def measure(folder: Path, *, quick: bool) -> Report:
    """Give commands one after the other, and count."""
    report = Report("statements", "What one /invoice asks of the database", "statements, median")
    with new_database(database_of(folder)) as connection:
        allow(connection, PEOPLE)
    trace = folder / "trace"
    until: dict[str, list[Counted]] = {"vendor": [], "document": [], "silence": []}
    last: tuple[float, list[Statement]] = 0.0, []
    async with stage(folder, arguments=("-m", "benchmarks.traced"), settings={"TRACE_FILE": str(trace)}) as one:
        for number in range(-2, 3 if quick else _COMMANDS):
            await one.telegram.quiet(_SILENT_S, _SILENT_WITHIN_S)
            trace.write_text("")
            said = one.telegram.say(PEOPLE[0], f"/invoice trace{number + 2} 100")
            at_vendor = await one.vendor.arrival(f"trace{number + 2}")
            at_document = await one.telegram.document(said)
            await one.telegram.quiet(_SILENT_S, _SILENT_WITHIN_S)
            asked = _read(trace)
            if number >= 0:
                until["vendor"].append(_count(asked, at_vendor))
                until["document"].append(_count(asked, at_document))
                until["silence"].append(_count(asked, float("inf")))
            last = said.at, asked
    for step, counted in until.items():
        writes = statistics.median(one.writes for one in counted)
        reads = statistics.median(one.reads for one in counted)
        number_of = statistics.median(one.statements for one in counted)
        value = f"{number_of:g} statements in {writes:g} writing and {reads:g} reading transactions"
        if step == "vendor":
            report.add(f"until {step}", value, "2 writing", met=writes <= _TRANSACTIONS_TO_VENDOR)
        elif step == "silence":
            report.add(f"until {step}", value, "10 statements", met=number_of <= _STATEMENTS_TO_DELIVERY)
        else:
            report.add(f"until {step}", value)
        report.plot(f"until {step}", number_of)
    if _LISTED:
        _print(*last)
    return report


def _read(trace: Path) -> list[Statement]:
    return [Statement(*json.loads(line)) for line in trace.read_text().splitlines()]


def _count(asked: list[Statement], before: float) -> Counted:
    early = [one.sql for one in asked if one.at < before]
    ends = sum(sql in (_BEGIN, _BEGIN_WRITE, *_ENDS) for sql in early)
    return Counted(early.count(_BEGIN), early.count(_BEGIN_WRITE), len(early) - ends)


def _print(since: float, asked: list[Statement]) -> None:
    for one in asked:
        sql = re.sub(r"SELECT (.{40}).*? FROM ", r"SELECT \1… FROM ", " ".join(one.sql.split()))
        print(f"{(one.at - since) * 1000:7.1f} ms  {one.took * 1000:5.2f}  {sql[:_LONGEST]}")
    print()


_LISTED = "--list" in sys.argv
if __name__ == "__main__":
    if _LISTED:
        sys.argv.remove("--list")
    run([measure], __doc__ or "")
