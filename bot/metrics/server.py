"""`/metrics`, `/live` and `/ready` over plain HTTP: for Prometheus, and for whoever starts and stops the process.

They tell figures and names of logins, no person and no secret; whoever reaches the address may read them.
"""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST
from tornado import web
from tornado.httpserver import HTTPServer

from bot.process.database import StartError
from bot.settings import Address

_MOST_BYTES = 16 * 1024
_SILENT_S = 75

Text = Callable[[], Awaitable[bytes]]
Troubles = Callable[[], Awaitable[Sequence[str]]]
"""Says why the process does not serve, in words for operators; nothing where it does, or stands by for that."""


@asynccontextmanager
async def serving(where: Address, text: Text, troubles: Troubles) -> AsyncIterator[None]:
    """Answer while the block runs. Raises `StartError` where the address cannot be had."""
    application = web.Application(
        [
            ("/metrics", _Metrics, {"text": text}),
            ("/ready", _Ready, {"troubles": troubles}),
            # That it is answered at all says that the event loop lives.
            ("/live", _Ready, {"troubles": no_troubles}),
        ],
        default_handler_class=_Elsewhere,
        log_function=lambda _: None,
    )
    server = HTTPServer(
        application, max_body_size=_MOST_BYTES, max_header_size=_MOST_BYTES, idle_connection_timeout=_SILENT_S
    )
    try:
        family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
        listening = socket.create_server((where.host, where.port), family=family)
    except OSError as error:
        raise StartError(f"METRICS_LISTEN: cannot listen on {where}: {error.strerror or error}", 2) from None
    listening.settimeout(0)
    server.add_socket(listening)
    try:
        yield
    finally:
        server.stop()
        await server.close_all_connections()


class _Plain(web.RequestHandler):
    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.set_header("Cache-Control", "no-store")

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        self.finish(f"{HTTPStatus(status_code).phrase}\n")


class _Metrics(_Plain):
    def initialize(self, text: Text) -> None:
        self._text = text

    async def get(self) -> None:
        written = await self._text()
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(written)


class _Ready(_Plain):
    def initialize(self, troubles: Troubles) -> None:
        self._troubles = troubles

    async def get(self) -> None:
        troubles = await self._troubles()
        if troubles:
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)
        self.finish("\n".join(troubles or ("ok",)) + "\n")


async def no_troubles() -> Sequence[str]:
    """Find nothing wrong."""
    return ()


class _Elsewhere(_Plain):
    def prepare(self) -> None:
        raise web.HTTPError(HTTPStatus.NOT_FOUND)
