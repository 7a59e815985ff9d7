"""The TCP connection under a request: whether its client is still there, answers in part, and cutting it."""

import asyncio
from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.server import CUT
from sandbox.smscentre.replies import Reply


class ConnectionCut(ConnectionError):
    """The connection was to be cut where there is none: the app does not run under `sandbox.server.serve`."""


class Connection:
    """The connection of one request whose body has been read."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send

    async def respond(self, reply: Reply) -> None:
        """Send a whole answer."""
        await _response(reply)(self._scope, self._receive, self._send)

    async def begin(self, reply: Reply, length: int) -> None:
        """Send the head, which announces all of the answer, and the first `length` bytes of the body."""
        headers = _response(reply).raw_headers
        await self._send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await self._send({"type": "http.response.body", "body": reply.body[:length], "more_body": True})

    async def client_left(self) -> None:
        """Wait until the client, or we, have closed the connection."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def client_leaves_within(self, seconds: float) -> bool:
        """Wait for so long and say whether the client left meanwhile; returns early if it did."""
        try:
            async with asyncio.timeout(seconds):
                await self.client_left()
        except TimeoutError:
            return False
        return True

    async def cut(self) -> None:
        """End the connection here and return when the server has noticed; raises ConnectionCut if there is none."""
        self.cutter()()
        await self.client_left()

    def cutter(self) -> Callable[[], None]:
        """Return what cuts the connection when it is called, by whomever; raises ConnectionCut if there is none."""
        try:
            cut: Callable[[], None] = self._scope["extensions"][CUT]["cut"]
        except KeyError:
            raise ConnectionCut("cut by the sandbox") from None
        return cut


def _response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, reply.headers, reply.content_type)
