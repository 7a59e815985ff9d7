"""Two processes on one database, of which one leads: they are paused, cut off, killed and stopped."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from random import Random
from typing import Any
from unittest import mock

from bot import lifecycle
from bot.app import App, build
from bot.process.supervision import Supervisor
from tests.simulation.draw import draw
from tests.simulation.ears import listening
from tests.simulation.journal import Journal
from tests.simulation.plan import Plan
from tests.simulation.process import Process, SqliteStorage
from tests.simulation.side_by_side import SharingLoop, SideBySide
from tests.simulation.world import Theatre, World
from tests.support.loop import BEGAN, START
from tests.support.points import Trouble

_LONGEST_SILENCE = 15.0
"""After how long the database ends a transaction of which it hears nothing."""
_WAKES_WITHIN = 10.0
_LOST = "the lead is lost"
_LATE_ANSWERS = frozenset({"requests", "documents", "logins"})
_UNIX_EPOCH = 2440587.5
"""As a Julian day."""


@dataclass(frozen=True, slots=True)
class Blow:
    """What happens to the process that leads, or to the other one."""

    at: float
    kind: str
    """`pause`, `cut` off from the database, `kill` or `stop`."""
    lasts: float = 0.0
    to_the_leader: bool = True


def draw_blows(seed: int, plan: Plan) -> tuple[Blow, ...]:
    """Draw what happens to the two processes of a schedule."""
    random = Random(f"{seed} pair")
    until = max([plan.heals_at, *(line.at for line in plan.lines)]) + 60

    def blow() -> Blow:
        kind = random.choice(("pause", "pause", "pause", "cut", "cut", "kill", "stop"))
        lasts = random.choice((1.0, 4.0, 9.0, 11.0, 14.0, 30.0, 90.0))
        return Blow(random.uniform(0, until), kind, lasts, to_the_leader=random.random() < 0.8)

    return tuple(blow() for _ in range(random.randint(1, 5)))


def draw_pair(seed: int) -> tuple[Plan, tuple[Blow, ...]]:
    """Draw the schedule of a seed for two processes."""
    plan = replace(
        draw(seed), dooms=(), stops=(), other_bot_at=None, ends_in_peace=False, disk_trouble=(), disk_full=(), leaps=()
    )
    return plan, draw_blows(seed, plan)


def play_pair(plan: Plan, blows: tuple[Blow, ...], stage: Theatre, *, aloud: bool = False) -> Journal:
    """Play one schedule with two processes to its end and return what happened."""
    world = _Pair(plan, blows, stage)
    with listening(world.journal, world.timeline, aloud=aloud), _in_one_process():
        world.play()
    return world.journal


@contextmanager
def _in_one_process() -> Iterator[None]:
    """Leave out what belongs to a process of the system: its alarm clock, and its watchdog."""

    async def live(state: Any, app: App, stop: Any) -> None:
        state.app = app
        await lifecycle.live(app, stop, Supervisor())

    with mock.patch.object(lifecycle, "_watched", live), mock.patch("signal.alarm"):
        yield


class _Pair(World):
    def __init__(self, plan: Plan, blows: tuple[Blow, ...], stage: Theatre) -> None:
        super().__init__(plan, stage)
        if not isinstance(self._storage, SqliteStorage):
            raise TypeError("two processes share an SQLite file")
        self._file = self._storage
        self._blows = blows
        self._births = count()
        self._side_by_side = SideBySide(self.timeline)
        self._states: dict[Process, Any] = {}
        self._terms: dict[Process, int] = {}
        """The latest term in which each process led."""
        self._term = 0
        self._cut_off: set[Process] = set()

    def play(self) -> None:
        self._prepare()
        for blow in self._blows:
            self.timeline.at(START + blow.at, partial(self._strike, blow))
            self._people.intend_nothing(START + blow.at + blow.lasts + _WAKES_WITHIN)
        for _ in range(2):
            self._bear()
        for process in self._side_by_side.run():
            process.finish()
            self._states.pop(process, None)
            self._bury(process)
            self.journal.crashes = [crash for crash in self.journal.crashes if _LOST not in crash]
            if not self._over:
                self.timeline.after(self._randoms["people"].choice((0.5, 5.0, 20.0)), self._bear)

    def _bear(self) -> None:
        """Begin with another process, unless all is over."""
        if self._over:
            return
        number = next(self._births)
        doom = self._plan.dooms[number] if number < len(self._plan.dooms) else None
        self.journal.begins.append(self.timeline.now)
        process = Process(SharingLoop(self.timeline), doom, self._cut)
        process.begin(self._live)
        self._side_by_side.running.append(process)

    async def _live(self, process: Process) -> None:
        """Stand by, and lead, as `bot.lifecycle.run` has it on PostgreSQL."""
        state = self._states[process] = lifecycle._State()
        database = self._file.beside(process, self._passing(process), partial(self._witness, process), self._julian_day)
        outside = self._outside(process, database)
        try:
            await lifecycle._lead(
                state, lambda leading: build(self._settings(), self._clock(process), leading), outside, process.stop
            )
        finally:
            await outside.vendor.aclose()
            await database.close()

    def _passing(self, process: Process) -> Any:
        passing = super()._passing(process)

        async def pass_or_be_cut(point: str) -> None:
            if process in self._cut_off:
                raise Trouble("database is locked")
            await passing(point)

        return pass_or_be_cut

    def _strike(self, blow: Blow) -> None:
        struck = self._leader() if blow.to_the_leader else self._other()
        if struck is None or self._over:
            return
        self.journal.disturbances.append(self.timeline.now)
        match blow.kind:
            case "pause":
                self._pause(struck, blow.lasts)
            case "cut":
                self._cut_off.add(struck)
                self.journal.disk_trouble.append((self.timeline.now, self.timeline.now + blow.lasts))
                self.timeline.after(blow.lasts, partial(self._cut_off.discard, struck))
            case "kill":
                struck.die()
            case _:
                struck.stop.set()

    def _pause(self, process: Process, lasts: float) -> None:
        self._side_by_side.pause(process)
        self._vendor.take_in(process.here)
        # What it does as it stops and as it wakes may be done again by the other.
        self.journal.disk_trouble.append((self.timeline.now, self.timeline.now + lasts))
        self.timeline.after(lasts, partial(self._side_by_side.wake, process))
        if lasts > _LONGEST_SILENCE:
            self.timeline.after(_LONGEST_SILENCE, partial(self._hang_up, process))

    @staticmethod
    def _hang_up(process: Process) -> None:
        """End the transactions of a process of which the database hears nothing."""
        for connection in process.connections:
            connection.hang_up()

    def _leader(self) -> Process | None:
        return next((one for one in self._side_by_side.running if self._leads(one)), None)

    def _other(self) -> Process | None:
        return next((one for one in self._side_by_side.running if not self._leads(one)), None)

    def _leads(self, process: Process) -> bool:
        state = self._states.get(process)
        return state is not None and state.leadership is not None and state.leadership.term is not None

    def _witness(self, process: Process, connection: sqlite3.Connection, tables: frozenset[str]) -> None:
        """See what a process is about to commit: only the leader's is lawful, and a late answer's."""
        term = self._states[process].leadership.term or self._terms.get(process)
        if term is not None:
            self._terms[process] = term
        now = connection.execute("SELECT max(term) FROM lease").fetchone()[0]
        if now > self._term:
            self._term = now
            for other in self._side_by_side.running:
                if other is not process:
                    self._vendor.give_up_waiting(other.here)
        others = tables - {"lease"}
        if not others or term == now:
            return
        if not others <= _LATE_ANSWERS or not self._only_answers(connection):
            self.journal.unlawful.append(f"term {term} wrote to {sorted(others)} in term {now}")

    def _only_answers(self, connection: sqlite3.Connection) -> bool:
        """Whether all that changes of requests is that something unknown, of which nobody has decided, is known."""
        query = "SELECT id, state, resolution FROM requests"
        before = {row[0]: row[1:] for row in self._file.ask(query)}
        after = {row[0]: row[1:] for row in connection.execute(query)}
        changed = [(before.get(key), after[key]) for key in after if before.get(key) != after[key]]
        return all(old == ("unknown", None) and new[0] in {"done", "queued"} for old, new in changed)

    def _julian_day(self, *_: object) -> float:
        return (BEGAN.timestamp() + self.timeline.now) / 86400 + _UNIX_EPOCH

    def _ask_to_stop(self) -> None:
        for process in self._side_by_side.running:
            process.stop.set()

    def _end(self) -> None:
        for process in self._side_by_side.running:
            process.die()
