"""A raw HTTP server on loopback for the vendor tests: a script decides about every byte that it sends."""

import asyncio
import gzip
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs

CERTIFICATE = Path(__file__).with_name("localhost.pem")


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The form in the body; a parameter that comes twice fails the test that looks."""
        fields = parse_qs(self.body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict")
        assert all(len(values) == 1 for values in fields.values())
        return {name: values[0] for name, values in fields.items()}


class Wire:
    """The server's end of one connection."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def drip(self, data: bytes, pause: float) -> None:
        for byte in data:
            await self.send(bytes([byte]))
            await asyncio.sleep(pause)

    async def hang(self) -> None:
        await asyncio.Event().wait()

    def reset(self) -> None:
        """Drop the connection with a TCP reset, unsent bytes included."""
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


Script = Callable[[Wire], Awaitable[None]]


class Server:
    """Records requests and plays the script after each. Use as an async context manager."""

    def __init__(self, script: Script, *, tls: bool = False, silent: bool = False) -> None:
        """`silent`: accept connections and never write, so that a TLS handshake hangs; `left` tells of their end."""
        self.left = asyncio.Event()
        self.received: list[Received] = []
        self.connections = 0
        self._script = script
        self._scheme = "https" if tls else "http"
        self._tls = _tls_context() if tls else None
        self._silent = silent
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            if self._silent:
                while await reader.read(65536):
                    pass
                self.left.set()
                return
            self.received.append(await _receive(reader))
            await self._script(Wire(writer))
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client left, or the test is over
        finally:
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()
            self._tasks.discard(task)


async def _receive(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii")
    request_line, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
    method, target, _ = request_line.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method, target, headers, body)


def _tls_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def head(status: str = "200 OK", **headers: str) -> bytes:
    """Return a status line and headers; `content_type` stands for `Content-Type`."""
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def with_length(body: bytes, content_type: str = "application/pdf", status: str = "200 OK", **headers: str) -> bytes:
    """Return a whole answer with its length declared."""
    return head(status, content_type=content_type, content_length=str(len(body)), **headers) + body


def chunked(body: bytes, content_type: str = "application/pdf", size: int = 1000) -> bytes:
    """Return a whole answer in chunks of that size."""
    pieces = [body[i : i + size] for i in range(0, len(body), size)]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return head(content_type=content_type, transfer_encoding="chunked") + chunks + b"0\r\n\r\n"


def until_close(body: bytes, content_type: str = "application/pdf") -> bytes:
    """Return an answer that ends when the connection does."""
    return head(content_type=content_type, connection="close") + body


def gzipped(body: bytes, content_type: str = "application/pdf") -> bytes:
    """Return a whole answer that is compressed."""
    return with_length(gzip.compress(body), content_type, content_encoding="gzip")


def plays(answer: bytes) -> Script:
    """Return the script that sends these bytes and closes the connection."""

    async def script(wire: Wire) -> None:
        await wire.send(answer)

    return script


@asynccontextmanager
async def answering(answer: bytes) -> AsyncIterator[Server]:
    """Run a server that gives this answer to every request."""
    async with Server(plays(answer)) as server:
        yield server


def refused_port() -> int:
    """Return a port of loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
