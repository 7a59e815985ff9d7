"""A model of SMS Center behind httpx: it makes invoices, and misbehaves as its fate says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from random import Random
from types import SimpleNamespace
from urllib.parse import parse_qsl

import httpx

from tests.simulation.journal import Exchange, Journal
from tests.support.loop import Timeline

_BOUNDARY = "b0undary"
_ERRORS = (1, 2, 4, 5, 6, 7, 9, 9, 9)

Here = Callable[[str], Awaitable[None]]
"""An await point: the process may die at it."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one call, drawn when it begins. Durations are seconds."""

    kind: str = "fine"
    connecting: float = 0.05
    sending: float = 0.02
    working: float = 0.5
    arrives_if_cut: bool = False
    traced: bool = True
    """Whether the transport tells how far it came, as httpcore does."""


_KINDS = (
    ("refused", 3),
    ("unreachable", 1),
    ("cut before", 2),
    ("cut after", 3),
    ("half", 3),
    ("short", 2),
    ("redirect", 1),
    ("5xx before", 1),
    ("5xx after", 2),
    ("empty", 1),
    ("page", 1),
    ("silent", 2),
    ("error", 8),
)


def draw_fate(random: Random, trouble: float) -> Fate:
    """Draw a call's fate; without trouble answers are still slow at times."""
    kind = "fine"
    if random.random() < trouble:
        names, weights = zip(*_KINDS, strict=True)
        kind = random.choices(names, weights)[0]
        if kind == "error":
            kind = f"error {random.choice(_ERRORS)}"
    return Fate(
        kind=kind,
        connecting=random.choice((0.0, 0.05, 2.0)),
        sending=random.choice((0.0, 0.02, 1.0)),
        working=random.choice((0.0, 0.5, 3.0, 20.0)),
        arrives_if_cut=random.random() < 0.5,
        traced=random.random() < 0.7,
    )


class Vendor:
    """The vendor's side: counts invoices and answers calls; it outlives the bot's processes."""

    def __init__(self, timeline: Timeline, journal: Journal, next_fate: Callable[[], Fate]) -> None:
        self._timeline = timeline
        self._journal = journal
        self._next_fate = next_fate
        self._last_number = 9000
        self._open: dict[int, tuple[Exchange, Fate, Here]] = {}
        self._on_the_way: set[int] = set()

    def transport(self, here: Here) -> httpx.AsyncBaseTransport:
        """Return the network between one process and the vendor."""
        return _Network(self, here)

    def cut(self, caller: Here) -> None:
        """Cut the connections of a process that is gone."""
        for key, (exchange, fate, here) in list(self._open.items()):
            if here == caller:
                self._end(exchange, fate)
                del self._open[key]

    def take_in(self, caller: Here) -> None:
        """Let arrive what is on the way from a process that stands still: the network does not."""
        for exchange, _, here in self._open.values():
            if here == caller and id(exchange) in self._on_the_way:
                self.arrive(exchange)

    def give_up_waiting(self, caller: Here) -> None:
        """Count the calls of a process that leads no more as over: another counts from here."""
        for exchange, _, here in self._open.values():
            if here == caller and exchange.arrived_at is not None:
                exchange.ended_at = self._timeline.now

    def begin(self, form: dict[str, str], here: Here) -> tuple[Exchange, Fate]:
        call = next(name for name in ("add_account", "get_account", "get_act") if name in form)
        marker = form.get("num", "")
        if not marker.startswith("kim"):
            marker = form.get("user", "?")
        exchange = Exchange(form["login"], call, marker, started_at=self._timeline.now, service=form.get("service", ""))
        fate = self._next_fate()
        exchange.calm = fate.kind == "fine" and fate.traced
        if fate.kind != "fine":
            self._journal.disturbances.append(self._timeline.now)
        self._journal.exchanges.append(exchange)
        self._open[id(exchange)] = exchange, fate, here
        return exchange, fate

    def send(self, exchange: Exchange) -> None:
        """Note that the request's bytes went out; whether they arrive is another matter."""
        self._on_the_way.add(id(exchange))

    def arrive(self, exchange: Exchange) -> None:
        self._on_the_way.discard(id(exchange))
        if exchange.arrived_at is None:
            exchange.arrived_at = self._timeline.now

    def work(self, exchange: Exchange) -> None:
        """Do what was asked: make the invoice, or find the document."""
        if exchange.call == "add_account":
            self._last_number += 1
            exchange.invoice = str(self._last_number)
        exchange.pdf = f"%PDF-1.4\n{exchange.call} {exchange.marker} {exchange.invoice}\n%%EOF\n".encode()

    def end(self, exchange: Exchange) -> None:
        """Note that the caller is done with the call, whatever it got."""
        found = self._open.pop(id(exchange), None)
        if found is not None:
            self._end(*found[:2])

    def _end(self, exchange: Exchange, fate: Fate) -> None:
        if exchange.ended_at is None:
            exchange.ended_at = self._timeline.now
        if exchange.answer == "none":
            exchange.answer = "lost"
            if id(exchange) in self._on_the_way and fate.arrives_if_cut:
                self.arrive(exchange)
                self.work(exchange)
        self._on_the_way.discard(id(exchange))


