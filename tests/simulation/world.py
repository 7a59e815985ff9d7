"""One schedule from beginning to end: the world around the bot, and its processes one after the other."""

import asyncio
import gc
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import httpx

from bot import lifecycle
from bot.app import build
from bot.domain import Role
from bot.outside import Outside
from bot.process.supervision import Supervisor
from bot.runtime.clock import LoopClock
from bot.settings import Settings
from bot.settings.model import load
from db.engine import Database
from db.models import AllowedChat, AllowedPerson
from tests.simulation import telegram, vendor
from tests.simulation.cast import ANNA, BORIS, BOTS, OLGA, SECRETS, TEAM, TOKENS
from tests.simulation.draw_repeats import LATEST
from tests.simulation.ears import listening
from tests.simulation.journal import Journal, Want
from tests.simulation.months import moment
from tests.simulation.people import People
from tests.simulation.plan import Leap, Line, Plan
from tests.simulation.process import Process, SqliteStorage, Storage
from tests.simulation.wire import Wire
from tests.support.loop import BEGAN, START, Timeline
from tests.support.points import Trouble
from tests.support.postgres import fast_folder

PACE = 60.0
TIMEOUT = 30.0
WINDOW = 180
"""For how long the bot asks before it makes the same invoice again; shorter than the longest time between processes."""
_LOOK_EVERY = 20.0
_PATIENCE = 4 * 3600.0
_OPEN = (
    "SELECT (SELECT count(*) FROM inbox WHERE done_at IS NULL AND bot_id = {bot})"
    " + (SELECT count(*) FROM requests WHERE state IN ('queued', 'running')"
    " OR delivered_at IS NULL AND (batch_id IS NULL OR state = 'unknown'))"
    " + (SELECT count(*) FROM status_messages)"
    " + (SELECT count(*) FROM repeat_runs WHERE shown_at IS NULL OR (state = 'agreed' AND NOT waits))"
    " + (SELECT count(*) FROM batches WHERE state = 'running' OR (finished_at IS NOT NULL AND delivered_at IS NULL))"
)


class Theatre:
    """What schedules share, because it is slow to make: migrated databases to copy, the SQL engine."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def empty_database(self, plan: Plan) -> None:
        """Put a new database in place, with the allowlist of the plan."""
        self.storage.renew(f"{plan.boris_login}-{plan.team_login}-{plan.expires}", partial(_make_database, plan))


async def _make_database(plan: Plan, url: str) -> None:
    database = Database.open(url)
    expires = {person: BEGAN + timedelta(seconds=START + at) for person, at in plan.expires}
    async with database.write() as session:
        for person, login in ((ANNA, None), (BORIS, plan.boris_login)):
            session.add(
                AllowedPerson(
                    user_id=person.id,
                    name=person.name,
                    role=Role.MANAGER,
                    logins=[login] if login else [],
                    expires_at=expires.get(person.id),
                    added_at=BEGAN,
                )
            )
        session.add(
            AllowedChat(
                chat_id=TEAM,
                name="Team",
                login=plan.team_login,
                expires_at=expires.get(TEAM),
                added_at=BEGAN,
            )
        )
    await database.close()


@contextmanager
def theatre(make_storage: Callable[[Path], Storage] = SqliteStorage) -> Iterator[Theatre]:
    """Make what schedules share, in memory if the system has files there."""
    with (
        tempfile.TemporaryDirectory(dir=fast_folder()) as folder,
        _seldom_collected_garbage(),
    ):
        yield Theatre(make_storage(Path(folder)))


@contextmanager
def _seldom_collected_garbage() -> Iterator[None]:
    """Save a tenth of the time: each schedule leaves thousands of objects that refer to each other."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def play(plan: Plan, stage: Theatre, *, aloud: bool = False) -> Journal:
    """Play one schedule to its end and return what happened."""
    world = World(plan, stage)
    with listening(world.journal, world.timeline, aloud=aloud):
        world.play()
    return world.journal


