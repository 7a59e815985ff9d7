"""A schedule's database on a real PostgreSQL: its processes' connections are asyncpg's, with points to die at."""

from collections.abc import Callable
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db.engine import Database, tune_postgres
from db.models.base import BOT_AT_WORK
from tests.simulation.process import Prepare, Process
from tests.support.databases import Databases, EngineName, database_name
from tests.support.loop import Timeline, VirtualLoop
from tests.support.points import Passing, Trouble
from tests.support.socket_loop import VirtualSocketLoop

_AWAITED = frozenset({"query", "prepare", "bind_execute", "bind_execute_many", "close_statement", "close"})
"""What asyncpg asks of its protocol that takes a way to the server and back."""


class PostgresStorage:
    """A database of the tests' server, and one engine for all processes, as `SqliteStorage` has it."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._prepare: dict[str, Prepare] = {}
        self._url = ""
        self._process: Process | None = None
        self._passing: Passing | None = None
        self._engine: AsyncEngine = create_async_engine(
            "postgresql+asyncpg://", async_creator=self._connect, hide_parameters=True
        )
        tune_postgres(self._engine.sync_engine)

    def renew(self, name: str, prepare: Prepare) -> None:
        if self._url:
            self._databases.drop(self._url)
        self._url = self._databases.make(EngineName.POSTGRESQL, self._prepare.setdefault(name, prepare))

    def loop(self, timeline: Timeline) -> VirtualLoop:
        return VirtualSocketLoop(timeline)

    def open_for(self, process: Process, passing: Passing, bot: int = 0) -> Database:
        self._process, self._passing = process, passing
        self._engine.sync_engine.dispose(close=False)
        return Database(self._engine.execution_options(**{BOT_AT_WORK: bot}))

    def count(self, query: str) -> int:
        return int(self._databases.postgres.sql(query, database_name(self._url))[0])

    async def _connect(self) -> asyncpg.Connection:
        process, passing = self._process, self._passing
        if process is None or passing is None or not isinstance(process.loop, VirtualSocketLoop):
            raise RuntimeError("no process runs")
        url = make_url(self._url)
        with process.loop.answer_on_its_way():
            connection = await asyncpg.connect(user=url.username, database=url.database, host=url.query["host"])
        process.connections.append(_Stopper(connection))
        process.loop.awaits_while(connection._protocol._is_cancelling)
        connection._protocol = _Watched(connection._protocol, connection.terminate, process.loop, passing)
        return connection


class _Stopper:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    def stop(self) -> None:
        """Close at once; the server sees that, and rolls back."""
        self._connection.terminate()

    def hang_up(self) -> None:
        self._connection.terminate()


class _Watched:
    """asyncpg's protocol, each of whose ways to the server passes the simulation.

    Trouble on the way is a broken connection: whatever else goes wrong, PostgreSQL ends the transaction itself.
    """

    def __init__(self, protocol: Any, cut: Callable[[], None], loop: VirtualSocketLoop, passing: Passing) -> None:
        self._protocol = protocol
        self._cut = cut
        self._loop = loop
        self._pass = passing
        self._writing = False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._protocol, name)
        return self._watched(name, found) if name in _AWAITED else found

    def _watched(self, name: str, way: Callable[..., Any]) -> Callable[..., Any]:
        async def go(*args: Any, **kwargs: Any) -> Any:
            point = self._point(name, args)
            if point is not None:
                await self._passing(point)
            with self._loop.answer_on_its_way():
                result = await way(*args, **kwargs)
            if point == "db commit":
                await self._passing(f"after {point}")
            return result

        return go

    def _point(self, name: str, args: tuple[Any, ...]) -> str | None:
        if name != "query":
            return "db execute" if name.startswith("bind_execute") else None
        query = str(args[0])
        if query.startswith("BEGIN"):
            self._writing = "READ ONLY" not in query
            return "db begin"
        return "db commit" if query.startswith("COMMIT") and self._writing else None

    async def _passing(self, point: str) -> None:
        try:
            await self._pass(point)
        except Trouble as trouble:
            self._cut()
            raise asyncpg.ConnectionDoesNotExistError(str(trouble)) from trouble
