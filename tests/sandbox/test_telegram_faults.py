"""Scripted trouble, as python-telegram-bot lives through it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from sandbox.telegram.faults import Faults
from tests.sandbox.telegram_playground import TOKEN, Playground, playground

ANNA = 100
PDF = b"%PDF-1.7"


@pytest.fixture
async def ground() -> AsyncIterator[Playground]:
    async with playground() as it:
        yield it


async def test_429_says_when_to_come_again(ground: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # without it PTB warns at every RetryAfter
    ground.telegram.faults.too_many_requests("sendMessage", retry_after=7)
    await ground.bot.send_document(ANNA, PDF)
    with pytest.raises(RetryAfter) as refused:
        await ground.bot.send_message(ANNA, "x")
    assert refused.value.retry_after == timedelta(seconds=7)
    await ground.bot.send_message(ANNA, "x")


LOST: dict[str, tuple[Callable[[Faults, bool], Any], type[TelegramError]]] = {
    "cut": (lambda faults, accepted: faults.cut("sendDocument", accepted=accepted), NetworkError),
    "502": (lambda faults, accepted: faults.server_error("sendDocument", accepted=accepted), NetworkError),
    "garbage": (lambda faults, accepted: faults.garble("sendDocument", accepted=accepted), TelegramError),
    "silence": (lambda faults, accepted: faults.hang("sendDocument", accepted=accepted), TimedOut),
}


@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize("case", LOST)
async def test_an_answer_is_lost_before_or_after_the_document_came(
    ground: Playground, case: str, *, accepted: bool
) -> None:
    script, error = LOST[case]
    script(ground.telegram.faults, accepted)
    with pytest.raises(error):
        await ground.bot.send_document(ANNA, PDF, filename="a.pdf", read_timeout=0.3)
    assert [document.content for document in ground.telegram.documents(ANNA)] == [PDF] * accepted
    (call,) = ground.telegram.journal.of("sendDocument")
    assert (call.accepted, call.result is not None, call.trouble is not None) == (accepted, accepted, True)
    assert not (call.heard and call.accepted)
    assert call.files["document"].content == PDF
    await ground.bot.send_document(ANNA, PDF)
    assert ground.telegram.journal.calls[-1].heard


async def test_a_cut_poll_loses_no_update(ground: Playground) -> None:
    ground.telegram.say(ANNA, ANNA, "/act")
    ground.telegram.faults.cut("getUpdates", accepted=True)
    with pytest.raises(NetworkError):
        await ground.bot.get_updates()
    assert len(await ground.bot.get_updates()) == 1


async def test_a_revoked_token_ends_polling(ground: Playground) -> None:
    ground.telegram.faults.unauthorized(count=None)
    for _ in range(2):
        with pytest.raises(InvalidToken):
            await ground.bot.get_updates()
    await ground.bot.send_message(ANNA, "other methods go on")
    ground.telegram.faults.clear()
    await ground.bot.get_updates()


async def test_faults_skip_and_count(ground: Playground) -> None:
    ground.telegram.faults.server_error("*", 500, skip=1, count=2)
    said = [await outcome(ground) for _ in range(4)]
    assert said == ["ok", "Internal Server Error", "Internal Server Error", "ok"]
    assert len(ground.telegram.faults) == 0


async def outcome(ground: Playground) -> str:
    try:
        await ground.bot.send_message(ANNA, "x")
    except NetworkError as error:
        return error.message
    return "ok"


async def test_a_hanging_call_ends_with_the_server() -> None:
    async with playground() as ground:
        ground.telegram.faults.hang("sendMessage")
        call = asyncio.ensure_future(ground.bot.send_message(ANNA, "x"))
        await ground.telegram.wait_for(lambda: ground.telegram.journal.of("sendMessage"))
    with pytest.raises(NetworkError):
        await call


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
    ids=["json", "form", "multipart"],
)
async def test_a_client_that_goes_amid_its_call_made_none(
    ground: Playground, content_type: str, caplog: pytest.LogCaptureFixture
) -> None:
    server = httpx.URL(ground.url)
    _, writer = await asyncio.open_connection(server.host, server.port)
    head = f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {content_type}\r\n"
    writer.write(f"{head}Content-Length: 1000\r\n\r\n--x\r\n".encode())
    await writer.drain()
    await ground.bot.get_me()
    writer.close()
    await writer.wait_closed()
    await ground.bot.get_me()
    assert not caplog.records, "the server did not take it for a mistake"
    assert not ground.telegram.journal.of("sendMessage")