class World:
    def __init__(self, plan: Plan, stage: Theatre) -> None:
        stage.empty_database(plan)
        self._plan = plan
        self._storage = stage.storage
        self.timeline = Timeline()
        self.journal = Journal(
            logins=plan.logins,
            own_logins={BORIS.id: plan.boris_login, TEAM: plan.team_login},
            expires={person: START + at for person, at in plan.expires},
            bots=[(BOTS[0], 0.0)],
        )
        self._disk_full = [(START + begin, START + end) for begin, end in plan.disk_full]
        self._disk_trouble = [(START + begin, START + end) for begin, end in plan.disk_trouble]
        self.journal.disk_trouble += [*self._disk_full, *self._disk_trouble]
        self._telegram_away = [(START + begin, START + end) for begin, end in plan.telegram_away]
        self._heals_at = START + plan.heals_at
        self._randoms = {name: Random(f"{plan.seed} {name}") for name in ("vendor", "send", "poll", "disk", "people")}
        self._vendor = vendor.Vendor(self.timeline, self.journal, self._fate_of_call)
        self._telegrams = [
            telegram.Telegram(self.timeline, self.journal, bot=bot, forum=plan.forum, russian=plan.russian)
            for bot in BOTS
        ]
        self._telegram = self._telegrams[0]
        self._people = People(
            self.timeline,
            self.journal,
            self._telegram,
            self._randoms["people"],
            reactions=plan.reactions,
            default_login=plan.logins[0],
        )
        self._planned_calls = iter(plan.first_calls)
        self._process: Process | None = None
        self._over = False
        self._at_rest_before = False
        self._leaps = list(plan.leaps)
        self._month = 0
        self._down_until = 0.0

    def play(self) -> None:
        self._prepare()
        for n in count():
            doom = self._plan.dooms[n] if n < len(self._plan.dooms) else None
            process = self._process = Process(self._storage.loop(self.timeline), doom, self._cut)
            self.journal.begins.append(self.timeline.now)
            process.run(self._live)
            self._process = None
            self._bury(process)
            if not self._over:
                self.timeline.pass_without_process(self._randoms["people"].choice(self._plan.downtimes))
                self.timeline.pass_without_process(max(0.0, self._down_until - self.timeline.now))
                self.journal.disturbances.append(self.timeline.now)
            if self._over:
                return

    def _bury(self, process: Process) -> None:
        """Note what a process leaves."""
        self.journal.ends.append(self.timeline.now)
        self.journal.disturbances.append(self.timeline.now)
        self.journal.crashes += process.crashes
        self.journal.points.append(process.points)

    def _prepare(self) -> None:
        plan = self._plan
        for line in plan.lines:
            self._people.intend(line, START + line.at)
            if line.wish is not None:
                self._people.intend_nothing(moment(0, 60 * line.wish.minute + _LOOK_EVERY))
        for begin, end, chat in plan.blocked:
            for one in self._telegrams:
                self.timeline.at(START + begin, partial(one.forbidden.add, chat))
                self.timeline.at(START + end, partial(one.forbidden.discard, chat))
        if plan.migrates_at is not None:
            self.timeline.at(START + plan.migrates_at, self._telegram.migrate)
        for at, topic in plan.closed_topics:
            self.timeline.at(START + at, lambda topic=topic: self._telegram.close_topic(topic))  # type: ignore[misc]
        for stop in plan.stops:
            self.timeline.at(START + stop, self._ask_to_stop)
        if plan.other_bot_at is not None:
            self.timeline.at(START + plan.other_bot_at, self._change_bot)
        if plan.poll_trouble:
            random = self._randoms["poll"]
            self.timeline.at(START + random.uniform(0, plan.heals_at), lambda: self._telegram.repeat_updates(random))
        self._resume(max([self._heals_at, *(START + end for _, end in plan.disk_trouble)]))
        self.timeline.at(self._heals_at + _LOOK_EVERY, self._look)

    def _resume(self, well_at: float) -> None:
        """Have the admin let all logins go on that faults may have paused."""
        plan = self._plan
        for login in plan.logins if plan.vendor_trouble or "error 2" in plan.first_calls else ():
            line = Line(0, OLGA, OLGA.id, f"/resume {login}", Want.REPLY)
            self._people.intend(line, well_at + 2 * TIMEOUT)

    async def _live(self, process: Process) -> None:
        """Do what `bot.lifecycle.run` does, between a world of models."""
        bot = self._telegram.bot
        outside = self._outside(process, self._storage.open_for(process, self._passing(process), bot))
        app = build(self._settings(), self._clock(process), outside)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(app.database.close)
            stack.push_async_callback(outside.vendor.aclose)
            await lifecycle.live(app, process.stop, Supervisor())

    def _outside(self, process: Process, database: Database) -> Outside:
        wire = Wire(self._telegram, self.timeline, self.journal, process.here, self._fate_of_method)
        return Outside(
            database=database,
            vendor=httpx.AsyncClient(transport=self._vendor.transport(process.here), trust_env=False),
            telegram=wire,
            telegram_polling=wire,
        )

    def _settings(self) -> Settings:
        return _settings(self._plan.logins, self._plan.backup_host, self._telegram.bot)

    def _clock(self, process: Process) -> LoopClock:
        return LoopClock(process.loop, BEGAN + timedelta(seconds=self.timeline.now))

    def _passing(self, process: Process) -> Any:
        async def passing(point: str) -> None:
            await process.here(point)
            if point != "db execute":
                await asyncio.sleep(self._plan.commit_takes if point == "db commit" else 0)
            trouble = self._disk_fails(point)
            if trouble is not None:
                self.journal.disturbances.append(self.timeline.now)
                raise Trouble(trouble)

        return passing

    def _disk_fails(self, point: str) -> str | None:
        if point == "db commit" and self._is_in(self._disk_full):
            return "database or disk is full"
        if not self._is_in(self._disk_trouble) or self._randoms["disk"].random() >= 0.2:
            return None
        return "database is locked" if point != "after db commit" or self._plan.lost_commits else None

    def _is_in(self, spans: list[tuple[float, float]]) -> bool:
        return any(begin <= self.timeline.now < end for begin, end in spans)

    def _fate_of_call(self) -> vendor.Fate:
        fate = vendor.draw_fate(self._randoms["vendor"], self._now_trouble(self._plan.vendor_trouble))
        planned = next(self._planned_calls, None)
        return fate if planned is None else replace(fate, kind=planned)

    def _fate_of_method(self, method: str) -> telegram.Fate:
        if method == "getUpdates":
            return telegram.draw_fate(self._randoms["poll"], self._now_trouble(self._plan.poll_trouble))
        fate = telegram.draw_fate(self._randoms["send"], self._now_trouble(self._plan.telegram_trouble))
        return replace(fate, kind="5xx") if self._is_in(self._telegram_away) else fate

    def _now_trouble(self, trouble: float) -> float:
        return trouble if self.timeline.now < self._heals_at else 0.0

    def _cut(self, process: Process) -> None:
        self._vendor.cut(process.here)
        for one in self._telegrams:
            one.cut(process.loop)

    def _change_bot(self) -> None:
        """Stop the bot, to begin again with another one's token."""
        self._telegram = self._telegrams[1]
        self._people.turn_to(self._telegram)
        self.journal.bots.append((self._telegram.bot, self.timeline.now))
        self._ask_to_stop()

    def _ask_to_stop(self) -> None:
        if self._process is not None:
            self._process.stop.set()

    def _look(self) -> None:
        """See whether all has come to rest, twice in a row, and end the schedule then."""
        at_rest = (
            self._telegram.idle
            and not self._people.intentions
            and self._storage.count(_OPEN.format(bot=self._telegram.bot)) == 0
        )
        self.journal.finished = at_rest and self._at_rest_before
        if self.journal.finished and self._leaps and self.timeline.next_event_at is None:
            self._at_rest_before = self.journal.finished = False
            self._leap(self._leaps.pop(0))
            return
        self._at_rest_before = at_rest
        self._over = self.journal.finished or self.timeline.now > self._heals_at + _PATIENCE
        if not self._over:
            self.timeline.after(_LOOK_EVERY, self._look)
        else:
            self._end()

    def _leap(self, leap: Leap) -> None:
        """Go on to another month, in which dates fall due."""
        self._month += leap.months
        to = moment(self._month, leap.lands)
        self.journal.leaps.append((self.timeline.now, to))
        self.journal.disturbances.append(to)
        self._heals_at = to + leap.heals_after
        for line in leap.lines:
            self._people.intend(line, to + line.at)
        all_due = moment(self._month, 60 * LATEST + _LOOK_EVERY)
        self._people.intend_nothing(all_due)
        if leap.heals_after:
            self._resume(self._heals_at)
        self.timeline.at(max(self._heals_at, all_due) + _LOOK_EVERY, self._look)
        self.timeline.at(to, self._people.go_on)
        if not leap.dies and self._process is not None:
            self.timeline.now = to
            return
        self._down_until = to
        self._end()

    def _end(self) -> None:
        if self._process is not None and self._plan.ends_in_peace:
            self._process.stop.set()
        elif self._process is not None:
            self._process.die()


@cache
def _settings(logins: tuple[str, ...], backup_host: bool, bot: int) -> Settings:  # noqa: FBT001
    accounts = {login: {"password": SECRETS[login]} for login in logins}
    return load(
        {
            "TELEGRAM_TOKEN": TOKENS[bot],
            "SMSC_ACCOUNTS": json.dumps(accounts),
            "SMSC_URL": "https://vendor.test",
            "SMSC_BACKUP_URL": "https://backup.test" if backup_host else "",
            "SMSC_INTERVAL": str(PACE),
            "SMSC_TIMEOUT": str(TIMEOUT),
            "ADMIN_IDS": str(OLGA.id),
            "TIMEZONE": "UTC",
            "DUPLICATE_MINUTES": str(WINDOW // 60),
        }
    )
