"""How `docsbot health` knows from outside whether the bot works: it asks, over a Unix socket, and the bot answers.

Asking costs an idle bot nothing, where a heartbeat would wake it again and again; and a bot that hangs cannot answer.
"""

import asyncio
import hashlib
import json
import logging
import os
import stat
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from db.engine import sqlite_path

_log = logging.getLogger(__name__)

_MAX_NAME = 100
_HEALTH, _WAKE = b"health", b"wake"
_WORD_S = 5.0


@dataclass(frozen=True, slots=True)
class Health:
    """What the bot says of itself: what does not work, in words for the operator."""

    troubles: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.troubles


def socket_path(database_url: str) -> Path:
    """Return where the bot of this database listens; the same for whoever has the same settings.

    Beside an SQLite file, whose folder both can reach; where that has too long a name, and for other databases, in a
    folder of this account's alone, so that nobody else can be there first.
    """
    file = sqlite_path(database_url)
    if file is not None:
        beside = file.resolve().with_name(file.name + ".sock")
        if len(os.fsencode(beside)) <= _MAX_NAME:
            return beside
    where = str(file.resolve() if file else database_url)
    name = f"{hashlib.sha256(where.encode()).hexdigest()[:16]}.sock"
    path = Path(tempfile.gettempdir()) / f"docsbot-{os.getuid()}" / name
    # The system takes no longer names for sockets, and /tmp is there on every system that has them.
    return path if len(os.fsencode(path)) <= _MAX_NAME else Path("/tmp", f"docsbot-{os.getuid()}", name)  # noqa: S108


def _make_room(path: Path) -> None:
    """Make the socket's folder if need be, and take away what an earlier process left there.

    Raises `OSError` where the folder or what lies in the socket's place is somebody else's.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)
    found = path.parent.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{path.parent} belongs to somebody else")
    path.unlink(missing_ok=True)


@asynccontextmanager
async def answering(
    path: Path, examine: Callable[[], Awaitable[Health]], look_again: Callable[[], None]
) -> AsyncIterator[None]:
    """Answer whoever asks, only for users of this account, while the block runs; be woken by the command line."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(_WORD_S):
                word = await reader.read(len(_WAKE))
            if word == _WAKE:
                look_again()
            writer.write(json.dumps({"troubles": (await examine()).troubles}).encode())
            await writer.drain()
        writer.close()

    try:
        _make_room(path)
        server = await asyncio.start_unix_server(answer, path)
        path.chmod(0o600)
    except OSError as error:
        # A bot that nobody can ask after its health still works.
        _log.warning("`docsbot health` cannot ask this bot: %s: %s", path, error)
        yield
        return
    try:
        async with server:
            yield
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


async def wake(database_url: str, timeout_s: float = 5.0) -> bool:
    """Have the running bot look at its database once more; False if none runs."""
    try:
        async with asyncio.timeout(timeout_s):
            return bool(await _say(socket_path(database_url), _WAKE))
    except (OSError, TimeoutError):
        return False


async def ask(path: Path, timeout_s: float = 5.0) -> Health:
    """Ask the running bot; no answer in time is trouble too."""
    try:
        async with asyncio.timeout(timeout_s):
            answer = await _say(path, _HEALTH)
    except FileNotFoundError:
        return Health(("the bot does not run, or has other settings",))
    except (OSError, TimeoutError) as error:
        return Health((f"the bot does not answer ({type(error).__name__})",))
    try:
        return Health(tuple(json.loads(answer)["troubles"]))
    except (ValueError, KeyError, TypeError):
        return Health(("the bot's answer cannot be read",))


async def _say(path: Path, word: bytes) -> bytes:
    """Send a word to the bot and return its answer. Raises `OSError`, also where the socket is somebody else's."""
    if path.lstat().st_uid != os.getuid():
        raise PermissionError(f"{path} belongs to somebody else")
    reader, writer = await asyncio.open_unix_connection(path)
    with closing(writer):
        writer.write(word)
        return await reader.read()
