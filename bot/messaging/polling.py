"""Long polling: updates as Telegram wrote them, confirmed only when they are stored."""

import asyncio
import contextlib
import json
import logging
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from telegram import Bot
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.messaging.calls import seconds_to_wait
from bot.messaging.raw_updates import RawUpdate, next_offset, split
from bot.messaging.receiver import UpdateReceiver
from bot.runtime.backoff import backoff
from bot.runtime.clock import Clock

_log = logging.getLogger(__name__)

_POLL_TIMEOUT_S = 30
_SUSPICIOUS = timedelta(seconds=4 * _POLL_TIMEOUT_S)
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

_NONE_LEFT = json.dumps({"ok": True, "result": []}).encode()


class PollingRequest(BaseRequest):
    """Keeps back what `getUpdates` brings, for python-telegram-bot would read all of it, and fail at one of them.

    The request itself is another's work.
    """

    def __init__(self, request: BaseRequest) -> None:
        self._request = request
        self._fetched: list[str] = []

    @property
    def read_timeout(self) -> float | None:
        return self._request.read_timeout

    async def initialize(self) -> None:
        await self._request.initialize()

    async def shutdown(self) -> None:
        await self._request.shutdown()

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, payload = await self._request.do_request(*args, **kwargs)
        if status != HTTPStatus.OK:
            return status, payload
        answer = payload.decode("utf-8", "replace")
        self._fetched = split(answer)
        if self._fetched or _is_empty(answer):
            return status, _NONE_LEFT
        # No answer of the Bot API at all: of whatever stands between us.
        return HTTPStatus.BAD_GATEWAY, _NONE_LEFT

    def fetched(self) -> list[RawUpdate]:
        """Hand out what the latest poll brought, once."""
        fetched, self._fetched = self._fetched, []
        return [RawUpdate.of(text) for text in fetched]


class Poller:
    """Polls until it is cancelled, through whatever happens to the network; only a refused token ends it."""

    def __init__(self, bot: Bot, request: PollingRequest, receiver: UpdateReceiver, clock: Clock) -> None:
        self._bot = bot
        self._request = request
        self._receiver = receiver
        self._clock = clock
        self._offset = 0
        self._heard_at = self._tried_at = clock.now()

    def silent_since(self) -> datetime | None:
        """Return when Telegram last answered a poll, if that is suspiciously long ago."""
        return self._heard_at if self._clock.now() - self._heard_at > _SUSPICIOUS else None

    def hangs(self) -> bool:
        """Say whether polls do not even fail: that is no trouble of the network."""
        return self._clock.now() - self._tried_at > _SUSPICIOUS

    async def run(self) -> None:
        """Poll. Raises `InvalidToken`."""
        pauses = backoff(0.5, 30.0)
        while True:
            try:
                updates = await self._poll(_POLL_TIMEOUT_S)
            except InvalidToken:
                raise
            except TelegramError as error:
                self._tried_at = self._clock.now()
                pause_s = max(next(pauses), seconds_to_wait(error))
                _complain(error, pause_s)
                await asyncio.sleep(pause_s)
                continue
            self._heard_at = self._tried_at = self._clock.now()
            await self._receiver.take(updates)
            before, self._offset = self._offset, next_offset(self._offset, updates)
            if updates and self._offset == before:
                # Telegram will bring the same again at once.
                await asyncio.sleep(next(pauses))
            else:
                pauses = backoff(0.5, 30.0)

    async def confirm(self) -> None:
        """Tell Telegram at the end what was taken, so that it need not come again; if it does, it is known."""
        if self._offset:
            with contextlib.suppress(TelegramError):
                await self._poll(0)

    async def _poll(self, timeout_s: int) -> list[RawUpdate]:
        await self._bot.get_updates(self._offset, timeout=timeout_s, allowed_updates=ALLOWED_UPDATES)
        return self._request.fetched()


def _is_empty(answer: str) -> bool:
    try:
        return bool(json.loads(answer)["result"] == [])
    except (ValueError, RecursionError, TypeError, LookupError):
        return False


def _complain(error: TelegramError, pause_s: float) -> None:
    if isinstance(error, Conflict):
        _log.error("another program polls Telegram with this TELEGRAM_TOKEN: end it, or it takes our commands")
    else:
        _log.warning("polling Telegram failed (%.200s); trying again in %.1f s", error, pause_s)
