"""What the command line does with the database and with Telegram, besides running the bot."""

import sqlite3
from pathlib import Path

from sqlalchemy import text
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.process.database import StartError, open_database, opened_database
from bot.settings import DatabaseSettings, Settings
from db.backup import back_up
from db.engine import sqlite_path
from db.migrate import is_current
from db.retry import describe


def backup(settings: DatabaseSettings, target: Path) -> int:
    """Copy the SQLite database to a file."""
    source = sqlite_path(settings.database_url.get_secret_value())
    if source is None:
        print("docsbot: this is for SQLite; use pg_dump for PostgreSQL")
        return 2
    try:
        back_up(source, target)
    except (OSError, sqlite3.Error) as error:
        print(f"docsbot: no backup was made: {error}")
        return 1
    print(
        f"{target} is a copy of {source}. To restore: stop the bot, put it in the place of {source}, "
        f"remove {source}-wal and {source}-shm if they are there, start the bot."
    )
    return 0


async def check(settings: Settings) -> int:
    """Check settings, database and Telegram, a line each; spends nothing at SMS Center."""
    logins = ", ".join(account.login for account in settings.accounts)
    print(f"settings   ok: logins {logins}; one request each {settings.smsc_interval:g} s")
    return 0 if await _check_database(settings) & await _check_telegram(settings) else 1


async def migrate(settings: DatabaseSettings) -> int:
    async with opened_database(settings):
        print("The database is up to date.")
    return 0


async def _check_database(settings: Settings) -> bool:
    try:
        database = open_database(settings)
    except StartError as error:
        print(f"database   FAILED: {error}")
        return False
    try:
        async with database.read() as session:
            await session.execute(text("SELECT 1"))
        current = await is_current(database)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer to the question
        print(f"database   FAILED: {describe(error)}")
        return False
    finally:
        await database.close()
    print("database   ok" if current else "database   ok; `docsbot run` or `docsbot migrate` will bring it up to date")
    return True


async def _check_telegram(settings: Settings) -> bool:
    bot = Bot(
        settings.telegram_token.get_secret_value(),
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
    )
    try:
        async with bot:
            me = await bot.get_me()
    except InvalidToken:
        print("telegram   FAILED: Telegram refuses TELEGRAM_TOKEN. Copy it again from @BotFather.")
        return False
    except TelegramError as error:
        print(f"telegram   FAILED: no answer from {settings.telegram_api_url} ({type(error).__name__})")
        return False
    print(f"telegram   ok: @{me.username}")
    return True
