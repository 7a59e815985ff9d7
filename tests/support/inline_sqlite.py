"""aiosqlite without its thread: SQLite runs in the event loop's own, and every operation passes the simulation."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

from tests.support.points import Passing, Trouble


class Connection:
    """What SQLAlchemy's `sqlite+aiosqlite` dialect uses of an aiosqlite connection."""

    def __init__(self, path: Path, passing: Passing) -> None:
        self._conn = sqlite3.connect(path, check_same_thread=False)
        self._pass = _in_the_drivers_words(passing)
        self._tx = _AtOnce()
        self._open = True
        self.writing = False
        """Whether the latest transaction was opened to write."""

    @property
    def _connection(self) -> sqlite3.Connection | None:
        return self._conn if self._open else None

    @property
    def isolation_level(self) -> str | None:
        return self._conn.isolation_level

    def cursor(self) -> "Cursor":
        return Cursor(self, self._conn.cursor(), self._pass)

    async def create_function(self, *args: Any, **kwargs: Any) -> None:
        self._conn.create_function(*args, **kwargs)

    async def commit(self) -> None:
        if not self.writing:
            self._conn.commit()
            return
        await self._pass("db commit")
        self._conn.commit()
        await self._pass("after db commit")

    async def rollback(self) -> None:
        if self._open:
            self._conn.rollback()

    async def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        """Close at once; an open transaction is rolled back."""
        if self._open:
            # Without it a cursor that is still held would keep the closed connection's lock.
            self._conn.rollback()
        self._open = False
        self._conn.close()


class Cursor:
    """What SQLAlchemy uses of an aiosqlite cursor."""

    def __init__(self, connection: Connection, cursor: sqlite3.Cursor, passing: Passing) -> None:
        self._connection = connection
        self._cursor = cursor
        self._pass = passing

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> None:
        begins = operation.startswith("BEGIN")
        if begins:
            self._connection.writing = operation != "BEGIN"
        await self._pass("db begin" if begins else "db execute")
        self._cursor.execute(operation, parameters)

    async def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> None:
        await self._pass("db execute")
        self._cursor.executemany(operation, parameters)

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


def _in_the_drivers_words(passing: Passing) -> Passing:
    async def translated(point: str) -> None:
        try:
            await passing(point)
        except Trouble as trouble:
            raise sqlite3.OperationalError(str(trouble)) from trouble

    return translated


class _AtOnce:
    """Takes the place of aiosqlite's queue to its thread, which SQLAlchemy uses for the isolation level."""

    def put_nowait(self, job: tuple[asyncio.Future[Any], Callable[[], Any]]) -> None:
        future, function = job
        future.set_result(function())
