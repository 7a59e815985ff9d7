"""Holds a lock so that one process works on a SQLite file.

On PostgreSQL any number may run, of which one leads (`bot/process/leadership.py`).
"""

import asyncio
import fcntl
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from bot.process.database import StartError

_log = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.5


@asynccontextmanager
async def only_instance(database_file: Path, *, wait: bool = False) -> AsyncIterator[None]:
    """Hold a database's lock while the block runs; it is freed with the process, however that ends.

    Where another process holds it, waits for that one's end, or raises `StartError`.
    """
    path = database_file.with_name(database_file.name + ".lock")
    try:
        file = path.open("w", encoding="ascii")
    except OSError as error:
        raise StartError(f"DATABASE_URL: the database cannot be there: {error}", 2) from None
    with file:
        if not _locked(file):
            if not wait:
                taken = f"another docsbot runs on {database_file}. End it first; two would send things twice."
                raise StartError(f"DATABASE_URL: {taken}", 1)
            _log.info("waiting: another docsbot runs on %s", database_file)
            while not _locked(file):  # noqa: ASYNC110 - the system tells of a lock only to a thread that waits for it
                await asyncio.sleep(_LOOK_EVERY_S)
        yield


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
