"""Webhooks: python-telegram-bot's own server, and one that is out of order."""

import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.error import BadRequest, Conflict
from telegram.ext import Application, ApplicationBuilder, CommandHandler, ContextTypes

from sandbox.server import serve
from sandbox.telegram.webhook import SECRET_HEADER
from tests.sandbox.telegram_playground import TOKEN, Playground, client, playground

ANNA = 100


@pytest.fixture
async def ground() -> AsyncIterator[Playground]:
    async with playground() as it:
        yield it


async def greet(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_text("hello")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


async def test_an_application_is_served_by_webhook(ground: Playground) -> None:
    application: Application = ApplicationBuilder().bot(client(ground.url)).build()  # type: ignore[type-arg]
    application.add_handler(CommandHandler("start", greet))
    port = free_port()
    hook = f"http://127.0.0.1:{port}/hook"
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_webhook(
            "127.0.0.1", port, "hook", webhook_url=hook, secret_token="s3cret", allowed_updates=["message"]
        )
        asked = ground.telegram.say(ANNA, ANNA, "/start")
        assert (await ground.telegram.next_message(ANNA, after=asked)).text == "hello"
        await ground.telegram.wait_for(lambda: not len(ground.telegram.bot().updates))
        info = await ground.bot.get_webhook_info()
        assert (info.url, info.pending_update_count, info.allowed_updates) == (hook, 0, ("message",))
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            await ground.bot.get_updates()
        await application.updater.stop()
        await application.stop()


async def test_a_webhook_gets_each_update_until_it_takes_it(ground: Playground) -> None:
    statuses, seen = [500, 503, 200, 200, 200], []

    async def hook(request: Request) -> Response:
        seen.append(((await request.json())["message"]["text"], request.headers.get(SECRET_HEADER)))
        return Response(status_code=statuses[len(seen) - 1])

    async with serve(Starlette(routes=[Route("/hook", hook, methods=["POST"])])) as url:
        ground.telegram.say(ANNA, ANNA, "first")
        ground.telegram.say(ANNA, ANNA, "second")
        await ground.bot.set_webhook(f"{url}/hook", secret_token="s3cret")
        await ground.telegram.wait_for(lambda: not len(ground.telegram.bot().updates))
        assert seen == [("first", "s3cret")] * 3 + [("second", "s3cret")]
        info = await ground.bot.get_webhook_info()
        assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
        ground.telegram.redeliver()
        await ground.telegram.wait_for(lambda: not len(ground.telegram.bot().updates))
        assert [text for text, _ in seen[4:]] == ["second"]


async def test_a_deleted_webhook_gives_back_polling(ground: Playground) -> None:
    await ground.bot.set_webhook(f"http://127.0.0.1:{free_port()}/nobody")
    ground.telegram.say(ANNA, ANNA, "/start")
    await ground.telegram.wait_for(lambda: (hook := ground.telegram.bot().webhook) and hook.failure)
    await ground.bot.delete_webhook()
    assert len(await ground.bot.get_updates()) == 1
    await ground.bot.delete_webhook(drop_pending_updates=True)
    assert len(await ground.bot.get_updates()) == 0


async def test_what_telegram_refuses_as_a_webhook(ground: Playground) -> None:
    with pytest.raises(BadRequest, match=r"(?i)HTTPS URL must be provided"):
        await ground.bot.set_webhook("http://example.com/hook")
    with pytest.raises(BadRequest, match="unallowed characters"):
        await ground.bot.set_webhook("https://example.com/hook", secret_token="a b")


POISON = {
    "pinned": {"message": {"message_id": 7, "date": 1, "chat": {"id": 100, "type": "private"}, "pinned_message": {}}},
    "old my_chat_member": {"my_chat_member": {"chat": {"id": 100, "type": "private"}, "date": 1}},
    "half a surrogate": {"message": {"text": "\ud83d"}},
    "a list": [1, 2],
}


@pytest.mark.parametrize("way", ["polling", "webhook"])
@pytest.mark.parametrize("case", POISON)
async def test_any_json_comes_as_an_update(ground: Playground, case: str, way: str) -> None:
    got: list[Any] = []

    async def take(request: Request) -> Response:
        got.append(await request.json())
        return Response()

    async with (
        serve(Starlette(routes=[Route("/", take, methods=["POST"])])) as hook,
        httpx.AsyncClient(base_url=ground.url, trust_env=False) as http,
    ):
        if way == "webhook":
            await ground.bot.set_webhook(hook)
        told = await http.post("/sandbox/inject", content=json.dumps({"update": POISON[case]}))
        assert told.status_code == 200
        if way == "webhook":
            await ground.telegram.wait_for(lambda: not len(ground.telegram.bot().updates))
        else:
            got += (await http.get(f"/bot{TOKEN}/getUpdates")).json()["result"]
    (update,) = got
    poison = POISON[case]
    assert update == ({"update_id": update["update_id"], **poison} if isinstance(poison, dict) else poison)
