"""The webhook takes what Telegram posts, and from others not even the body."""

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from bot.messaging.webhook import WebhookServer
from bot.runtime.clock import LoopClock
from bot.runtime.log import configure
from tests.support.process_state import kept
from tests.unit.messaging.conftest import Desk, message

_SECRET = "s" * 32
_HEADERS = {"X-Telegram-Bot-Api-Secret-Token": _SECRET}


@asynccontextmanager
async def listening(desk: Desk) -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = WebhookServer(
        desk.receiver, path="/tele.gram", secret=_SECRET, clock=LoopClock(asyncio.get_running_loop())
    )
    server.listen("127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await server.close()


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as made:
        yield made


async def test_an_update_is_answered_once_it_is_stored(desk: Desk, client: httpx.AsyncClient) -> None:
    async with listening(desk) as address:
        async with desk.database.write():
            posting = asyncio.create_task(client.post(f"{address}/tele.gram", json=message(1), headers=_HEADERS))
            await asyncio.sleep(0.05)
            assert not posting.done()
        assert (await posting).status_code == 200
        await desk.rest()
    assert desk.handled == [1]


@pytest.mark.parametrize("body", [b"", b"null", b"\xff", b"{", b'{"update_id":5,"message":{}}', b"[" * 9999])
async def test_poison_is_taken_so_that_telegram_goes_on(desk: Desk, client: httpx.AsyncClient, body: bytes) -> None:
    async with listening(desk) as address:
        for content in (body, json.dumps(message(7)).encode()):
            answer = await client.post(f"{address}/tele.gram", content=content, headers=_HEADERS)
            assert answer.status_code == 200
        await desk.rest()
    assert desk.handled == [7]


async def test_nobody_else_is_heard(desk: Desk, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    async with listening(desk) as address:
        for path, method, headers in (
            ("/tele.gram", "POST", {}),
            ("/tele.gram", "POST", {"X-Telegram-Bot-Api-Secret-Token": "guessed"}),
            ("/tele.gram", "POST", {"X-Telegram-Bot-Api-Secret-Token": "ß"}),
            ("/tele.gram", "GET", _HEADERS),
            ("/telexgram", "POST", _HEADERS),
            ("/", "POST", _HEADERS),
        ):
            answer = await client.request(
                method,
                address + path,
                json=message(1),
                headers={name.encode(): value.encode() for name, value in headers.items()},
            )
            assert (answer.status_code, answer.content) == (403, b"")
    assert desk.handled == []
    assert caplog.text.count("refused") == 2


async def test_a_body_is_not_waited_for_from_somebody_without_the_secret(desk: Desk) -> None:
    async with listening(desk) as address:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        writer.write(b"POST /tele.gram HTTP/1.1\r\nHost: x\r\nContent-Length: 90000000\r\n\r\n")
        async with asyncio.timeout(5):
            answer = await reader.read(12)
        assert answer in {b"HTTP/1.1 403", b"HTTP/1.1 400"}
        writer.close()


async def test_a_body_of_more_than_a_megabyte_is_refused(desk: Desk, client: httpx.AsyncClient) -> None:
    async with listening(desk) as address:
        large = json.dumps(message(1) | {"filler": "x" * 2**20}).encode()
        try:
            answer = await client.post(f"{address}/tele.gram", content=large, headers=_HEADERS)
            assert answer.status_code == 400
        except httpx.HTTPError:
            pass
    assert desk.handled == []


async def test_what_is_no_http_leaves_no_line_each_time(desk: Desk) -> None:
    """Scanners send it all day."""
    said = io.StringIO()
    with kept():
        configure("INFO", "text", (), stream=said)
        async with listening(desk) as address:
            for garbage in (b"hello\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"\x16\x03\x01\r\n\r\n"):
                reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
                writer.write(garbage)
                async with asyncio.timeout(5):
                    await reader.read()
                writer.close()
    assert said.getvalue() == ""
