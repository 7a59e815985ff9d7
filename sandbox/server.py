"""Serve an ASGI app with uvicorn inside the running event loop, and misbehave on the wire when asked to."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

T = TypeVar("T")

CUT = "sandbox.cut"
"""Name of the ASGI extension whose `cut()` drops the client's connection at once."""

LOOPBACK = "127.0.0.1"

STOP_GRACE = 0.2
"""Seconds that handlers get to notice that their client is gone when the server stops."""


class ClientGone(Exception):
    """The client closed its connection before it had its answer."""


class Cut(Response):
    """No answer: the connection breaks before the first byte of one."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        scope["extensions"][CUT]["cut"]()
        await _gone(receive)


class Hang(Response):
    """No answer: the connection stays open until the client gives up or the server stops."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        await _gone(receive)


class AsciiJson(JSONResponse):
    """JSON with everything but ASCII escaped, as Telegram writes it: even half of a surrogate pair gets through."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode("ascii")


async def unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Do `work` for a request whose body was read, and drop it when the client goes away.

    Raises `ClientGone` in that case. Handlers that wait (long polls) need it to end when the server stops.
    """
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_gone(request.receive))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientGone
        return working.result()
    finally:
        working.cancel()
        watching.cancel()


def listen(host: str = LOOPBACK, port: int = 0) -> socket.socket:
    """Listen on an address of this machine; port 0 takes a free one. `OSError`: it is taken, or not ours to take."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family)
    # Accepted sockets inherit it. asyncio sets it only on sockets that it made, and without it answers take 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


@asynccontextmanager
async def serve(app: ASGIApp, host: str = LOOPBACK, port: int = 0) -> AsyncIterator[str]:
    """Listen, serve `app` and yield its base URL, `http://host:port`.

    Leaving the context closes every connection at once, long polls included. `OSError` as of `listen`.
    """
    with listen(host, port) as listening:
        async with serve_on(listening, app) as url:
            yield url


@asynccontextmanager
async def serve_on(listening: socket.socket, app: ASGIApp) -> AsyncIterator[str]:
    """Serve `app` on a socket that listens already, otherwise as `serve` does. The socket stays the caller's."""
    config = uvicorn.Config(
        app, http=_Protocol, ws="none", lifespan="off", log_config=None, access_log=False, timeout_keep_alive=75
    )
    config.load()
    server = _Server(config)
    server.lifespan = config.lifespan_class(config)
    host, port = listening.getsockname()[:2]
    await server.startup(sockets=[listening])
    try:
        yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    finally:
        await server.shutdown()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class _Protocol(H11Protocol):
    """uvicorn's protocol plus the extension `CUT`: ASGI itself has no word for breaking a connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            extensions = {**scope.get("extensions", {}), CUT: {"cut": self.transport.abort}}
            await inner({**scope, "extensions": extensions}, receive, send)

        self.app = app


class _Server(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002
        """Stop at once: uvicorn's own shutdown waits for answers that a long poll or a `Hang` never gives."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        if self.server_state.tasks:
            _, late = await asyncio.wait(self.server_state.tasks, timeout=STOP_GRACE)
            for task in late:
                task.cancel()
        for server in self.servers:
            await server.wait_closed()
