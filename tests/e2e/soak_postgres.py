"""The soak on PostgreSQL: two bots on one database, of which every few seconds one is killed, stopped or cut off.

    python -m tests.e2e.soak_postgres --seconds 1800 [--seed 7]

As in `tests.e2e.soak` people speak and press, SMS Center and Telegram misbehave, and the same oracle judges at the end.
Mostly it is the leader that is killed (SIGKILL), asked to end (SIGTERM), paused for a while, often for longer than its
lease (SIGSTOP, SIGCONT), or cut off: its wire to the database lets nothing through, also for longer than its lease, or
the server ends all connections. It tells how long nobody led each time.
"""

import argparse
import asyncio
import os
import random
import re
import signal
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

from tests.e2e.database_wire import DatabaseWire, database_wire
from tests.e2e.process import Bot, PlainStarter
from tests.e2e.soak import PACE_S, Soak, broken_promises, verdict
from tests.e2e.world import SECRETS, TWO_LOGINS, UNEXPECTED, World, prepare, world
from tests.support.databases import Databases, EngineName, database_name, databases, sqlite_url

_LONGEST_PAUSE_S = 16.0
_LOOK_EVERY_S = 0.1
_SERVED_WITHIN_S = 90.0
_LEASE_S = 10.0
_LEADS = re.compile(r"^(\S+) INFO bot\.process\.leadership: leading", re.MULTILINE)
_STOPPED = re.compile(r"^(\S+) INFO bot\.lifecycle: stopped", re.MULTILINE)


class ReplicasSoak(Soak):
    """Two bots: `w.bot` and another one."""

    def __init__(
        self, w: World, chance: random.Random, second: Bot, wires: Sequence[DatabaseWire], made: Databases, url: str
    ) -> None:
        super().__init__(w, chance)
        self._bots = (w.bot, second)
        self._wires = wires
        self._databases = made
        self._name = database_name(url)
        self._ended: list[tuple[str, float]] = []

    def gaps(self) -> dict[str, list[float]]:
        """Return for how many seconds nobody led, by what befell the leader; after a stop, from its last line on."""
        starts = sorted(_time(moment) for bot in self._bots for moment in _LEADS.findall(bot.log))
        found: dict[str, list[float]] = defaultdict(list)
        for what, at in self._ended:
            after = next((start for start in starts if start > at), None)
            if after is not None:
                found[what].append(after - at)
        return found

    def _start(self) -> None:
        for bot in self._bots:
            if not bot.running:
                bot.start()

    async def _live(self) -> None:
        """Wait until one leads, and let it live a little."""
        async with asyncio.timeout(_SERVED_WITHIN_S):
            while self._leader() is None:
                self._start()
                await asyncio.sleep(_LOOK_EVERY_S)
        await super()._live()
        await asyncio.sleep(self.chance.uniform(0.0, 3.0))

    async def _end_the_bot(self) -> None:
        leader = self._leader()
        bot = leader if leader is not None and self.chance.random() < 0.85 else self.chance.choice(self._bots)
        ways = (self._kill, self._stop, self._pause, self._cut_off, self._cut_all_off)
        await self.chance.choices(ways, (4, 3, 3, 2, 1))[0](bot, bot is leader)

    async def _kill(self, bot: Bot, leads: bool) -> None:  # noqa: FBT001
        self._note("kill", time.time(), leads=leads)
        await bot.kill()
        self.done["kills"] += 1

    async def _stop(self, bot: Bot, leads: bool) -> None:  # noqa: FBT001
        if await bot.stop() not in {0, 1, -15}:  # 1: it had lost the lead just then; -15: before it could listen
            raise RuntimeError("SIGTERM ended the bot with another exit code than 0")
        self.done["stops"] += 1
        if leads and (stopped := _STOPPED.findall(bot.log)):
            self._note("stop", _time(stopped[-1]), leads=leads)

    async def _pause(self, bot: Bot, leads: bool) -> None:  # noqa: FBT001
        if bot.process is None or not bot.running:
            return
        pause_s = self.chance.uniform(0.5, _LONGEST_PAUSE_S)
        began = time.time()
        os.kill(bot.process.pid, signal.SIGSTOP)
        bot.deaths.append(time.monotonic())
        await asyncio.sleep(pause_s)
        self._note("long pause", began, leads=leads and pause_s > _LEASE_S and self._holder("TRUE") is not bot)
        bot.deaths.append(time.monotonic())
        os.kill(bot.process.pid, signal.SIGCONT)
        self.done["pauses"] += 1

    async def _cut_off(self, bot: Bot, leads: bool) -> None:  # noqa: FBT001
        cut_s = self.chance.uniform(0.5, _LONGEST_PAUSE_S)
        began = time.time()
        bot.deaths.append(time.monotonic())
        await self._wires[self._bots.index(bot)].cut(cut_s, forget=self.chance.random() < 0.5)
        self._note("long cut", began, leads=leads and cut_s > _LEASE_S and self._holder("TRUE") is not bot)
        bot.deaths.append(time.monotonic())
        self.done["cuts"] += 1

    async def _cut_all_off(self, bot: Bot, leads: bool) -> None:  # noqa: ARG002, FBT001
        await asyncio.to_thread(self._databases.postgres.cut_off, self._name)
        self.done["cuts by the server"] += 1

    def _note(self, what: str, at: float, *, leads: bool) -> None:
        """Note when the leader's time ended; one that nobody was there to take over from goes on."""
        if leads:
            self._ended.append((what, at))

    def _leader(self) -> Bot | None:
        """Return the running bot that holds the lease."""
        return self._holder("until > extract(epoch FROM clock_timestamp()) * 1000000")

    def _holder(self, condition: str) -> Bot | None:
        rows = self._databases.postgres.sql(f"SELECT holder FROM lease WHERE {condition}", self._name)  # noqa: S608
        pid = int(rows[0].rpartition(":")[2]) if rows else None
        return next((bot for bot in self._bots if bot.running and bot.process and bot.process.pid == pid), None)


