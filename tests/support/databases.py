"""Databases to test on, of both engines: each test has one of its own, copied from one that is prepared once."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from functools import cached_property
from itertools import count
from pathlib import Path

from sqlalchemy import make_url

from db.engine import Database, sqlite_path
from db.migrate import upgrade
from tests.support.postgres import Postgres, fast_folder, postgres


class EngineName(StrEnum):
    """The databases that the bot runs on."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


Prepare = Callable[[str], Awaitable[None]]
"""Fills the database at an address, which has all tables already, and lets go of it."""


class Databases:
    """Makes databases in a folder, or on a server that is started for the first one."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._numbers = count(1)
        self._prepared: dict[tuple[EngineName, Prepare], str] = {}

    @contextmanager
    def new(self, engine: EngineName, prepare: Prepare | None = None) -> Iterator[str]:
        """Give the address of a database of its own: an empty one, or a copy of what `prepare` made.

        What is prepared for the first time must not be so within an event loop.
        """
        url = self.make(engine, prepare)
        try:
            yield url
        finally:
            self.drop(url)

    def make(self, engine: EngineName, prepare: Prepare | None = None) -> str:
        """Make a database as `new` does, to be dropped by the caller."""
        return self._create(engine, None if prepare is None else self._template(engine, prepare))

    def drop(self, url: str) -> None:
        """Remove a database, which nobody needs any more."""
        file = sqlite_path(url)
        if file is None:
            self.postgres.drop(database_name(url))
        else:
            shutil.rmtree(file.parent, ignore_errors=True)

    def _template(self, engine: EngineName, prepare: Prepare) -> str:
        key = engine, prepare
        if key not in self._prepared:
            # The tables are made once for all: that takes longer than what else is prepared.
            url = self._create(engine, None if prepare is migrated else self._template(engine, migrated))
            asyncio.run(_awaited(prepare(url)))
            self._prepared[key] = url
        return self._prepared[key]

    def _create(self, engine: EngineName, template: str | None) -> str:
        if engine is EngineName.POSTGRESQL:
            return self.postgres.url(self.postgres.create("template0" if template is None else database_name(template)))
        file = self._folder / f"{next(self._numbers)}" / "docsbot.db"
        original = None if template is None else sqlite_path(template)
        if original is not None:
            file.parent.mkdir()
            shutil.copyfile(original, file)
        return sqlite_url(file)

    @cached_property
    def postgres(self) -> Postgres:
        """The server, started now if this is the first time that one is needed."""
        return self._stack.enter_context(postgres())


@contextmanager
def databases() -> Iterator[Databases]:
    """Make databases while the block runs; they, and the server if one was needed, end with it."""
    with tempfile.TemporaryDirectory(prefix="docsbot-", dir=fast_folder()) as folder, ExitStack() as stack:
        yield Databases(Path(folder), stack)


async def migrated(url: str) -> None:
    """Make all tables."""
    database = Database.open(url)
    try:
        await upgrade(database)
    finally:
        await database.close()


def database_name(url: str) -> str:
    """Return the name that PostgreSQL knows the database at an address by."""
    return str(make_url(url).database)


def sqlite_url(file: Path) -> str:
    """Return the address of a database in a file."""
    return f"sqlite+aiosqlite:///{file}"


async def _awaited(work: Awaitable[None]) -> None:
    await work
