"""One process for one database: two would both be right about what runs, and both wrong."""

import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.process.database import StartError
from db.engine import Database, sqlite_path
from db.retry import describe

_POSTGRES_LOCK = 0x646F6373626F74  # "docsbot"; advisory locks are numbers, one for each database


@asynccontextmanager
async def only_instance(database: Database) -> AsyncIterator[None]:
    """Hold the database's lock while the block runs; it is freed with the process, however that ends.

    Raises `StartError` if another process holds it.
    """
    file = sqlite_path(database.engine.url)
    if file is not None:
        with _beside(file):
            yield
    else:
        async with _within(database):
            yield


@contextmanager
def _beside(database_file: Path) -> Iterator[None]:
    path = database_file.with_name(database_file.name + ".lock")
    try:
        file = path.open("w", encoding="ascii")
    except OSError as error:
        raise StartError(f"DATABASE_URL: the database cannot be there: {error}", 2) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _taken(str(database_file)) from None
        yield


@asynccontextmanager
async def _within(database: Database) -> AsyncIterator[None]:
    try:
        connection = await database.engine.connect()
    except (SQLAlchemyError, OSError) as error:
        raise StartError(f"DATABASE_URL: {describe(error)}", 1) from None
    try:
        # No transaction may stay open for the life of the process.
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        if not await connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _POSTGRES_LOCK}):
            raise _taken(str(database.engine.url.database))
        yield
    finally:
        # Given back to the pool, the connection would keep the lock.
        await connection.invalidate()
        await connection.close()


def _taken(where: str) -> StartError:
    return StartError(f"DATABASE_URL: another docsbot runs on {where}. End it first; two would send things twice.", 1)