def _time(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


async def soak(folder: Path, made: Databases, url: str, seconds: float, seed: int) -> int:
    """Run it in a folder; print what was done and the verdict."""
    settings = {"SMSC_ACCOUNTS": TWO_LOGINS, "SMSC_TIMEOUT": "1.5", "LOG_LEVEL": "INFO"}
    settings |= {"MAX_WAITING_PER_PERSON": "0", "MAX_WAITING_PER_CHAT": "0"}
    began = time.monotonic()
    # The file is what `world` begins with; the bots do not look at it.
    await prepare(sqlite_url(folder / "unused.db"))
    async with AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(database_wire(folder / name, url)) for name in ("wire", "other wire")]
        w = await stack.enter_async_context(
            world(
                folder / "world",
                database=folder / "unused.db",
                starter=PlainStarter(),
                pace=PACE_S,
                start=False,
                judged=False,
                DATABASE_URL=wires[0][1],
                **settings,
            )
        )
        other = folder / "second"
        other.mkdir()
        environ = {**w.bot.environ, "TMPDIR": str(other), "DATABASE_URL": wires[1][1]}
        second = Bot(other, environ, PlainStarter(), deaths=w.bot.deaths)
        await w.allow("chat", w.team.id, login="beta")
        played = ReplicasSoak(w, random.Random(seed), second, [wire for wire, _ in wires], made, url)
        broken = []
        try:
            await played.run(10**9, began + seconds)
        except TimeoutError as late:
            broken.append(f"what was to happen did not: {late}")
        finally:
            if second.running:
                await second.kill()
        broken += broken_promises(w)
        broken += ["a secret is in the log" for secret in SECRETS if secret in second.log]
        unforeseen = [match[1] for bot in (w.bot, second) for match in UNEXPECTED.finditer(bot.log)]
        print(f"seed {seed}, {time.monotonic() - began:.0f} s: {played.summary()}")
        for what, gaps in sorted(played.gaps().items()):
            middle, longest = statistics.median(gaps), max(gaps)
            print(f"nobody led after a {what}: median {middle:.1f} s, at most {longest:.1f} s, {len(gaps)} times")
    return verdict(unforeseen, broken)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.e2e.soak_postgres", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--seconds", type=float, default=1800)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--folder", type=Path, help="keep the logs here")
    given = parser.parse_args(arguments)
    folder = given.folder or Path(tempfile.mkdtemp(prefix="docsbot-soak-"))
    print(f"in {folder}", flush=True)
    with databases() as made, made.new(EngineName.POSTGRESQL, prepare) as url:
        return asyncio.run(soak(folder, made, url, given.seconds, given.seed))


if __name__ == "__main__":
    sys.exit(main())
