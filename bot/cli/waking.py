"""Waking the running bot after the command line has changed its database: it looks there seldom of its own accord."""

from bot.process.health import wake
from bot.settings import DatabaseSettings
from db import bell, lease
from db.engine import Database


async def wake_bot(settings: DatabaseSettings, database: Database) -> bool:
    """Have the running bot look at its database, on whatever machine it runs; say whether one runs."""
    awake = await wake(settings.database_url.get_secret_value())
    async with database.write_aside() as session:
        await bell.ring(session)
    async with database.read() as session:
        return awake or await lease.holder(session) is not None
