"""python-telegram-bot, set up for this bot: long time-outs for uploads, and an ear for deafness."""

import asyncio
import ssl
from http import HTTPStatus
from typing import Any

from telegram.ext import Application, ApplicationBuilder
from telegram.request import BaseRequest, HTTPXRequest

from bot.messaging.inbox import Inbox
from bot.messaging.update_order import PerChatProcessor
from bot.runtime.clock import Clock

POLL_TIMEOUT_S = 30
_CONNECT_S, _READ_S, _WRITE_S, _POOL_S, _UPLOAD_S = 10.0, 20.0, 20.0, 20.0, 60.0

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class PollingRequest(BaseRequest):
    """Sees how each `getUpdates` ends; the request itself is another's work.

    After one 401 or 404 python-telegram-bot stops polling for good while the process lives on: `deaf` tells.
    """

    def __init__(self, request: BaseRequest, clock: Clock) -> None:
        self._request = request
        self._clock = clock
        self.deaf = asyncio.Event()
        self.last_heard_at = clock.now()

    @property
    def read_timeout(self) -> float | None:
        return self._request.read_timeout

    async def initialize(self) -> None:
        await self._request.initialize()

    async def shutdown(self) -> None:
        await self._request.shutdown()

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, payload = await self._request.do_request(*args, **kwargs)
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}:
            self.deaf.set()
        elif status == HTTPStatus.OK:
            self.last_heard_at = self._clock.now()
        return status, payload


def new_request(connections: int, tls: ssl.SSLContext, proxy: str | None) -> HTTPXRequest:
    """Return an HTTP client for the Bot API, patient enough for uploads."""
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=_CONNECT_S,
        read_timeout=_READ_S,
        write_timeout=_WRITE_S,
        pool_timeout=_POOL_S,
        media_write_timeout=_UPLOAD_S,
        proxy=proxy,
        httpx_kwargs={"verify": tls, "trust_env": False},
    )


def new_application(
    *,
    token: str,
    api_url: str,
    request: BaseRequest,
    polling: PollingRequest,
    inbox: Inbox,
    processor: PerChatProcessor,
) -> AnyApplication:
    """Build the application; it connects to nothing before it is initialised."""
    return (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_url}/bot")
        .base_file_url(f"{api_url}/file/bot")
        .request(request)
        .get_updates_request(polling)
        .update_queue(inbox)
        .concurrent_updates(processor)
        .build()
    )
