"""Bringing a database to the tables that this version of the program knows."""

from collections.abc import Callable, Collection

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import WITHOUT_FOREIGN_KEYS, Database


class NewerDatabase(Exception):
    """The database was written by a newer version of docsbot; going on could lose what that version stored."""

    def __init__(self, unknown: Collection[str]) -> None:
        super().__init__(
            f"the database is of a newer version of docsbot (revision {', '.join(sorted(unknown))}): upgrade docsbot, "
            "or restore the backup made before the upgrade"
        )


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration; the scripts are found as a package, wherever it is installed."""
    config = Config()
    config.set_main_option("script_location", "migrations:")
    config.attributes["connection"] = connection
    return config


async def upgrade(database: Database, revision: str = "head") -> None:
    """Upgrade in one transaction: all of it, or nothing. Raises `NewerDatabase`."""

    def run(connection: Connection) -> None:
        _refuse_newer(connection)
        command.upgrade(alembic_config(connection), revision)

    await _alone(database, run)


async def downgrade(database: Database, revision: str) -> None:
    """Go back to an older revision; for tests and for returning to an older version of the program."""
    await _alone(database, lambda connection: command.downgrade(alembic_config(connection), revision))


async def is_current(database: Database) -> bool:
    """Say whether the database has exactly the tables of this version."""
    return await _revisions(database) == set(ScriptDirectory.from_config(alembic_config()).get_heads())


async def is_blank(database: Database) -> bool:
    """Say whether the database has none of our tables yet."""
    return not await _revisions(database)


async def unknown_revisions(session: AsyncSession) -> set[str]:
    """Return the revisions of the database that this version does not know; none where it may work on it."""
    connection = await session.connection()
    return await connection.run_sync(_unknown)


async def _revisions(database: Database) -> set[str]:
    async with database.read() as session:
        connection = await session.connection()
        return await connection.run_sync(lambda sync: set(MigrationContext.configure(sync).get_current_heads()))


async def _alone(database: Database, run: Callable[[Connection], None]) -> None:
    """Run a migration in one transaction.

    SQLite changes a table by putting another in its place, so foreign keys are checked at the end.
    """
    engine = database.engine.execution_options(**{WITHOUT_FOREIGN_KEYS: True})
    async with engine.begin() as connection:
        await connection.run_sync(run)
        if engine.dialect.name == "sqlite":
            broken = (await connection.execute(text("PRAGMA foreign_key_check"))).all()
            if broken:
                raise RuntimeError(f"a migration left {len(broken)} rows without the rows that they refer to")
    if engine.dialect.name == "sqlite":
        await database.engine.dispose()


def _refuse_newer(connection: Connection) -> None:
    unknown = _unknown(connection)
    if unknown:
        raise NewerDatabase(unknown)


def _unknown(connection: Connection) -> set[str]:
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    return set(MigrationContext.configure(connection).get_current_heads()) - known
