"""`docsbot check` and `migrate`: whether the settings, the database and Telegram work, and bringing one up to date."""

import os
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.outside import open_telegram
from bot.process.database import StartError, opened_database
from bot.settings import DatabaseSettings, Settings
from db import allowlist
from db.engine import Database, sqlite_path
from db.migrate import is_current
from db.models import AllowedPerson
from db.retry import describe


async def check(settings: Settings) -> int:
    """Check settings, database and Telegram, a line each; spends nothing at SMS Center."""
    logins = ", ".join(account.login for account in settings.accounts)
    print(f"settings   ok: logins {logins}; one request each {settings.smsc_interval:g} s")
    works = [await _check_database(settings), await _check_telegram(settings)]
    return 0 if all(works) else 1


async def migrate(settings: DatabaseSettings) -> int:
    async with opened_database(settings):
        print("The database is up to date.")
    return 0


async def _check_database(settings: Settings) -> bool:
    """Look at the database without making or changing one."""
    url = settings.database_url.get_secret_value()
    file = sqlite_path(url)
    if file is not None and not file.exists():
        return _check_place(file) and _check_admins(settings, [])
    database = Database.open(url)
    try:
        current = await is_current(database)
        async with database.read() as session:
            await session.execute(text("SELECT 1"))
            listed = await allowlist.admins(session) if current else []
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer to the question
        print(f"database   FAILED: DATABASE_URL: {describe(error)}")
        return False
    finally:
        await database.close()
    print("database   ok" if current else "database   ok; `docsbot run` or `docsbot migrate` will bring it up to date")
    return _check_admins(settings, listed)


def _check_place(file: Path) -> bool:
    """Say whether a database can be made where the setting says."""
    place = next(folder for folder in file.absolute().parents if folder.exists())
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        print(f"database   FAILED: DATABASE_URL: no database can be made at {file}: {place} is not writable")
        return False
    print(f"database   ok; there is none yet, docsbot run makes it at {file}")
    return True


def _check_admins(settings: Settings, listed: Sequence[AllowedPerson]) -> bool:
    if settings.admin_ids or listed:
        return True
    print("admins     FAILED: nobody can let people in: set ADMIN_IDS to your Telegram id")
    return False


async def _check_telegram(settings: Settings) -> bool:
    try:
        request = open_telegram(settings)
    except StartError as error:
        print(f"telegram   FAILED: {error}")
        return False
    bot = Bot(
        settings.telegram_token.get_secret_value(),
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=request,
        get_updates_request=request,
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
