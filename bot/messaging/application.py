"""python-telegram-bot, set up for this bot: long time-outs for uploads.

What it has for taking in updates is not used: it would lose some in a crash, and go deaf at one that it cannot read.
"""

import ssl
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
from telegram.ext import Application, ApplicationBuilder, BaseRateLimiter
from telegram.request import BaseRequest, HTTPXRequest

from bot.messaging.polling import PollingRequest
from bot.runtime.arrivals import Arrivals

_CONNECT_S, _READ_S, _WRITE_S, _POOL_S, _UPLOAD_S = 10.0, 20.0, 20.0, 20.0, 60.0

_JOINED_UP_TO = 256 * 1024
"""Bytes: with more, the copy costs more memory than the writes cost time."""

AnyApplication = Application[Any, Any, Any, Any, Any, Any]
_Json = dict[str, Any]


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
        httpx_kwargs={"verify": tls, "trust_env": False, "event_hooks": {"request": [_join_parts]}},
    )


async def _join_parts(request: httpx.Request) -> None:
    """Have a small upload written to its connection at once, and not field by field."""
    if int(request.headers.get("Content-Length", 0)) <= _JOINED_UP_TO:
        await request.aread()


class _PassingOn(BaseRateLimiter[None]):
    """Sees every call of the Bot API: whoever talks to Telegram holds up nobody's order any more."""

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals = arrivals

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | _Json | list[_Json]]],
        args: Any,
        kwargs: dict[str, Any],
        *_: Any,
        **__: Any,
    ) -> bool | _Json | list[_Json]:
        self._arrivals.pass_on()
        return await callback(*args, **kwargs)


def new_application(
    *,
    token: str,
    api_url: str,
    request: BaseRequest,
    polling: PollingRequest,
    arrivals: Arrivals,
) -> AnyApplication:
    """Build the application; it connects to nothing before it is initialised."""
    return (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_url}/bot")
        .base_file_url(f"{api_url}/file/bot")
        .request(request)
        .get_updates_request(polling)
        .rate_limiter(_PassingOn(arrivals))
        .updater(None)
        .build()
    )
