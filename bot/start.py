"""Starting: the database as this version needs it, or one line that says why not."""

from sqlalchemy.exc import SQLAlchemyError

from bot.resilience import describe
from bot.settings import DatabaseSettings
from db.engine import Database
from db.migrate import NewerDatabase, upgrade


class StartError(Exception):
    """The bot cannot start, or cannot go on; one line that says which setting to look at, and an exit code."""

    def __init__(self, line: str, exit_code: int) -> None:
        super().__init__(line)
        self.exit_code = exit_code


async def prepare(database: Database) -> None:
    """Bring the database up to date. Raises `StartError`."""
    try:
        await upgrade(database)
    except NewerDatabase as error:
        raise StartError(f"DATABASE_URL: {error}", 1) from None
    except (SQLAlchemyError, OSError) as error:
        raise StartError(f"DATABASE_URL: {describe(error)}", 1) from None


def open_database(settings: DatabaseSettings) -> Database:
    """Make the database's object; the folder of an SQLite file is made if need be. Raises `StartError`."""
    try:
        return Database.open(settings.database_url.get_secret_value())
    except OSError as error:
        raise StartError(f"DATABASE_URL: {error}", 1) from None
