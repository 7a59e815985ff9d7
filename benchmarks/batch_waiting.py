"""What a command costs while a batch waits: `python -m benchmarks.batch_waiting [--quick]`.

Processor time of one more command for a busy login, with a batch of 500 rows that waits for it and with none.
"""

from datetime import UTC, datetime
from pathlib import Path

from benchmarks.past import add_batch, add_login, allow, new_database
from benchmarks.report import Report, run
from benchmarks.stage import database_of, stage
from benchmarks.waiting import to_busy

_DAY_S = 86_400.0
_ROWS = 500
_COMMANDS = 30
_PEOPLE = range(1001, 1031)
_SENDER = 5001
_SETTLES_S, _SETTLES_WITHIN_S = 2.0, 30.0
_AT_MOST = 1.1


async def measure(folder: Path, *, quick: bool) -> Report:
    """Measure without and with a batch."""
    report = Report("batch_waiting", "A command while a batch waits", "ms of processor time a command")
    spent = []
    for rows in (0, _ROWS):
        home = folder / str(rows)
        home.mkdir()
        _prepare(home, rows)
        async with stage(home, pace_s=_DAY_S, settings={"MAX_WAITING_PER_CHAT": "0"}) as one:
            await one.telegram.quiet(_SETTLES_S, _SETTLES_WITHIN_S)
            cpu_ms, _, _ = await to_busy(one, 10 if quick else _COMMANDS)
        spent.append(cpu_ms)
        report.plot(f"{rows} rows wait", cpu_ms)
    ratio = spent[1] / spent[0]
    report.add(
        f"{_ROWS} rows wait: one more command",
        f"{spent[1]:.1f} ms of processor, {ratio:.2f} × that of none",
        f"≤ {_AT_MOST} ×",
        met=ratio <= _AT_MOST,
    )
    return report


def _prepare(home: Path, rows: int) -> None:
    with new_database(database_of(home)) as connection:
        allow(connection, [*_PEOPLE, _SENDER], ["login0"])
        tomorrow = datetime.fromtimestamp(datetime.now(UTC).timestamp() + _DAY_S, UTC)
        add_login(connection, "login0", tomorrow, tomorrow)
        if rows:
            add_batch(connection, rows, "login0", _SENDER)


if __name__ == "__main__":
    run([measure], __doc__ or "")
