"""aiosqlite without its thread: SQLite runs in the event loop's own, and each operation passes the simulation."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol


class Passage(Protocol):
    """Where an operation stops before and after it is done: the process may die there, and the disk may fail."""

    async def before(self, operation: str) -> None: ...

    async def after(self, operation: str) -> None: ...


class Connection:
    """What SQLAlchemy's `sqlite+aiosqlite` dialect uses of an aiosqlite connection."""

    def __init__(self, path: Path, passage: Passage) -> None:
        self._conn = sqlite3.connect(path, check_same_thread=False)
        self._passage = passage
        self._tx = _AtOnce()

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._conn

    @property
    def isolation_level(self) -> str | None:
        return self._conn.isolation_level

    def cursor(self) -> "Cursor":
        return Cursor(self._conn, self._passage)

    async def create_function(self, *args: Any, **kwargs: Any) -> None:
        self._conn.create_function(*args, **kwargs)

    async def commit(self) -> None:
        await self._passage.before("commit")
        self._conn.commit()
        await self._passage.after("commit")

    async def rollback(self) -> None:
        self._conn.rollback()

    async def close(self) -> None:
        self._conn.close()

    def stop(self) -> None:
        self._conn.close()


class Cursor:
    """What SQLAlchemy uses of an aiosqlite cursor."""

    def __init__(self, connection: sqlite3.Connection, passage: Passage) -> None:
        self._cursor = connection.cursor()
        self._passage = passage

    async def __aenter__(self) -> "Cursor":
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
        await self._passage.before(operation)
        self._cursor.execute(operation, parameters)
        await self._passage.after(operation)

    async def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> None:
        await self._passage.before(operation)
        self._cursor.executemany(operation, parameters)
        await self._passage.after(operation)

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class _AtOnce:
    """Takes the place of aiosqlite's queue to its thread, which SQLAlchemy uses for the isolation level."""

    def put_nowait(self, job: tuple[asyncio.Future[Any], Callable[[], Any]]) -> None:
        future, function = job
        future.set_result(function())
