"""Imported before bots are forked: a bot has been at work here, so that none of them has to begin with everything anew.

What is read from the package, compiled or looked up once a process is there then: catalogues, names of currencies,
SQL statements.
"""

import asyncio
import tempfile
from pathlib import Path

from tests.support.compiled_once import compile_once
from tests.support.databases import sqlite_url
from tests.support.stage import ANNA, OLGA, TEAM, prepare_database, stage


async def _work(url: str) -> None:
    await prepare_database(url)
    async with stage(url) as on:
        for person, text in (
            (ANNA, "/invoice alice 1500"),
            (OLGA, "/act alice 7"),
            (ANNA, "/queue"),
            (OLGA, "/invoice"),
        ):
            await on.say(person, text)
        await on.say(ANNA, "/act alice 7", TEAM)
        for worker in on.app.workers:
            await on.work(type(worker))


compile_once()
with tempfile.TemporaryDirectory() as _folder:
    asyncio.run(_work(sqlite_url(Path(_folder) / "docsbot.db")))
