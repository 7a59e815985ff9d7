"""The network between one process and Telegram, as python-telegram-bot's request object."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from tests.simulation.journal import Journal
from tests.simulation.telegram import Fate, File, Json, Refusal, Telegram
from tests.support.loop import Timeline

_POLLED = "getUpdates"
_FILE = "file"
_NAMES = {"sendMessage": "send", "sendDocument": "send", "sendMediaGroup": "send album"}
"""What shows people something new, as the points are called at which a process may die."""
_PAGE = b"<html>502 Bad Gateway</html>"

Here = Callable[[str], Awaitable[None]]


class Wire(BaseRequest):
    """Carries calls to the model and misbehaves as their fates say."""

    def __init__(
        self,
        telegram: Telegram,
        timeline: Timeline,
        journal: Journal,
        here: Here,
        next_fate: Callable[[str], Fate],
    ) -> None:
        self._telegram = telegram
        self._timeline = timeline
        self._journal = journal
        self._here = here
        self._next_fate = next_fate

    @property
    def read_timeout(self) -> float:
        return 20.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        del method
        call = _FILE if "/file/bot" in url else url.rpartition("/")[2]
        data = request_data.json_parameters if request_data is not None else {}
        files = request_data.multipart_data if request_data is not None else {}
        uploads = {key: File(str(file[0]), file[1]) for key, file in files.items() if isinstance(file[1], bytes)}
        name = f"telegram {_NAMES.get(call, call)}"
        await self._here(name)
        fate = self._next_fate(call)
        if fate.kind != "fine":
            self._journal.disturbances.append(self._timeline.now)
        await asyncio.sleep(fate.going)
        match fate.kind:
            case "cut before":
                raise TimedOut if fate.retry_after == 1 else NetworkError("connection reset")
            case "flood":
                return _answer(Refusal(429, "Too Many Requests", retry_after=fate.retry_after))
            case "5xx":
                return _answer(Refusal(500, "Internal Server Error"))
            case "page":
                return 502, _PAGE
        try:
            if call == _FILE:
                return 200, self._telegram.download(url.rpartition("/")[2])
            result = await self._carry(call, data, uploads)
        except Refusal as refusal:
            self._journal.disturbances.append(self._timeline.now)
            return _answer(refusal)
        await asyncio.sleep(fate.coming)
        await self._here(f"after {name}")
        if fate.kind == "cut after":
            raise TimedOut
        if call in _NAMES:
            self._telegram.are_known(result if isinstance(result, list) else [result])
        return 200, json.dumps({"ok": True, "result": result}).encode()

    async def _carry(self, call: str, data: Json, uploads: Mapping[str, File]) -> Any:
        if call == _POLLED:
            return await self._telegram.get_updates(int(data.get("offset", 0)), float(data.get("timeout", 0)))
        return self._telegram.call(call, data, uploads)


def _answer(refusal: Refusal) -> tuple[int, bytes]:
    return refusal.status, json.dumps(refusal.answer).encode()
