"""`docsbot backup` and `restore`: copies of the database, made while the bot runs, put back while it does not."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from bot.process.database import StartError
from bot.process.single_instance import only_instance
from bot.settings import DatabaseSettings
from db import restored
from db.backup import BackupRefused, back_up, put_in_place, rotate, take_copy
from db.engine import Database, sqlite_path
from db.migrate import NewerDatabase, upgrade

_NAME = "docsbot-%Y%m%d-%H%M%S.db"
_PATTERN = "docsbot-*.db"


def backup(settings: DatabaseSettings, target: Path, *, keep: int | None, force: bool) -> int:
    """Copy the database to a file, or into a folder under the time's name, of which the latest `keep` stay."""
    source = _sqlite_file(settings)
    if source is None:
        return 2
    into_folder = target.is_dir()
    if keep is not None and not into_folder:
        print(f"docsbot: {target} is no folder: --keep needs one")
        return 2
    file = target / datetime.now().astimezone().strftime(_NAME) if into_folder else target
    try:
        back_up(source, file, force=force)
        dropped = rotate(target, _PATTERN, keep) if keep is not None else []
    except BackupRefused as error:
        print(f"docsbot: no backup was made: {error}")
        return 2
    except (OSError, sqlite3.Error) as error:
        print(f"docsbot: no backup was made: {error}")
        return 1
    print(f"{file} is a copy of {source}. To put it back: stop the bot, then docsbot restore {file}")
    for path in dropped:
        print(f"{path} is deleted, it was older than the latest {keep}")
    return 0


async def restore(settings: DatabaseSettings, backup_file: Path) -> int:
    """Check a backup and put it in the place of the database; the bot has to be stopped.

    Raises `StartError` while the bot runs.
    """
    target = _sqlite_file(settings)
    if target is None:
        return 2
    if not target.parent.is_dir():
        print(f"docsbot: nothing was restored: there is no folder {target.parent}")
        return 2
    try:
        async with only_instance(target):
            replaced = await _restore(backup_file, target)
    except BackupRefused as error:
        print(f"docsbot: nothing was restored: {error}")
        return 2
    except NewerDatabase as error:
        raise StartError(f"{backup_file}: {error}", 2) from None
    except (OSError, sqlite3.Error) as error:
        print(f"docsbot: nothing was restored: {error}")
        return 1
    print(f"{backup_file} is the database now." + (f" What was there before: {replaced}" if replaced else ""))
    print("Invoices that waited in it may have been made since: /unresolved asks about each. Start the bot.")
    return 0


async def _restore(backup_file: Path, target: Path) -> Path | None:
    now = datetime.now(UTC)
    copy = take_copy(backup_file, target)
    try:
        database = Database.open(f"sqlite+aiosqlite:///{copy}")
        try:
            await upgrade(database)
            async with database.write() as session:
                await restored.settle(session, now)
        finally:
            await database.close()
        return put_in_place(copy, target, now)
    finally:
        for leftover in (copy, Path(f"{copy}-wal"), Path(f"{copy}-shm")):
            leftover.unlink(missing_ok=True)


def _sqlite_file(settings: DatabaseSettings) -> Path | None:
    file = sqlite_path(settings.database_url.get_secret_value())
    if file is None:
        print("docsbot: this is for SQLite; use pg_dump and pg_restore for PostgreSQL")
    return file
