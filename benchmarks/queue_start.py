"""How late the queue starts calls: `python -m benchmarks.queue_start [--logins N]`.

Two queues side by side on the same tables and SQLite: the bot's own, which sleeps until the next start is due or
something wakes it, and the same one looking once a second, as a simple worker would. Only the ratio is worth quoting:
the machine's own speed is in both.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bot.domain import ConfiguredLogins, CreateInvoice, Destination, Person, SubClient
from bot.queue.changes import QueueChange, QueueChanges
from bot.queue.scheduler import Scheduler
from bot.runtime.clock import LoopClock
from bot.smscentre import Created
from db import logins, requests
from db.engine import Database
from db.migrate import upgrade
from db.models import Request

_PACE = timedelta(minutes=1)
_AHEAD = timedelta(seconds=1.5)
_ONE_BY_ONE = 20
_IDLE_S = 3.0


class LookingQueue(Scheduler):
    """The same queue, but it looks once a second instead of being woken."""

    async def _sleep_until(self, due_at: datetime | None) -> None:  # noqa: ARG002
        await asyncio.sleep(1)


async def measure(kind: type[Scheduler], folder: Path, number: int) -> tuple[list[float], list[float], float]:
    """Return lateness in ms of `number` logins due at once, of single requests to idle logins, and idle CPU seconds."""
    database = Database.open(f"sqlite+aiosqlite:///{folder}/{kind.__name__}.db")
    await upgrade(database)
    clock = LoopClock(asyncio.get_running_loop())
    names = [f"login{index}" for index in range(number + _ONE_BY_ONE)]
    started: dict[int, datetime] = {}
    arrived = asyncio.Event()

    async def call(request: Request) -> Created:
        started[request.id] = clock.now()
        if len(started) >= number:
            arrived.set()
        return Created(number="1", amount=None, pdf=b"%PDF-")

    changes = QueueChanges()
    queue = kind(database, clock, call, changes, ConfiguredLogins(tuple(names), _PACE))
    await queue.recover()
    due = clock.now() + _AHEAD
    ids = [await _enqueue(database, name, due) for name in names[:number]]
    due = clock.now() + _AHEAD
    async with database.write() as session:
        for login in await logins.everyone(session):
            if login.login in names[:number]:
                login.next_start_at = login.due_at = due
    running = asyncio.create_task(queue.run())
    await arrived.wait()
    together = [(started[id_] - due).total_seconds() * 1000 for id_ in ids]

    alone = []
    for name in names[number:]:
        arrived.clear()
        asked = clock.now()
        id_ = await _enqueue(database, name, asked)
        changes.announce(QueueChange(touched=frozenset({name})))
        await arrived.wait()
        alone.append((started[id_] - asked).total_seconds() * 1000)

    before = time.process_time()
    await asyncio.sleep(_IDLE_S)
    idle = time.process_time() - before
    queue.stop()
    await running
    await database.close()
    return together, alone, idle


async def _enqueue(database: Database, name: str, now: datetime) -> int:
    async with database.write() as session:
        login = await logins.lock(session, name)
        request = requests.new(
            CreateInvoice(SubClient(name="alice"), Decimal(100)),
            login=name,
            requester=Person(1, "Anna", "en"),
            destination=Destination(1, None, time.monotonic_ns()),
            now=now,
        )
        session.add(request)
        await logins.refresh_due(session, login)
        return request.id


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logins", type=int, default=300)
    number = parser.parse_args().logins
    medians: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind in (Scheduler, LookingQueue):
            together, alone, idle = asyncio.run(measure(kind, Path(folder), number))
            medians[kind.__name__] = [statistics.median(together), statistics.median(alone)]
            print(
                f"{kind.__name__:13} {number} due at once: median {statistics.median(together):.0f} ms late, "
                f"worst {max(together):.0f} ms; to an idle login: median {statistics.median(alone):.1f} ms; "
                f"idle for {_IDLE_S:g} s: {idle * 1000:.0f} ms of CPU"
            )
    ratios = [theirs / ours for theirs, ours in zip(medians["LookingQueue"], medians["Scheduler"], strict=True)]
    print(f"looking once a second is {ratios[0]:.1f} times as late at once, {ratios[1]:.0f} times to an idle login")


if __name__ == "__main__":
    main()
