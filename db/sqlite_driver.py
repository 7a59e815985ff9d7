"""SQLite in the driver's thread, with as few ways there and back as the work needs.

SQLAlchemy makes a cursor, executes, fetches and closes, each a job of its own for the thread. Changing threads costs
more than most statements do, so here the four are one job; a transaction that only reads begins with its first
statement, and what has ended is not rolled back once more.
"""

import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Self, TypeVar

import aiosqlite

T = TypeVar("T")

_TAKEN_ALONG = 500
"""Rows that come back with their statement; more are fetched as they are asked for."""
_TAKES_NO_LOCK = "BEGIN"
"""Nor does it fix what is seen of the data: the first statement does."""
_Do = Callable[[sqlite3.Cursor], object]


async def connect(database: str, **options: Any) -> aiosqlite.Connection:
    """Open a database; the arguments are those of `sqlite3.connect`."""
    connection = _Connection(lambda: sqlite3.connect(database, **options), _TAKEN_ALONG)
    # Whoever ends the process without closing it need not wait for it.
    connection._thread.daemon = True  # noqa: SLF001 - there is no other way
    return await connection


class _Connection(aiosqlite.Connection):
    """Knows whether a transaction may be open, for SQLAlchemy rolls back whatever it has finished with."""

    _to_begin = False
    """Whether a transaction begins with the next statement."""
    _may_be_open = True

    def cursor(self) -> "_Cursor":  # type: ignore[override]
        return _Cursor(self)

    def begin_with_next(self) -> None:
        self._to_begin = True

    async def commit(self) -> None:
        await self._end(super().commit)

    async def rollback(self) -> None:
        await self._end(super().rollback)

    async def start(self, do: _Do) -> tuple[sqlite3.Cursor, list[Any]]:
        """Execute with a new cursor; return it with its first rows, closed if it has no more."""
        to_begin, self._to_begin, self._may_be_open = self._to_begin, False, True
        return await self.job(partial(_start, self._conn, do, to_begin=to_begin))

    async def job(self, job: Callable[[], T]) -> T:
        """Have something done in the thread."""
        return await self._execute(job)  # type: ignore[no-any-return, no-untyped-call]

    async def _end(self, end: Callable[[], Awaitable[None]]) -> None:
        self._to_begin = False
        if self._may_be_open:
            await end()
            # Not where it failed or was cancelled: the thread may still be at the statement before.
            self._may_be_open = False


def _start(connection: sqlite3.Connection, do: _Do, *, to_begin: bool) -> tuple[sqlite3.Cursor, list[Any]]:
    cursor = connection.cursor()
    rows: list[Any] = []
    try:
        if to_begin:
            cursor.execute(_TAKES_NO_LOCK)
        do(cursor)
        if cursor.description is not None:
            rows = cursor.fetchmany(_TAKEN_ALONG)
    finally:
        if len(rows) < _TAKEN_ALONG:
            cursor.close()
    return cursor, rows


class _Cursor:
    """What SQLAlchemy uses of an aiosqlite cursor."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._cursor: sqlite3.Cursor | None = None
        self._rows: deque[Any] = deque()
        self._more = False
        """Whether SQLite may have more rows."""

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        return None if self._cursor is None else self._cursor.description

    @property
    def rowcount(self) -> int:
        return -1 if self._cursor is None else self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return None if self._cursor is None else self._cursor.lastrowid

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> None:
        if operation == _TAKES_NO_LOCK:
            self._connection.begin_with_next()
        else:
            await self._run(lambda cursor: cursor.execute(operation, parameters))

    async def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> None:
        await self._run(lambda cursor: cursor.executemany(operation, parameters))

    async def fetchall(self) -> list[Any]:
        if self._more and self._cursor is not None:
            self._rows.extend(await self._connection.job(self._cursor.fetchall))
            await self.close()
        rows = list(self._rows)
        self._rows.clear()
        return rows

    async def fetchmany(self, size: int) -> list[Any]:
        if self._more and self._cursor is not None and len(self._rows) < size:
            self._rows.extend(await self._connection.job(partial(self._cursor.fetchmany, max(size, _TAKEN_ALONG))))
        return [self._rows.popleft() for _ in range(min(size, len(self._rows)))]

    async def close(self) -> None:
        if self._more and self._cursor is not None:
            self._more = False
            await self._connection.job(self._cursor.close)

    async def _run(self, do: _Do) -> None:
        self._cursor, rows = await self._connection.start(do)
        self._rows = deque(rows)
        self._more = len(rows) == _TAKEN_ALONG
