"""The feed: all that the page shows, in named slices, as server-sent events; only slices that changed are sent."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from sandbox.demo.stage import Stage
from sandbox.telegram import Impossible
from sandbox.telegram.state import User
from sandbox.web import chats
from sandbox.web.people import people
from sandbox.web.queue import queue
from sandbox.web.reading import Reading
from sandbox.web.trouble import Troubles
from sandbox.web.vendor import vendor

GATHER = 0.04
"""Seconds for which changes are gathered before they are sent."""

SETTLE = 1.0
"""Seconds after the last change at which the queue is read once more: its rows are written after the messages."""

IDLE = 15.0
"""Seconds of silence after which a sign of life is sent, so that both ends notice a dead connection."""


class Feed:
    """Serves `/events?as=<person>`: the world as this person sees it, from now on."""

    def __init__(self, stage: Stage, troubles: Troubles) -> None:
        self._stage = stage
        self._people = Reading(stage, people)
        self._queue = Reading(stage, queue)
        self._troubles = troubles

    async def events(self, request: Request) -> Response:
        """Stream slices until the page goes away."""
        try:
            person = self._stage.cast.person(int(request.query_params.get("as", "")))
        except (ValueError, Impossible) as error:
            return JSONResponse({"error": str(error)}, 400)
        return StreamingResponse(self._stream(person), media_type="text/event-stream")

    async def _stream(self, person: User) -> AsyncIterator[str]:
        sent: dict[str, str] = {}
        settled = False
        while True:
            rings = self._stage.telegram.world.bell.rings
            for name, value in (await self._slices(person, again=settled)).items():
                text = json.dumps(value, ensure_ascii=False)
                if sent.get(name) != text:
                    sent[name] = text
                    yield _event(name, text)
            settled = not await self._changes(rings, IDLE if settled else SETTLE) and not settled
            yield ": alive\n\n"

    async def _slices(self, person: User, *, again: bool) -> dict[str, Any]:
        stage = self._stage
        return {
            "people": await self._people.read(again=again),
            "chats": chats.overview(stage, person),
            **{f"chat/{chat.id}": chats.conversation(stage, chat, person) for chat in chats.chats_of(stage, person)},
            "answers": chats.answers(stage, person),
            "vendor": vendor(stage),
            "queue": await self._queue.read(again=again),
            "troubles": self._troubles.coming(),
            "bot": {"alive": stage.bot.alive, "listens": stage.bot_listens, "starts": stage.bot.starts},
        }

    async def _changes(self, since: int, patience: float) -> bool:
        """Wait for the next change, and a moment for those that come with it; False if none came in time."""
        bell = self._stage.telegram.world.bell
        try:
            async with asyncio.timeout(patience):
                await bell.until(lambda: bell.rings != since)
        except TimeoutError:
            return False
        await asyncio.sleep(GATHER)
        return True


def _event(name: str, text: str) -> str:
    """Return one server-sent event; `now` (Unix time in seconds) lets the page reckon with our clock."""
    return f'event: slice\ndata: {{"name": {json.dumps(name)}, "now": {time.time()}, "value": {text}}}\n\n'
