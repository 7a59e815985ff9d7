"""`docsbot check` and `migrate`: whether the settings, the database and Telegram work, and bringing one up to date."""

import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from sqlalchemy import text
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.cli.output import Row, print_rows
from bot.outside import open_telegram
from bot.process.database import new_database, opened_database
from bot.settings import DatabaseSettings, Settings
from db import allowlist
from db.engine import Database, sqlite_path
from db.migrate import is_current
from db.models import AllowedPerson
from db.retry import describe

_WIDTH = len("telegram") + 2


async def check(settings: Settings, *, as_json: bool = False) -> int:
    """Check settings, database and Telegram, a line each; spends nothing at SMS Center.

    Raises `StartError` for what would end a start as well: a driver or certificate authorities that are missing.
    """
    database, telegram = _database_or_place(settings), open_telegram(settings)
    findings = []
    async for finding in _findings(settings, database, telegram):
        findings.append(finding)
        if not as_json:
            print(f"{finding['check']:<{_WIDTH}} {'ok' if finding['ok'] else 'FAILED'}: {finding['found']}", flush=True)
    if as_json:
        print_rows(("check", "ok", "found"), findings, as_json=True, empty="")
    return 0 if all(finding["ok"] for finding in findings) else 1


async def migrate(settings: DatabaseSettings) -> int:
    async with opened_database(settings):
        print("The database is up to date.")
    return 0


async def _findings(settings: Settings, database: Database | Path, telegram: BaseRequest) -> AsyncIterator[Row]:
    logins = ", ".join(account.login for account in settings.accounts)
    yield _well("settings", f"logins {logins}; one request each {settings.smsc_interval:g} s")
    listed: Sequence[AllowedPerson] = []
    if isinstance(database, Database):
        found, listed = await _look_into(database)
    else:
        found = _place(database)
    yield found
    if found["ok"] and not settings.admin_ids and not listed:
        yield _ill("admins", "nobody can let people in: set ADMIN_IDS to your Telegram id")
    yield await _telegram(settings, telegram)


def _database_or_place(settings: Settings) -> Database | Path:
    """Return the database, without making one; or the place of an SQLite file that is not there yet."""
    url = settings.database_url.get_secret_value()
    file = sqlite_path(url)
    return file if file is not None and not file.exists() else new_database(url)


async def _look_into(database: Database) -> tuple[Row, Sequence[AllowedPerson]]:
    """Look at the database without changing it; return also the admins on its list."""
    try:
        current = await is_current(database)
        async with database.read() as session:
            await session.execute(text("SELECT 1"))
            listed = await allowlist.admins(session) if current else []
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer to the question
        return _ill("database", f"DATABASE_URL: {describe(error)}"), []
    finally:
        await database.close()
    state = "up to date" if current else "`docsbot run` or `docsbot migrate` will bring it up to date"
    return _well("database", state), listed


def _place(file: Path) -> Row:
    """Say whether a database can be made where the setting says."""
    place = next(folder for folder in file.absolute().parents if folder.exists())
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        return _ill("database", f"DATABASE_URL: no database can be made at {file}: {place} is not writable")
    return _well("database", f"there is none yet, docsbot run makes it at {file}")


async def _telegram(settings: Settings, request: BaseRequest) -> Row:
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
        return _ill("telegram", "Telegram refuses TELEGRAM_TOKEN. Copy it again from @BotFather.")
    except TelegramError as error:
        return _ill("telegram", f"no answer from {settings.telegram_api_url} ({type(error).__name__})")
    return _well("telegram", f"@{me.username}")


def _well(check_: str, found: str) -> Row:
    return {"check": check_, "ok": True, "found": found}


def _ill(check_: str, found: str) -> Row:
    return {"check": check_, "ok": False, "found": found}
