"""How an upload goes out to Telegram: a small one in one write, a large one without a copy of it."""

import ssl

import httpx
import pytest

from bot.messaging.application import new_request


class _Wire(httpx.AsyncBaseTransport):
    """Notes each piece that would be written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        self.written = [piece async for piece in request.stream]
        return httpx.Response(200)


@pytest.mark.parametrize(("size", "in_one"), [(0, True), (200_000, True), (2_000_000, False)])
async def test_only_a_small_upload_is_joined(size: int, in_one: bool) -> None:  # noqa: FBT001
    request, wire = new_request(1, ssl.create_default_context(), None), _Wire()
    client = request._client
    client._transport = wire
    sent = await client.post("http://telegram/", data={"chat_id": "7", "caption": "№"}, files={"document": b"%" * size})
    assert (len(wire.written) == 1) is in_one
    assert len(b"".join(wire.written)) == int(sent.request.headers["Content-Length"])
    assert b"%" * size in b"".join(wire.written)
    await request.shutdown()
