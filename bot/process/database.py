"""Starting: the database as this version needs it, or one line that says why not."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError

from bot.process.files import tighten_database
from bot.settings import DatabaseSettings
from db.engine import Database, sqlite_path
from db.migrate import NewerDatabase, is_current, upgrade
from db.retry import describe, is_no_place

_log = logging.getLogger(__name__)

_FILE_MODE = 0o600
_LOOK_EVERY_S = 3.0


class StartError(Exception):
    """The bot cannot start, or cannot go on; one line that says which setting to look at, and an exit code."""

    def __init__(self, line: str, exit_code: int) -> None:
        super().__init__(line)
        self.exit_code = exit_code


async def prepare(database: Database) -> None:
    """Bring the database up to date, and keep its files to ourselves. Raises `StartError`."""
    try:
        await _upgrade(database)
    except NewerDatabase as error:
        raise StartError(f"DATABASE_URL: {error}", 1) from None
    file = sqlite_path(database.engine.url)
    if file is not None:
        tighten_database(file)


async def prepare_shared(database: Database) -> None:
    """Bring a database up to date that others work on, too. Raises `StartError`.

    Where one of them is newer and has changed the tables, waits until this version knows them again.
    """
    told = False
    while True:
        try:
            await _upgrade(database)
        except NewerDatabase as error:
            if not told:
                _log.error("waiting: %s", error)
            told = True
        else:
            return
        await asyncio.sleep(_LOOK_EVERY_S)


async def _upgrade(database: Database) -> None:
    try:
        await upgrade(database)
    except (SQLAlchemyError, OSError) as error:
        # A place that cannot be used is a wrong setting; a database that fails is not.
        raise StartError(f"DATABASE_URL: {describe(error)}", 2 if is_no_place(error) else 1) from None


def new_database(url: str, bot_id: int = 0) -> Database:
    """Make the database's object, which connects on first use. Raises `StartError` where its driver is missing."""
    try:
        return Database.open(url, bot_id=bot_id)
    except ImportError as error:
        line = f"DATABASE_URL: PostgreSQL needs the extra postgres: pip install 'docsbot[postgres]' ({error})"
        raise StartError(line, 2) from None


def open_database(settings: DatabaseSettings, bot_id: int = 0) -> Database:
    """Make the database's object; the folder of an SQLite file is made if need be. Raises `StartError`.

    To be called before any connection is open, for closing the file would drop this process's locks on it. It is
    tried before SQLite does: what that says of a wrong place is less clear, and its thread may outlive us.
    """
    url = settings.database_url.get_secret_value()
    file = sqlite_path(url)
    try:
        database = new_database(url, bot_id)
        if file is not None:
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, _FILE_MODE))
    except OSError as error:
        raise StartError(f"DATABASE_URL: the database cannot be there: {error}", 2) from None
    return database


@asynccontextmanager
async def existing_database(settings: DatabaseSettings) -> AsyncIterator[Database]:
    """Open a database that is there, and change nothing about it. Raises `StartError`."""
    url = settings.database_url.get_secret_value()
    file = sqlite_path(url)
    if file is not None and not file.is_file():
        raise StartError(f"DATABASE_URL: there is no database at {file}; docsbot run makes one", 2)
    database = new_database(url)
    try:
        try:
            current = await is_current(database)
        except (SQLAlchemyError, OSError) as error:
            raise StartError(f"DATABASE_URL: {describe(error)}", 1) from None
        if not current:
            raise StartError("DATABASE_URL: it is of another version: docsbot migrate brings it up to date", 1)
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def opened_database(settings: DatabaseSettings) -> AsyncIterator[Database]:
    """Open the database, bring it up to date, and close it after the block. Raises `StartError`."""
    database = open_database(settings)
    try:
        await prepare(database)
        yield database
    finally:
        await database.close()
