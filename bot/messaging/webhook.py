"""The webhook: updates as Telegram posts them, answered with 200 only when they are stored.

Whoever finds the address may knock: the secret is looked at before the body is read, and nothing is kept of the rest.
"""

import hmac
import logging
import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from tornado import iostream, web
from tornado.httpserver import HTTPServer

from bot.messaging.raw_updates import RawUpdate
from bot.messaging.receiver import UpdateReceiver
from bot.runtime.clock import Clock
from bot.runtime.cooldown import Cooldown
from db.lease import LeaseLost

_log = logging.getLogger(__name__)

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_MOST_BYTES = 1024 * 1024
_HEADERS_WITHIN_S = 75
"""Telegram keeps its connections open between updates for about as long."""
_BODY_WITHIN_S = 10
_MOST_CONNECTIONS = 200
_A_LINE_EVERY = timedelta(minutes=1)


class WebhookServer:
    """Listens on an address for updates posted to one path."""

    def __init__(self, receiver: UpdateReceiver, *, path: str, secret: str, clock: Clock) -> None:
        self._refusals = _Refusals(clock)
        application = web.Application(
            [(re.escape(path), _UpdateHandler, {"receiver": receiver, "secret": secret, "refusals": self._refusals})],
            default_handler_class=_Elsewhere,
            default_handler_args={"refusals": self._refusals},
            log_function=lambda _: None,
        )
        self._server = _BoundedServer(
            application,
            max_body_size=_MOST_BYTES,
            max_header_size=16 * 1024,
            idle_connection_timeout=_HEADERS_WITHIN_S,
            body_timeout=_BODY_WITHIN_S,
        )

    def listen(self, host: str, port: int) -> None:
        """Begin to listen. Raises `OSError` where the address cannot be had."""
        self._server.listen(port, address=host)

    async def close(self) -> None:
        """Take no more connections, and end those that are open."""
        self._server.stop()
        await self._server.close_all_connections()
        self._refusals.report()


class _Refusals:
    """Counts who is turned away, and says so once a minute at most: a scanner must not fill the log."""

    def __init__(self, clock: Clock) -> None:
        self._lines = Cooldown(clock, _A_LINE_EVERY)
        self._count = 0

    def add(self) -> None:
        self._count += 1
        if self._lines.first("refused"):
            self.report()

    def report(self) -> None:
        if self._count:
            _log.warning("webhook: refused %d requests that do not have Telegram's secret", self._count)
        self._count = 0


class _BoundedServer(HTTPServer):
    _open = 0

    def handle_stream(self, stream: iostream.IOStream, address: Any) -> None:
        if self._open >= _MOST_CONNECTIONS:
            stream.close()
            return
        self._open += 1
        super().handle_stream(stream, address)

    def on_close(self, server_conn: object) -> None:
        self._open -= 1
        super().on_close(server_conn)


@web.stream_request_body
class _UpdateHandler(web.RequestHandler):
    """Takes one update."""

    def initialize(self, receiver: UpdateReceiver, secret: str, refusals: _Refusals) -> None:
        self._receiver = receiver
        self._secret = secret.encode()
        self._refusals = refusals
        self._body = bytearray()

    def prepare(self) -> None:
        said = self.request.headers.get(_SECRET_HEADER, "").encode("utf-8", "replace")
        if self.request.method != "POST" or not hmac.compare_digest(said, self._secret):
            _refuse(self, self._refusals)

    def data_received(self, chunk: bytes) -> None:
        if not self._finished:
            self._body += chunk

    async def post(self) -> None:
        try:
            await self._receiver.take([RawUpdate.of(self._body.decode("utf-8", "replace"))])
        except LeaseLost:
            # Telegram brings it again, by then to a process that can store it.
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)


class _Elsewhere(web.RequestHandler):
    """Whatever is asked on another path."""

    def initialize(self, refusals: _Refusals) -> None:
        self._refusals = refusals

    def prepare(self) -> None:
        _refuse(self, self._refusals)


def _refuse(handler: web.RequestHandler, refusals: _Refusals) -> None:
    """Say no in a word, and hear no more of it."""
    refusals.add()
    handler.set_status(HTTPStatus.FORBIDDEN)
    handler.set_header("Connection", "close")
    handler.finish()
