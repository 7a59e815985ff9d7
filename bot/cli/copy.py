"""`docsbot copy-to`: move a stopped installation to another database, from SQLite to PostgreSQL or back."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.cli.output import print_rows
from bot.process.database import existing_database, new_database
from bot.process.files import tighten_database
from bot.process.single_instance import only_instance
from bot.settings import DatabaseSettings
from db.copying import CopyRefused, TableDigest, copy
from db.engine import Database, sqlite_path
from db.migrate import is_blank, is_current, upgrade
from db.retry import describe

_COLUMNS = ("table", "rows", "sums", "sha-256")


async def copy_to(settings: DatabaseSettings, to: DatabaseSettings) -> int:
    """Copy all that the database of the settings holds into the empty one of `to`, and check it.

    Raises `StartError` while a bot runs on a SQLite file of either, and where the database cannot be used.
    """
    old, new = (make_url(each.database_url.get_secret_value()) for each in (settings, to))
    if old == new or (sqlite_path(old) and _resolved(old) == _resolved(new)):
        print("docsbot: nothing was copied: this is the database itself")
        return 2
    try:
        async with existing_database(settings) as source, _lock(old), _opened(new) as target:
            copied = await copy(source, target)
    except CopyRefused as refused:
        print(f"docsbot: nothing was copied: {refused}")
        return 2
    except (SQLAlchemyError, OSError) as error:
        print(f"docsbot: nothing was copied: {describe(error)}")
        return 1
    print_rows(_COLUMNS, (_row(table, digest) for table, digest in copied.items()), as_json=False, empty="")
    print(f"All is in {new.render_as_string(hide_password=True)}, and equal. Start the bot with that DATABASE_URL,")
    print("and never again with the old one: it would do once more what waits in it.")
    return 0


@asynccontextmanager
async def _opened(url: URL) -> AsyncIterator[Database]:
    """Open the new database, in which only this version's tables may be; without any, make them."""
    database = new_database(url.render_as_string(hide_password=False))
    try:
        async with _lock(url):
            if await is_blank(database):
                await upgrade(database)
            elif not await is_current(database):
                raise CopyRefused("the new database is of another version of docsbot: take an empty one")
            yield database
            file = sqlite_path(url)
            if file is not None:
                tighten_database(file)
    finally:
        await database.close()


def _lock(url: URL) -> AbstractAsyncContextManager[None]:
    file = sqlite_path(url)
    return nullcontext() if file is None else only_instance(file)


def _resolved(url: URL) -> Path | None:
    file = sqlite_path(url)
    return None if file is None else file.resolve()


def _row(table: str, digest: TableDigest) -> dict[str, object]:
    return {
        "table": table,
        "rows": digest.rows,
        "sums": ", ".join(f"{column} {total}" for column, total in digest.sums.items()),
        "sha-256": digest.fingerprint[:16],
    }
