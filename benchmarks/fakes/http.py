"""An HTTP/1.1 server of the least that a benchmark needs: keep-alive, bodies of a known length, nothing else.

A request costs it about 50 microseconds; an ASGI server takes several times that, of the same two cores.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

_END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request whose body has arrived in full; the names of its headers are in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer; `status` is 200 unless something is refused."""

    body: bytes
    content_type: str = "application/json"
    status: int = 200


Handler = Callable[[HttpRequest], HttpAnswer | Awaitable[HttpAnswer]]
"""Answers at once or, for a long poll or a slow vendor, later."""


@asynccontextmanager
async def serve(handler: Handler) -> AsyncIterator[str]:
    """Serve on a free port of loopback; gives the base URL."""
    loop = asyncio.get_running_loop()
    connections: set[_Connection] = set()
    server = await loop.create_server(lambda: _Connection(handler, connections), "127.0.0.1", 0, backlog=16_384)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.close()
        for connection in list(connections):
            connection.abort()


class _Connection(asyncio.Protocol):
    def __init__(self, handler: Handler, connections: "set[_Connection]") -> None:
        self._handler = handler
        self._connections = connections
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._answering: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._connections.discard(self)
        if self._answering is not None:
            self._answering.cancel()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._take()

    def _take(self) -> None:
        """Answer what has arrived in full, one request after the other."""
        while self._answering is None and (request := self._next_request()) is not None:
            answer = self._handler(request)
            if isinstance(answer, HttpAnswer):
                self._write(answer)
            else:
                self._answering = asyncio.ensure_future(self._answer_later(answer))

    async def _answer_later(self, awaited: Awaitable[HttpAnswer]) -> None:
        answer = await awaited
        self._answering = None
        self._write(answer)
        self._take()

    def _next_request(self) -> HttpRequest | None:
        head_ends = self._buffer.find(_END_OF_HEAD)
        if head_ends < 0:
            return None
        first, *lines = self._buffer[:head_ends].decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        begins = head_ends + len(_END_OF_HEAD)
        ends = begins + int(headers.get("content-length", 0))
        if len(self._buffer) < ends:
            return None
        body = bytes(self._buffer[begins:ends])
        del self._buffer[:ends]
        return HttpRequest(first.split(" ")[1], headers, body)

    def _write(self, answer: HttpAnswer) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        head = (
            f"HTTP/1.1 {answer.status} X\r\ncontent-type: {answer.content_type}\r\n"
            f"content-length: {len(answer.body)}\r\n\r\n"
        )
        self._transport.write(head.encode("latin-1") + answer.body)
