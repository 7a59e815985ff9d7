"""How `docsbot health` knows from outside whether the bot works: it asks, over a Unix socket, and the bot answers.

Asking costs an idle bot nothing, where a heartbeat would wake it again and again; and a bot that hangs cannot answer.
"""

import asyncio
import hashlib
import json
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from db.engine import sqlite_path

_log = logging.getLogger(__name__)

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Health:
    """What the bot says of itself: what does not work, in words for the operator."""

    troubles: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.troubles


def socket_path(database_url: str) -> Path:
    """Return where the bot of this database listens; the same for whoever has the same settings."""
    file = sqlite_path(database_url)
    where = f"{os.getuid()}:{file.resolve() if file else database_url}"
    name = f"docsbot-{hashlib.sha256(where.encode()).hexdigest()[:16]}.sock"
    path = Path(tempfile.gettempdir()) / name
    # The system takes no longer names for sockets, and /tmp is there on every system that has them.
    return path if len(os.fsencode(path)) <= _LONGEST_NAME else Path("/tmp") / name  # noqa: S108


@asynccontextmanager
async def answering(path: Path, examine: Callable[[], Health]) -> AsyncIterator[None]:
    """Answer whoever asks, only for users of this account, while the block runs."""

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            writer.write(json.dumps(asdict(examine())).encode())
            await writer.drain()
        writer.close()

    try:
        path.unlink(missing_ok=True)
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


async def ask(path: Path, timeout_s: float = 5.0) -> Health:
    """Ask the running bot; no answer in time is trouble too."""
    try:
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_unix_connection(path)
            with closing(writer):
                answer = await reader.read()
    except FileNotFoundError:
        return Health(("the bot does not run, or has other settings",))
    except (OSError, TimeoutError) as error:
        return Health((f"the bot does not answer ({type(error).__name__})",))
    try:
        return Health(tuple(json.loads(answer)["troubles"]))
    except (ValueError, KeyError, TypeError):
        return Health(("the bot's answer cannot be read",))
