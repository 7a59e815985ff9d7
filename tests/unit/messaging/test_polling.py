"""Polling goes on through everything but a refused token, and confirms only what is stored."""

import asyncio
import json
from typing import Any

import pytest
from telegram.error import InvalidToken, NetworkError
from telegram.ext import ApplicationBuilder
from telegram.request import BaseRequest, RequestData

from bot.messaging.polling import Poller, PollingRequest
from bot.runtime.clock import LoopClock
from tests.unit.messaging.conftest import TOKEN, Desk, message

Answer = tuple[int, bytes] | Exception


def updates(*found: Any) -> Answer:
    return 200, json.dumps({"ok": True, "result": found}).encode()


def refused(status: int, description: str, **parameters: int) -> Answer:
    return status, json.dumps({"ok": False, "description": description, "parameters": parameters}).encode()


class Script(BaseRequest):
    """Answers polls as it is written, then never again; knows the offset of each."""

    def __init__(self, answers: list[Answer]) -> None:
        self._answers = answers
        self.offsets: list[int] = []
        self.over = asyncio.Event()

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        del url, method
        self.offsets.append(int(request_data.json_parameters.get("offset", 0)) if request_data else 0)
        if not self._answers:
            self.over.set()
            await asyncio.Event().wait()
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note how long the poller would pause instead of pausing."""
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    monkeypatch.setattr("bot.messaging.polling.asyncio.sleep", note)
    return pauses


def poller(desk: Desk, script: Script) -> Poller:
    request = PollingRequest(script)
    bot = ApplicationBuilder().token(TOKEN).updater(None).get_updates_request(request).build().bot
    return Poller(bot, request, desk.receiver, LoopClock(asyncio.get_running_loop()))


async def polled(desk: Desk, *answers: Answer) -> Script:
    """Poll until the script is over."""
    script = Script(list(answers))
    polling = asyncio.create_task(poller(desk, script).run())
    async with asyncio.timeout(5):
        await script.over.wait()
    polling.cancel()
    await asyncio.wait([polling])
    await desk.rest()
    return script


async def test_what_is_stored_is_confirmed(desk: Desk) -> None:
    script = await polled(desk, updates(message(7), message(8)), updates(), updates(message(9)))
    assert script.offsets == [0, 9, 9, 10]
    assert desk.handled == [7, 8, 9]


@pytest.mark.parametrize(
    "trouble",
    [
        NetworkError("cut"),
        OSError("odd"),
        refused(409, "Conflict: terminated by other getUpdates request"),
        refused(429, "Too Many Requests", retry_after=40),
        refused(500, "Internal Server Error"),
        (502, b"<html>"),
        (200, b"<html>"),
        (200, b""),
        (200, b'{"ok":true}'),
        (200, b"\xff\xfe"),
    ],
    ids=str,
)
async def test_trouble_is_waited_for(desk: Desk, trouble: Answer, no_pauses: list[float]) -> None:
    script = await polled(desk, trouble, trouble, updates(message(7)))
    assert script.offsets == [0, 0, 0, 8]
    assert desk.handled == [7]
    expected = [40.2, 40.2] if "429" in str(trouble) else [0.5, 1.0]
    assert no_pauses[:2] == expected


@pytest.mark.parametrize("status", [401, 404])
async def test_a_refused_token_ends_it(desk: Desk, status: int) -> None:
    with pytest.raises(InvalidToken):
        await poller(desk, Script([refused(status, "no")])).run()


async def test_poison_alone_is_passed_and_never_asked_for_without_a_pause(desk: Desk, no_pauses: list[float]) -> None:
    script = await polled(desk, updates(None), updates(None), updates(None, message(7)), updates(None), updates())
    assert script.offsets == [0, 0, 0, 8, 9, 9]
    assert len(no_pauses) == 2
    assert desk.handled == [7]


async def test_nothing_is_confirmed_before_it_is_stored(desk: Desk) -> None:
    script = Script([updates(message(7))])
    async with desk.database.write():
        polling = asyncio.create_task(poller(desk, script).run())
        for _ in range(20):
            await asyncio.sleep(0)
        assert script.offsets == [0]
    async with asyncio.timeout(5):
        await script.over.wait()
    assert script.offsets == [0, 8]
    polling.cancel()
