"""The demo's stage without the bot's process, for tests of the page's server side."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from db.engine import Database
from sandbox.demo.bot_process import BotProcess
from sandbox.demo.cast import LOGINS, join
from sandbox.demo.stage import Stage
from sandbox.smscentre.centre import SmsCentre
from sandbox.smscentre.rules import Rules
from sandbox.smscentre.world import sample_world
from sandbox.telegram import Telegram
from tests.support.databases import sqlite_url

PACE = 10.0


@asynccontextmanager
async def quiet_stage(folder: Path, migrated_file: Path) -> AsyncIterator[Stage]:
    """Set the stage, on a copy of a database with all tables; nobody plays on it."""
    telegram, centre = Telegram(), SmsCentre(sample_world(*LOGINS), Rules(pace=PACE))
    centre.listen(telegram.world.bell.ring)
    database = Database.open(sqlite_url(Path(shutil.copy(migrated_file, folder / "docsbot.db"))))
    try:
        yield Stage(telegram, centre, database, BotProcess(folder, {}), join(telegram), PACE)
    finally:
        await database.close()


async def bot_call(telegram: Telegram, token: str, method: str, **params: object) -> dict[str, object]:
    """Call the Bot API as the bot would."""
    transport = httpx.ASGITransport(telegram.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        files = {"document": params.pop("document")} if "document" in params else None
        answer = await client.post(f"/bot{token}/{method}", data=params, files=files)  # type: ignore[arg-type]
    told: dict[str, object] = answer.json()
    assert told["ok"], told
    return told