class _Network(httpx.AsyncBaseTransport):
    def __init__(self, vendor: Vendor, here: Here) -> None:
        self._vendor = vendor
        self._here = here

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._here("vendor connect")
        exchange, fate = self._vendor.begin(dict(parse_qsl((await request.aread()).decode())), self._here)
        try:
            return await self._talk(request, exchange, fate)
        except BaseException:
            self._vendor.end(exchange)
            raise

    async def _talk(self, request: httpx.Request, exchange: Exchange, fate: Fate) -> httpx.Response:
        trace = request.extensions.get("trace") if fate.traced else None
        if trace is not None:
            await trace("connection.connect_tcp.started", {})
        await asyncio.sleep(fate.connecting)
        if fate.kind == "refused":
            exchange.answer = "refused connection"
            raise httpx.ConnectError("connection refused")
        if fate.kind == "unreachable":
            await asyncio.sleep(5)
            exchange.answer = "refused connection"
            raise httpx.ConnectTimeout("timed out")
        if trace is not None:
            await trace("http11.send_request_headers.started", {"request": SimpleNamespace(method=b"POST")})
        await self._here("vendor send")
        self._vendor.send(exchange)
        await asyncio.sleep(fate.sending)
        if fate.kind == "cut before":
            exchange.answer = "lost"
            raise httpx.ReadError("connection reset")
        self._vendor.arrive(exchange)
        await self._here("vendor arrived")
        return await self._answer(exchange, fate)

    async def _answer(self, exchange: Exchange, fate: Fate) -> httpx.Response:
        kind, _, code = fate.kind.partition(" ")
        if kind == "error":
            return self._response(exchange, f"refused {code}", 200, _error(int(code)), "application/json")
        if fate.kind == "redirect":
            return self._response(exchange, "refused redirect", 301, b"", "text/html")
        if fate.kind == "5xx before":
            return self._response(exchange, "lost", 502, b"<html>Bad Gateway</html>", "text/html")
        self._vendor.work(exchange)
        await asyncio.sleep(fate.working)
        await self._here("vendor worked")
        match fate.kind:
            case "cut after":
                exchange.answer = "lost"
                raise httpx.RemoteProtocolError("server disconnected")
            case "silent":
                await asyncio.sleep(120)
                raise httpx.ReadTimeout("timed out")
            case "5xx after":
                return self._response(exchange, "lost", 500, b"<html>Error</html>", "text/html")
            case "empty":
                return self._response(exchange, "lost", 200, b"", "text/plain")
            case "page":
                return self._response(exchange, "lost", 200, b"<html>Maintenance</html>", "text/html")
        content_type, content = _document(exchange)
        if fate.kind == "half":
            half = content[: len(content) * 2 // 3]
            return self._response(exchange, "lost", 200, half, content_type, cut=True)
        if fate.kind == "short":
            # All is framed as if it were whole, only a plain document is honest about its length.
            plain = exchange.invoice is None
            stopped = content[: content.index(b"%PDF-") + 20]
            return self._response(exchange, "lost", 200, stopped, content_type, cut=plain)
        return self._response(exchange, "fine", 200, content, content_type)

    def _response(
        self, exchange: Exchange, meaning: str, status: int, content: bytes, content_type: str, *, cut: bool = False
    ) -> httpx.Response:
        headers = {"content-type": content_type, "content-length": str(len(content) + cut)}
        stream = _Stream(self._vendor, self._here, exchange, meaning, content, cut=cut)
        return httpx.Response(status, headers=headers, stream=stream)


class _Stream(httpx.AsyncByteStream):
    """The answer's body; the call is over when it has been read, or is closed before."""

    def __init__(
        self, vendor: Vendor, here: Here, exchange: Exchange, meaning: str, content: bytes, *, cut: bool
    ) -> None:
        self._vendor = vendor
        self._here = here
        self._exchange = exchange
        self._meaning = meaning
        self._content = content
        self._cut = cut

    async def __aiter__(self) -> AsyncIterator[bytes]:
        middle = len(self._content) // 2
        yield self._content[:middle]
        await self._here("vendor answering")
        yield self._content[middle:]
        if self._cut:
            self._exchange.answer = self._meaning
            raise httpx.ReadError("connection reset")
        self._exchange.answer = self._meaning
        self._vendor.end(self._exchange)
        await self._here("vendor answered")

    async def aclose(self) -> None:
        self._vendor.end(self._exchange)


def _error(code: int) -> bytes:
    return f'{{"error": "described", "error_code": {code}}}'.encode()


def _document(exchange: Exchange) -> tuple[str, bytes]:
    pdf = exchange.pdf or b""
    if exchange.invoice is None:
        return "application/pdf", pdf
    told = f'{{"id": {exchange.invoice}, "sum": "1.00"}}'.encode()
    parts = b"".join(
        b"--%b\r\nContent-Type: %b\r\n\r\n%b\r\n" % (_BOUNDARY.encode(), kind, body)
        for kind, body in ((b"application/json", told), (b"application/pdf", pdf))
    )
    return f"multipart/mixed; boundary={_BOUNDARY}", parts + b"--%b--\r\n" % _BOUNDARY.encode()
