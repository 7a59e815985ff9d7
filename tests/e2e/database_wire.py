"""A wire to the tests' PostgreSQL that can be cut, as a network is: nothing comes through, and nobody is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url

_SOCKET = ".s.PGSQL.5432"
_CHUNK = 2**16


class DatabaseWire:
    """Passes on what goes to and fro between one bot and the server."""

    def __init__(self, server: Path) -> None:
        self._server = server
        self._whole = asyncio.Event()
        self._whole.set()
        self._passing: set[asyncio.Task[None]] = set()
        self._serving: set[asyncio.Task[None]] = set()

    async def cut(self, seconds: float, *, forget: bool) -> None:
        """Let nothing through for a while; then what was held goes on, or (`forget`) all connections are gone."""
        self._whole.clear()
        await asyncio.sleep(seconds)
        if forget:
            for task in self._passing:
                task.cancel()
        self._whole.set()

    async def serve(self, bot: asyncio.StreamReader, to_bot: asyncio.StreamWriter) -> None:
        """Take a connection of the bot's; to be handed to `start_unix_server`."""
        serving = asyncio.current_task()
        if serving is not None:
            self._serving.add(serving)
            serving.add_done_callback(self._serving.discard)
        try:
            await self._whole.wait()
            with suppress(OSError):
                server, to_server = await asyncio.open_unix_connection(self._server)
                try:
                    await self._both_ways(bot, to_server, server, to_bot)
                finally:
                    to_server.close()
        finally:
            to_bot.close()

    async def _both_ways(
        self,
        bot: asyncio.StreamReader,
        to_server: asyncio.StreamWriter,
        server: asyncio.StreamReader,
        to_bot: asyncio.StreamWriter,
    ) -> None:
        """Pass on until one end is closed."""
        ways = [asyncio.create_task(self._pass(*way)) for way in ((bot, to_server), (server, to_bot))]
        self._passing.update(ways)
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._passing.difference_update(ways)
            for task in ways:
                task.cancel()

    async def close(self) -> None:
        """End all connections."""
        serving = list(self._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                await self._whole.wait()
                writer.write(data)
                await writer.drain()


@asynccontextmanager
async def database_wire(folder: Path, url: str) -> AsyncIterator[tuple[DatabaseWire, str]]:
    """Give a wire whose end is in a folder, and the address by which a bot uses the database at `url` through it."""
    address = make_url(url)
    wire = DatabaseWire(Path(str(address.query["host"]), _SOCKET))
    folder.mkdir()
    async with await asyncio.start_unix_server(wire.serve, folder / _SOCKET):
        try:
            yield wire, address.update_query_dict({"host": str(folder)}).render_as_string()
        finally:
            await wire.close()
