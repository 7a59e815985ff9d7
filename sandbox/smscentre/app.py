"""The SMS Center on HTTP: `/sys/documents.php` as the vendor has it, and `/sandbox/...` to steer it."""

import asyncio
from functools import lru_cache

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sandbox.documents.render import render
from sandbox.smscentre.answers import Answer, Refusal, Visit
from sandbox.smscentre.calls import decode
from sandbox.smscentre.centre import SmsCentre
from sandbox.smscentre.connection import Connection
from sandbox.smscentre.control import control_routes
from sandbox.smscentre.faults import Cut, Effect, Fail, Hang, Page
from sandbox.smscentre.replies import Reply, reply_to, reply_with

_PAPERS_KEPT = 256
_NOTHING = Reply(b"", "text/plain")


def create_app(centre: SmsCentre) -> Starlette:
    """Return the ASGI app of this SMS Center; several apps of one centre are several hosts of one vendor.

    To be run by `sandbox.server.serve`, which lets it cut connections.
    """
    documents = Route("/sys/documents.php", Documents(centre), methods=["GET", "POST"])
    return Starlette(routes=[documents, *control_routes(centre)])


class Documents:
    """The endpoint `documents.php`, an ASGI app of its own so that it may leave a request without an answer."""

    def __init__(self, centre: SmsCentre) -> None:
        self._centre = centre
        # The same paper is the same bytes, so what is asked for again need not be made again.
        self._render = lru_cache(_PAPERS_KEPT)(render)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request from its arrival to its end."""
        arrived = self._centre.clock.now()
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            return
        ip = request.client.host if request.client else "unknown"
        query, form = scope["query_string"], body if _is_form(request) else b""
        visit = self._centre.arrive(arrived, ip, request.method, decode(query, b""), decode(query, form))
        delivered = False
        try:
            delivered = await self._serve(visit, Connection(scope, receive, send))
        finally:
            self._centre.leave(visit, delivered=delivered)

    async def _serve(self, visit: Visit, connection: Connection) -> bool:
        """Handle the request and answer it, mishaps included; say whether a whole answer went out."""
        entry, faults = visit.entry, self._centre.faults
        delay = faults.take_delay(entry.login, entry.method)
        effect = faults.take(entry.login, entry.method, handled=False)
        reply = _NOTHING
        if effect is None or isinstance(effect, Fail):
            answer = self._centre.fail(visit, effect.code) if effect else self._centre.handle(visit)
            if not isinstance(answer, Refusal):
                effect = faults.take(entry.login, entry.method, handled=True)
            reply = reply_to(answer, await self._pdf(answer), self._centre.rules.dialect)
        self._centre.note_fault(visit, _describe(delay, effect))
        if await connection.client_leaves_within(delay):
            return False
        return await self._answer(reply, effect, connection)

    async def _answer(self, reply: Reply, effect: Effect | None, connection: Connection) -> bool:
        match effect:
            case Cut(point):
                if point == "midway":
                    await connection.begin(reply, reply.midway)
                await connection.cut()
            case Hang():
                await self._hang(connection)
            case Page():
                await connection.respond(reply_with(effect))
            case _:
                await connection.respond(reply)
        return not isinstance(effect, Cut | Hang)

    async def _hang(self, connection: Connection) -> None:
        """Hold the connection until its client leaves, or `faults.clear()` cuts it."""
        with self._centre.holding(connection.cutter()):
            await connection.client_left()

    async def _pdf(self, answer: Answer) -> bytes:
        """Return the answer's paper; in a thread, since the others' arrival times must not wait for it."""
        return b"" if isinstance(answer, Refusal) else await asyncio.to_thread(self._render, answer.paper)


def _is_form(request: Request) -> bool:
    """Say whether the body holds parameters; of anything else not even the journal must keep a piece."""
    return request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


def _describe(delay: float, effect: Effect | None) -> str | None:
    words = [f"delay {delay:g} s"] if delay else []
    return ", ".join([*words, str(effect)] if effect else words) or None
