"""Polling as python-telegram-bot does it, conflicts included, and how the server ends it."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import Conflict, InvalidToken, NetworkError, TimedOut
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, CommandHandler, ContextTypes

from tests.sandbox.telegram_playground import NAME, TOKEN, Playground, client, playground

ANNA, TEAM, FORUM = 100, -1001, -1002


@pytest.fixture
async def ground() -> AsyncIterator[Playground]:
    async with playground() as it:
        yield it


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    message = update.effective_message
    assert message is not None
    await message.reply_text(f"you said {message.text}", do_quote=True)


async def thank(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("thanks")


async def hanging(ground: Playground) -> None:
    """Wait until a long poll hangs."""
    await ground.telegram.wait_for(lambda: ground.telegram.bot().poll)


async def test_an_application_answers_in_private_group_and_topic(ground: Playground) -> None:
    application: Application = ApplicationBuilder().bot(client(ground.url)).build()  # type: ignore[type-arg]
    application.add_handler(CommandHandler("act", echo))
    application.add_handler(CallbackQueryHandler(thank))
    acts = ground.telegram.topic(FORUM, "Acts")
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling()
        for chat, thread_id in ((ANNA, None), (TEAM, None), (FORUM, acts)):
            asked = ground.telegram.say(ANNA, chat, f"/act@{NAME} 7", thread_id=thread_id)
            answer = await ground.telegram.next_message(chat, after=asked)
            assert (answer.text, answer.reply_to, answer.thread_id) == (f"you said /act@{NAME} 7", asked, thread_id)
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("B", callback_data="b")]])
        sent = await ground.bot.send_message(ANNA, "?", reply_markup=keyboard)
        pressed = ground.telegram.press(ANNA, ground.telegram.message(ANNA, sent.message_id), "B")
        assert (await ground.telegram.wait_for(lambda: pressed.answer)).text == "thanks"
        await application.updater.stop()
        await application.stop()
    assert len(ground.telegram.bot().updates) == 0


async def test_a_long_poll_wakes_at_once_and_confirms_nothing(ground: Playground) -> None:
    poll = asyncio.ensure_future(ground.bot.get_updates(timeout=30))
    await hanging(ground)
    ground.telegram.say(ANNA, ANNA, "/act")
    (update,) = await asyncio.wait_for(poll, 1)
    assert await ground.bot.get_updates() == (update,)
    assert await ground.bot.get_updates(offset=update.update_id + 1) == ()


async def test_allowed_updates_are_remembered(ground: Playground) -> None:
    await ground.bot.get_updates(allowed_updates=["callback_query"])
    ground.telegram.say(ANNA, ANNA, "unwanted")
    assert await ground.bot.get_updates() == ()


async def test_the_earlier_of_two_polls_ends_with_a_conflict(ground: Playground) -> None:
    async with client(ground.url) as other:
        first = asyncio.ensure_future(ground.bot.get_updates(timeout=30))
        await hanging(ground)
        mark = ground.telegram.bot().poll
        second = asyncio.ensure_future(other.get_updates(timeout=30))
        await ground.telegram.wait_for(lambda: ground.telegram.bot().poll is not mark)
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        ground.telegram.say(ANNA, ANNA, "/act")
        assert len(await second) == 1


async def test_a_poll_that_lost_its_client_takes_nothing_away(ground: Playground) -> None:
    with pytest.raises(TimedOut):
        await ground.bot.get_updates(timeout=10, read_timeout=-9.9)  # PTB adds the two
    await ground.telegram.wait_for(lambda: ground.telegram.bot().poll is None)
    ground.telegram.say(ANNA, ANNA, "/act")
    assert len(await ground.bot.get_updates()) == 1


async def test_a_confirmed_update_is_handed_out_again_on_demand(ground: Playground) -> None:
    ground.telegram.say(ANNA, ANNA, "/act")
    (update,) = await ground.bot.get_updates()
    await ground.bot.get_updates(offset=update.update_id + 1)
    poll = asyncio.ensure_future(ground.bot.get_updates(offset=update.update_id + 1, timeout=30))
    await hanging(ground)
    ground.telegram.redeliver()
    assert await poll == (update,)


async def test_wrong_tokens_and_methods(ground: Playground) -> None:
    with pytest.raises(InvalidToken):
        async with client(ground.url, "7001:revoked"):
            pass
    async with httpx.AsyncClient(base_url=ground.url, trust_env=False) as http:
        answers = [
            await http.get(path) for path in ("/bot7001:revoked/getMe", "/botnonsense/getMe", f"/bot{TOKEN}/fly")
        ]
        assert [(answer.status_code, answer.json()["description"]) for answer in answers] == [
            (401, "Unauthorized"),
            (404, "Not Found"),
            (404, "Not Found: method not found"),
        ]
        for call in (
            http.get(f"/bot{TOKEN}/sendmessage", params={"chat_id": ANNA, "text": "a"}),
            http.post(
                f"/bot{TOKEN}/sendMessage", json={"chat_id": ANNA, "text": "a", "reply_markup": {"force_reply": True}}
            ),
            http.post(f"/bot{TOKEN}/sendMessage", data={"chat_id": ANNA, "text": "a"}),
            http.post(f"/bot{TOKEN}/sendMessage", files={"chat_id": (None, "100"), "text": (None, "a")}),
        ):
            assert (await call).json()["result"]["text"] == "a"
        half_a_letter = '{"chat_id": 100, "text": "\\ud83d"}'
        json_type = {"Content-Type": "application/json"}
        broken = await http.post(f"/bot{TOKEN}/sendMessage", content=half_a_letter, headers=json_type)
        assert broken.json()["description"] == "Bad Request: strings must be encoded in UTF-8"


async def test_the_server_stops_while_a_poll_hangs() -> None:
    async with playground() as ground:
        poll = asyncio.ensure_future(ground.bot.get_updates(timeout=30))
        await hanging(ground)
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 5
    with pytest.raises(NetworkError):
        await poll
