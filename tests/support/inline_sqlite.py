"""aiosqlite without its thread: SQLite runs in the event loop's own, and every operation passes the simulation.

Of several processes on one file each waits for the others' transactions in the time of its loop.
"""

import asyncio
import re
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

from tests.support.points import Passing, Trouble

_BUSY_S = 5.0
_LOOK_EVERY_S = 0.05
_WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)")


class Connection:
    """What SQLAlchemy's `sqlite+aiosqlite` dialect uses of an aiosqlite connection.

    `witness`, if there is one, sees each write transaction right before its commit, with the tables that it wrote to.
    """

    def __init__(
        self, path: Path, passing: Passing, witness: Callable[[sqlite3.Connection, frozenset[str]], None] | None = None
    ) -> None:
        self._conn = sqlite3.connect(path, timeout=0, check_same_thread=False)
        self._pass = _in_the_drivers_words(passing)
        self._witness = witness
        self._tx = _AtOnce()
        self._open = True
        self.writing = False
        """Whether the latest transaction was opened to write."""
        self.written: set[str] = set()
        """The tables that it wrote to."""

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
        self.check_open()
        if self._witness is not None:
            self._witness(self._conn, frozenset(self.written))
        self._conn.commit()
        await self._pass("after db commit")

    async def rollback(self) -> None:
        if self._open:
            self._conn.rollback()

    async def close(self) -> None:
        self.stop()

    def check_open(self) -> None:
        """Raise what a driver raises where the database has hung up."""
        if not self._open:
            raise sqlite3.OperationalError("the connection is closed")

    def hang_up(self) -> None:
        """Close if a transaction is open, as a database does that hears nothing of its client."""
        if self._open and self._conn.in_transaction:
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
            self._connection.written.clear()
        await self._pass("db begin" if begins else "db execute")
        self._connection.check_open()
        self._note(operation)
        if begins and self._connection.writing:
            await self._begin(operation)
        elif not operation.startswith("PRAGMA busy_timeout"):
            self._cursor.execute(operation, parameters)

    async def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> None:
        await self._pass("db execute")
        self._connection.check_open()
        self._note(operation)
        self._cursor.executemany(operation, parameters)

    async def _begin(self, operation: str) -> None:
        """Begin to write as soon as no other process does."""
        for _ in range(round(_BUSY_S / _LOOK_EVERY_S)):
            try:
                self._cursor.execute(operation)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
            else:
                return
            await asyncio.sleep(_LOOK_EVERY_S)
        self._cursor.execute(operation)

    def _note(self, operation: str) -> None:
        found = _WRITES.match(operation)
        if found is not None:
            self._connection.written.add(found[1])

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
