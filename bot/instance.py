"""One process for one SQLite database: two would both be right about what runs, and both wrong."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.start import StartError


@contextmanager
def only_instance(database_file: Path | None) -> Iterator[None]:
    """Hold the lock beside an SQLite file while the block runs; the system frees it with the process, however it ends.

    Other databases (None) look after themselves. Raises `StartError` if another process holds the lock.
    """
    if database_file is None:
        yield
        return
    path = database_file.with_name(database_file.name + ".lock")
    try:
        file = path.open("w", encoding="ascii")
    except OSError as error:
        raise StartError(f"DATABASE_URL: {error}", 1) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(
                f"DATABASE_URL: another docsbot runs on {database_file}. End it first; two would send things twice.", 1
            ) from None
        yield
