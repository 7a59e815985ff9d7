"""One process of the bot: runs on the database that the one before left, and dies whole at an await point."""

import asyncio
import logging
import shutil
import sqlite3
import warnings
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import closing
from enum import StrEnum, auto
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db.engine import Database, tune_sqlite
from db.models.base import BOT_AT_WORK
from tests.simulation.cast import BOTS
from tests.simulation.plan import Doom
from tests.support.databases import migrated, sqlite_url
from tests.support.inline_sqlite import Connection
from tests.support.loop import Timeline, VirtualLoop
from tests.support.points import Passing

_ROUNDS = 50
_MOMENT = 0.001


Prepare = Callable[[str], Coroutine[Any, Any, None]]
"""Fills a database at an address, which has all tables already, and lets go of it."""


Witness = Callable[[sqlite3.Connection, frozenset[str]], None]
"""Sees a write transaction right before its commit, with the tables that it wrote to."""


class End(StrEnum):
    """How a process came to its end."""

    DIED = auto()
    STOPPED = auto()
    FAILED = auto()


class Stoppable(Protocol):
    """A connection to the database."""

    def stop(self) -> None:
        """Close at once; an open transaction is rolled back."""

    def hang_up(self) -> None:
        """Close if a transaction is open, as a database does that hears nothing of its client."""


class Process:
    """Counts the await points that touch the database, SMS Center or Telegram, and dies at the one of its doom."""

    def __init__(self, loop: VirtualLoop, doom: Doom | None, died: Callable[["Process"], None]) -> None:
        self.loop = loop
        self.loop.set_exception_handler(self._crashed)
        self.stop = asyncio.Event()
        self.connections: list[Stoppable] = []
        self.points: list[str] = []
        self.crashes: list[str] = []
        self.dead = False
        self._life: asyncio.Task[None] | None = None
        self._doom = doom
        self._met = 0
        self._died = died

    def run(self, live: Callable[["Process"], Awaitable[None]]) -> End:
        """Run until it ends or dies; nothing of it is left then."""
        self.begin(live)
        self.loop.run_forever()
        return self.finish()

    def begin(self, live: Callable[["Process"], Awaitable[None]]) -> None:
        """Begin to live, as soon as the loop runs."""
        self._life = self.loop.create_task(self._main(live))
        self._life.add_done_callback(self._ended)

    @property
    def is_over(self) -> bool:
        """Whether it has ended or died."""
        return self.dead or (self._life is not None and self._life.done())

    def finish(self) -> End:
        """Clear away what is left of it after its end."""
        end = End.DIED
        if self._life is not None:
            self._life.remove_done_callback(self._ended)
        if not self.dead and self._life is not None:
            error = self._life.exception()
            end = End.STOPPED if error is None else End.FAILED
            if error is not None:
                self.crashes.append(f"the process ended with {error!r}")
            self.die()
        self._take_down()
        return end

    async def here(self, point: str) -> None:
        """Pass an await point that touches the outside, or die at it."""
        if self.dead:
            raise asyncio.CancelledError
        self.points.append(point)
        doom = self._doom
        if doom is not None and point.startswith(doom.point):
            self._met += 1
            if self._met == doom.nth:
                self.die()
                await self.loop.create_future()

    def die(self) -> None:
        """End at once: transactions are rolled back, connections cut, and nothing of it runs any more."""
        self.dead = True
        if self.loop.is_running():
            self.loop.die()
        for connection in self.connections:
            connection.stop()
        self._died(self)

    async def _main(self, live: Callable[["Process"], Awaitable[None]]) -> None:
        await live(self)

    def _ended(self, _main: object) -> None:
        if not self.dead:
            self.loop.stop()

    def _take_down(self) -> None:
        """Free the tasks. They are cancelled, which runs their `finally`: deaf, blind and without consequences."""
        logging.disable(logging.CRITICAL)
        with warnings.catch_warnings():
            # What was about to be awaited never will be.
            warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
            self.loop.leave_the_world()
            # What just gives its connection back must not be cancelled amid that.
            self.loop.run_until_complete(asyncio.sleep(_MOMENT))
            for _ in range(_ROUNDS):
                tasks = asyncio.all_tasks(self.loop)
                if not tasks:
                    break
                for task in tasks:
                    task.cancel()
                self.loop.run_until_complete(asyncio.wait(tasks, timeout=1))
            else:
                raise RuntimeError(f"tasks that do not end: {tasks}")
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.close()
        logging.disable(logging.NOTSET)

    def _crashed(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        culprit = str(context.get("future") or context.get("task"))
        if not self.dead:
            self.crashes.append(f"{context['message']}: {context.get('exception')!r} in {culprit}")


class Storage(Protocol):
    """The database of a schedule, which its processes open one after the other."""

    def renew(self, name: str, prepare: Prepare) -> None:
        """Put a new database in place; for each name `prepare` fills it once, then it is copied."""

    def loop(self, timeline: Timeline) -> VirtualLoop:
        """Make the loop of a process that works on it."""

    def open_for(self, process: Process, passing: Passing, bot: int = 0) -> Database:
        """Give a process of a bot its database, each of whose operations awaits `passing`."""

    def count(self, query: str) -> int:
        """Ask the database from outside of the bot for a number."""


class SqliteStorage:
    """A database file, and one engine for all processes, so that SQL is compiled once.

    No connection outlives its process: each has a pool of its own, and what is open is closed when it dies.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "schedule.db"
        self._tables = folder / "tables.db"
        self._process: Process | None = None
        self._passing: Passing | None = None
        self._engine: AsyncEngine = create_async_engine(
            "sqlite+aiosqlite:///simulated", async_creator=self._connect, hide_parameters=True
        )
        tune_sqlite(self._engine.sync_engine)

    def renew(self, name: str, prepare: Prepare) -> None:
        template = self._folder / f"{name}.db"
        if not template.exists():
            if not self._tables.exists():
                asyncio.run(migrated(sqlite_url(self._tables)))
            shutil.copyfile(self._tables, template)
            asyncio.run(prepare(sqlite_url(template)))
        for old in self._folder.glob("schedule.db*"):
            old.unlink()
        shutil.copyfile(template, self._path)

    def loop(self, timeline: Timeline) -> VirtualLoop:
        return VirtualLoop(timeline)

    def open_for(self, process: Process, passing: Passing, bot: int = 0) -> Database:
        self._process, self._passing = process, passing
        self._engine.sync_engine.dispose(close=False)
        return Database(self._engine.execution_options(**{BOT_AT_WORK: bot}))

    def beside(
        self, process: Process, passing: Passing, witness: Witness, julian_day: Callable[..., float]
    ) -> Database:
        """Give one of several processes a database of its own on the file, with a clock of the database."""

        async def connect() -> Connection:
            connection = Connection(self._path, passing, witness)
            await connection.create_function("julianday", 1, julian_day)
            process.connections.append(connection)
            return connection

        engine = create_async_engine(
            "sqlite+aiosqlite:///simulated",
            async_creator=connect,
            hide_parameters=True,
            execution_options={BOT_AT_WORK: BOTS[0]},
        )
        tune_sqlite(engine.sync_engine)
        return Database(engine)

    def count(self, query: str) -> int:
        return int(self.ask(query)[0][0])

    def ask(self, query: str) -> list[Any]:
        """Ask for rows as they are committed."""
        with closing(sqlite3.connect(self._path)) as connection:
            return connection.execute(query).fetchall()

    async def _connect(self) -> Connection:
        if self._process is None or self._passing is None:
            raise RuntimeError("no process runs")
        connection = Connection(self._path, self._passing)
        self._process.connections.append(connection)
        return connection
