"""Every answer and every update has exactly the members that the Bot API publishes, of the published types.

`telegram_types.json` is the part of the published description that the sandbox uses.
"""

import asyncio
import json
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import pytest
from telegram import BotCommandScopeChat, ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaDocument

from tests.sandbox.telegram_playground import NAME, Playground, playground

PUBLISHED = json.loads(Path(__file__).with_name("telegram_types.json").read_text(encoding="utf-8"))
PLAIN = {"Integer": int, "String": str, "Boolean": bool}
ANNA, BORIS, TEAM, FORUM = 100, 200, -1001, -1002


def complaints(value: Any, kinds: list[str], where: str) -> list[str]:
    """Return what is wrong with `value`, which has to be of one of the published `kinds`."""
    found = [_complaints(value, kind, where) for kind in kinds]
    return min(found, key=len)


def _complaints(value: Any, kind: str, where: str) -> list[str]:
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{where}: no array"]
        inner = [kind.removeprefix("Array of ")]
        return [wrong for index, item in enumerate(value) for wrong in complaints(item, inner, f"{where}[{index}]")]
    if kind in PLAIN:
        return [] if type(value) is PLAIN[kind] else [f"{where}: {value!r} is no {kind}"]
    published = PUBLISHED["types"].get(kind)
    if published is None or not isinstance(value, dict):
        return [f"{where}: {value!r} is no {kind} that is known here"]
    if "one_of" in published:
        return complaints(value, published["one_of"], where)
    members = published["required"] | published["optional"]
    wrong = [f"{where}: {name} is missing" for name in published["required"] if name not in value]
    for name, item in value.items():
        wrong += complaints(item, members[name], f"{where}.{name}") if name in members else [f"{where}: no {name}"]
    return wrong


@pytest.mark.parametrize(
    "value",
    [
        {"id": 1, "is_bot": 1, "first_name": "A"},
        {"id": 1, "is_bot": False},
        {"id": 1, "is_bot": False, "first_name": "A", "nickname": "B"},
        [],
    ],
)
def test_the_check_finds_what_is_wrong(value: Any) -> None:
    assert complaints(value, ["User"], "user")
    assert complaints({"id": 1, "is_bot": False, "first_name": "A"}, ["User"], "user") == []


async def test_all_answers_and_updates_are_as_published() -> None:
    async with playground() as ground:
        await everything_that_people_do(ground)
        for call in everything_that_bots_do(ground):
            await call
        calls = ground.telegram.journal.calls
        assert {call.method for call in calls} == set(PUBLISHED["methods"])
        assert [call.description for call in calls if not call.accepted] == []
        wrong = [
            wrong for call in calls for wrong in complaints(call.result, PUBLISHED["methods"][call.method], call.method)
        ]
        assert wrong == []
        kinds = {kind for call in calls if call.method == "getUpdates" for update in call.result for kind in update}
        assert kinds == {"update_id", "message", "edited_message", "callback_query", "my_chat_member"}


async def everything_that_people_do(ground: Playground) -> None:
    telegram = ground.telegram
    telegram.set_admin(TEAM)
    telegram.edit(telegram.say(ANNA, TEAM, "see https://smscentre.com @anna"), "/act")
    telegram.share_contact(ANNA, ANNA, BORIS)
    await hand_on(ground)
    telegram.say(ANNA, TEAM, "anonymous", as_chat=TEAM)
    telegram.add_channel(-1009, "News")
    telegram.forward_post(-1009, TEAM, "post")
    telegram.add_topic(FORUM, "Third")
    telegram.say(ANNA, FORUM, "/act", thread_id=telegram.topic(FORUM, "Third"))
    telegram.add_group(-7, "Old", [ANNA, BORIS], kind="group", bots=[NAME])
    telegram.remove_from_group(telegram.upgrade(-7), BORIS)
    telegram.remove_from_group(FORUM)
    telegram.add_to_group(FORUM)
    telegram.block(ANNA)
    telegram.unblock(ANNA)
    keyboard = InlineKeyboardMarkup(
        [[InlineKeyboardButton("a", callback_data="a"), InlineKeyboardButton("b", url="https://smscentre.com")]]
    )
    await ground.bot.send_message(ANNA, "<pre><code class='language-py'>x</code></pre>", "HTML", reply_markup=keyboard)
    asked = telegram.messages(ANNA)[-1]
    telegram.press(ANNA, asked, "a")
    telegram.delete(asked)
    telegram.press(ANNA, asked, "a", stale=True)


async def hand_on(ground: Playground) -> None:
    """Attach, forward and pin: what has an origin, a file or a message inside."""
    telegram = ground.telegram
    telegram.add_channel(-1010, "Deals")
    attached = telegram.attach(ANNA, TEAM, "wishes.csv", b"alice;1500", caption="/batch", as_chat=-1010)
    telegram.edit(attached, "/batch now")
    by_anna = telegram.say(ANNA, TEAM, "/act 7", via_bot=NAME, reply_to=attached)
    for message, hidden in (attached, False), (by_anna, False), (by_anna, True):
        telegram.forward(ANNA, message, ANNA, hidden=hidden)
    telegram.pin(ANNA, TEAM, by_anna)
    telegram.pin(ANNA, ANNA, 99)


def everything_that_bots_do(ground: Playground) -> list[Awaitable[Any]]:
    bot, file_ids = ground.bot, ground.telegram.bot().files

    async def files() -> None:
        await bot.send_document(TEAM, b"%PDF", filename="a.pdf", caption="<b>a</b>", parse_mode="HTML")
        await bot.send_media_group(TEAM, [InputMediaDocument(b"%PDF", filename=name) for name in ("a.pdf", "b.pdf")])
        await bot.get_file(next(iter(file_ids)))
        await bot.edit_message_caption(TEAM, ground.telegram.messages(TEAM)[-1].id, caption="c")

    async def edits() -> None:
        first = await bot.send_message(ANNA, "<a href='tg://user?id=100'>A</a>", "HTML")
        second = await bot.send_message(ANNA, "y", reply_to_message_id=first.message_id, reply_markup=ForceReply())
        await first.edit_text("z")
        await first.edit_reply_markup(InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="a")]]))
        await first.delete()
        await bot.delete_messages(ANNA, [second.message_id, 12345])

    async def presses() -> None:
        updates = await bot.get_updates()
        query = next(update.callback_query for update in updates if update.callback_query)
        await bot.answer_callback_query(query.id)

    async def hooks() -> None:
        await bot.set_webhook("http://127.0.0.1:9/nobody")
        await ground.telegram.wait_for(lambda: (hook := ground.telegram.bot().webhook) and hook.failure)
        await bot.get_webhook_info()
        await bot.delete_webhook()
        await bot.get_webhook_info()

    async def menus() -> None:
        await bot.set_my_commands([("start", "Begin")], scope=BotCommandScopeChat(TEAM))
        await bot.get_my_commands(scope=BotCommandScopeChat(TEAM))
        await bot.delete_my_commands(scope=BotCommandScopeChat(TEAM))

    async def looks() -> None:
        await asyncio.gather(*(bot.get_chat(chat_id) for chat_id in (ANNA, TEAM, FORUM, -7)))
        await bot.get_chat_administrators(TEAM)
        await asyncio.gather(*(bot.get_chat_member(TEAM, user.id) for user in ground.telegram.world.users.values()))
        await bot.get_chat_member(-1000000000007, BORIS)
        await bot.get_chat_member_count(TEAM)
        await bot.send_chat_action(TEAM, "typing")

    return [files(), edits(), presses(), hooks(), menus(), looks(), bot.leave_chat(FORUM)]
