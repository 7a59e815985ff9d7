"""All of the demo put together: Telegram, SMS Center, the bot's database and the bot's process between them."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.domain import Role
from bot.process.database import prepare
from db import allowlist
from db.engine import Database
from db.models import AllowedChat, AllowedPerson
from sandbox.demo.bot_process import BotProcess
from sandbox.demo.cast import BOT_TOKEN, LOGINS, Cast, join
from sandbox.guard import Guard
from sandbox.server import serve
from sandbox.smscentre.app import create_app
from sandbox.smscentre.centre import SmsCentre
from sandbox.smscentre.rules import Rules
from sandbox.smscentre.world import World, sample_world
from sandbox.telegram import Telegram

START_TIMEOUT = 60.0
"""Seconds that the bot gets for its first start, on a slow and busy machine."""

ANSWER_TIMEOUT = 8.0
"""Seconds that the bot waits for SMS Center, fewer than in earnest, so that a hanging one shows sooner."""

CURRENCY = "₽"

LARGEST_CALL = 1024 * 1024
"""Bytes of the largest body that the demo's SMS Center takes."""

_PASSED_ON = ("PATH", "HOME", "TZ", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
_SOURCES = Path(__file__).parents[2]


class StageError(Exception):
    """The demo can't go on; says why in a line or more for the person at the terminal."""


@dataclass(slots=True)
class Stage:
    """Everything that the play and the page work with. `pace` is SMS Center's minute, in seconds."""

    telegram: Telegram
    centre: SmsCentre
    database: Database
    bot: BotProcess
    cast: Cast
    pace: float
    _calls_before_start: int = 0

    @property
    def bot_listens(self) -> bool:
        """Whether the bot's present process has asked Telegram for updates."""
        calls = self.telegram.journal.calls[self._calls_before_start :]
        return self.bot.alive and any(call.method == "getUpdates" for call in calls)

    async def ready(self) -> None:
        """Wait until the bot listens; raises `StageError` if it ends instead."""

        def look() -> bool:
            return self.bot_listens or self.bot.exit_code is not None

        try:
            await self.telegram.wait_for(look, timeout=START_TIMEOUT)
        except TimeoutError:
            raise StageError(f"the bot did not start within {START_TIMEOUT:.0f} s\n{self.bot.last_words()}") from None
        if not self.bot_listens:
            raise StageError(f"the bot ended with code {self.bot.exit_code}\n{self.bot.last_words()}")

    def set_pace(self, pace: float) -> None:
        """Make SMS Center's minute longer or shorter; the bot is started again to know of it."""
        self.pace = pace
        self.centre.rules = replace(self.centre.rules, pace=pace)
        self.bot.settings["SMSC_INTERVAL"] = f"{pace:g}"
        self.bot.restart()

    def bot_changed(self) -> None:
        """Take note that the bot's process started or ended."""
        if self.bot.alive:
            self._calls_before_start = len(self.telegram.journal)
        self.telegram.world.bell.ring()


@asynccontextmanager
async def stage(folder: Path, pace: float) -> AsyncIterator[Stage]:
    """Set the stage in a folder of its own and start the bot; leaving the context ends all of it."""
    telegram, centre = Telegram(), SmsCentre(sample_world(*LOGINS), Rules(pace=pace))
    cast = join(telegram)
    centre.listen(telegram.world.bell.ring)
    database_url = f"sqlite+aiosqlite:///{folder / 'docsbot.db'}"
    async with AsyncExitStack() as stack:
        telegram_url = await stack.enter_async_context(telegram.serve())
        centre_url = await stack.enter_async_context(serve(Guard(create_app(centre), LARGEST_CALL)))
        database = Database.open(database_url)
        stack.push_async_callback(database.close)
        await prepare(database)
        await _admit(database, cast)
        settings = {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {
            "PYTHONPATH": str(_SOURCES),
            # What the bot leaves when it is killed goes with the folder.
            "TMPDIR": str(folder),
            "TELEGRAM_TOKEN": BOT_TOKEN,
            "TELEGRAM_API_URL": telegram_url,
            "SMSC_ACCOUNTS": json.dumps(_accounts(centre.world)),
            "SMSC_URL": centre_url,
            "SMSC_BACKUP_URL": "",
            "SMSC_INTERVAL": f"{pace:g}",
            "SMSC_TIMEOUT": f"{ANSWER_TIMEOUT:g}",
            "DATABASE_URL": database_url,
            "ADMIN_IDS": ",".join(str(admin.id) for admin in cast.admins),
            "CURRENCY": CURRENCY,
        }
        made = Stage(telegram, centre, database, BotProcess(folder, settings), cast, pace)
        running = asyncio.create_task(made.bot.run(made.bot_changed), name="the bot's process")
        stack.push_async_callback(_end, running)
        yield made


async def _admit(database: Database, cast: Cast) -> None:
    """Put on the allowlist what an admin would with `docsbot allow`: the managers and the groups."""
    now = datetime.now(UTC)
    async with database.write() as session:
        for person in cast.anna, cast.boris:
            login = cast.login(person)
            entry = AllowedPerson(
                user_id=person.id,
                name=person.first_name,
                role=Role.MANAGER,
                logins=[login] if login else [],
                added_by=None,
                added_at=now,
            )
            await allowlist.put(session, entry)
        for chat in cast.groups:
            await allowlist.put(
                session, AllowedChat(chat_id=chat.id, name=chat.title, login=None, added_by=None, added_at=now)
            )


def _accounts(world: World) -> Mapping[str, Mapping[str, str]]:
    return {account.login: {"password": account.psw} for account in world.accounts}


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
