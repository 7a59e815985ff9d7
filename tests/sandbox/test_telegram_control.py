"""The sandbox's own HTTP surface: another process acts as people and looks at what came of it."""

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import NetworkError

from tests.sandbox.telegram_playground import NAME, Playground, playground

ANNA, TEAM = 100, -1001


@pytest.fixture
async def ground() -> AsyncIterator[Playground]:
    async with playground() as it:
        yield it


@pytest.fixture
async def desk(ground: Playground) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{ground.url}/sandbox", trust_env=False) as it:
        yield it


async def act(desk: httpx.AsyncClient, name: str, /, **arguments: Any) -> Any:
    answer = await desk.post(f"/{name}", json=arguments)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_people_act_over_http(ground: Playground, desk: httpx.AsyncClient) -> None:
    await act(desk, "add_user", user_id=300, first_name="Вера", language_code="ru")
    await act(desk, "add_group", chat_id=-1003, title="New", members=[300], topics=["Acts"], bots=[NAME])
    thread_id = await act(desk, "add_topic", group=-1003, name="More")
    said = await act(desk, "say", user=300, chat=-1003, text=f"/act@{NAME}", thread_id=thread_id)
    await act(desk, "edit", chat=-1003, message=said["message_id"], text=f"/act@{NAME} 7")
    opened, message, edited = await ground.bot.get_updates()
    assert opened.message is not None
    assert opened.message.forum_topic_created is not None
    assert message.message is not None
    assert message.message.message_thread_id == thread_id
    assert edited.edited_message is not None
    assert edited.edited_message.text == f"/act@{NAME} 7"


async def test_the_bots_answer_is_waited_for_and_pressed(ground: Playground, desk: httpx.AsyncClient) -> None:
    said = await act(desk, "say", user=ANNA, chat=ANNA, text="/act")
    waiting = asyncio.ensure_future(desk.get(f"/chats/{ANNA}/next", params={"after": said["message_id"]}))
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Cancel", callback_data="no")]])
    await ground.bot.send_message(ANNA, "sure?", reply_to_message_id=said["message_id"], reply_markup=keyboard)
    question = (await waiting).json()
    assert question["reply_to_message"]["text"] == "/act"
    pressed = await act(desk, "press", user=ANNA, chat=ANNA, message=question["message_id"], button="Cancel")
    await ground.bot.answer_callback_query(pressed["id"], "cancelled")
    query = (await desk.get(f"/queries/{pressed['id']}")).json()
    assert query["answer"] == {"text": "cancelled", "alert": False, "url": None}
    late = await desk.get(f"/chats/{ANNA}/next", params={"after": question["message_id"], "timeout": 0.01})
    assert late.status_code == 504


async def test_files_forwards_and_pins_over_http(ground: Playground, desk: httpx.AsyncClient) -> None:
    await act(desk, "add_channel", chat_id=-1009, title="News")
    content = base64.b64encode(b"alice;1500").decode()
    sent = await act(
        desk, "attach", user=ANNA, chat=TEAM, name="a.csv", content=content, caption="/batch", as_chat=-1009
    )
    assert (sent["document"]["file_size"], sent["caption"], sent["sender_chat"]["id"]) == (10, "/batch", -1009)
    file = await desk.get(f"/files/{sent['document']['file_id']}")
    assert file.content == b"alice;1500"
    forwarded = await act(desk, "forward", user=ANNA, chat=TEAM, message=sent["message_id"], to=ANNA)
    assert forwarded["forward_origin"]["type"] == "chat"
    reply = await act(desk, "say", user=ANNA, chat=ANNA, text="x", via_bot=NAME, reply_to=forwarded["message_id"])
    assert reply["via_bot"]["username"] == NAME
    pin = await act(desk, "pin", user=ANNA, chat=ANNA, pinned=reply["message_id"], accessible=False)
    assert pin["pinned_message"]["date"] == 0
    assert len(await ground.bot.get_updates()) == 4


async def test_reading_chats_files_actions_and_journal(ground: Playground, desk: httpx.AsyncClient) -> None:
    await ground.bot.send_chat_action(ANNA, "upload_document")
    sent = await ground.bot.send_document(ANNA, b"%PDF-1.7", filename="a.pdf", reply_markup=ForceReply())
    assert sent.document is not None
    await ground.bot.set_my_commands([("start", "Begin")])
    messages = (await desk.get(f"/chats/{ANNA}/messages")).json()
    assert messages[-1]["markup"] == {"force_reply": True}
    file = await desk.get(f"/files/{messages[-1]['document']['file_id']}")
    assert (file.content, file.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
    assert [chat["id"] for chat in (await desk.get("/chats")).json()] == [ANNA, TEAM, -1002]
    assert [one["action"] for one in (await desk.get(f"/chats/{ANNA}/actions")).json()] == ["upload_document"]
    assert (await desk.get(f"/chats/{ANNA}/menu", params={"user": ANNA})).json()[0]["command"] == "start"
    (call,) = (await desk.get("/journal", params={"method": "sendDocument"})).json()
    assert (call["bot"], call["status"], call["accepted"]) == (NAME, 200, True)
    assert call["files"] == {"document": {"name": "a.pdf", "size": 8}}
    assert call["params"]["reply_markup"] == {"force_reply": True}


async def test_trouble_over_http(ground: Playground, desk: httpx.AsyncClient) -> None:
    await act(desk, "faults", kind="cut", method="sendMessage", accepted=True, count=2)
    with pytest.raises(NetworkError):
        await ground.bot.send_message(ANNA, "lost")
    assert (await desk.get("/faults")).json()[0]["count"] == 1
    assert (await desk.delete("/faults")).json() == []
    await ground.bot.send_message(ANNA, "heard")
    assert [message.text for message in ground.telegram.messages(ANNA)][-2:] == ["lost", "heard"]
    ground.telegram.say(ANNA, ANNA, "/act")
    (update,) = await ground.bot.get_updates()
    await ground.bot.get_updates(offset=update.update_id + 1)
    again = await act(desk, "redeliver")
    assert [one["update_id"] for one in again] == [update.update_id]


@pytest.mark.parametrize(
    ("path", "arguments", "status"),
    [
        ("/say", {"user": 200, "chat": ANNA, "text": "x"}, 409),
        ("/say", {"user": ANNA, "chat": ANNA, "words": "x"}, 400),
        ("/edit", {"chat": ANNA, "message": 99, "text": "x"}, 409),
        ("/add_bot", {"token": "1:x"}, 404),
        ("/say", {"user": ANNA, "chat": ANNA, "text": "x", "as_chanel": 1}, 400),
        ("/attach", {"user": ANNA, "chat": ANNA, "name": "a", "content": "no base64!"}, 400),
        ("/attach", {"user": ANNA, "chat": ANNA, "name": "a", "content": ""}, 409),
        ("/inject", {}, 400),
        ("/faults", {"kind": "take", "method": "x"}, 400),
    ],
)
async def test_what_is_impossible_is_said(
    desk: httpx.AsyncClient, path: str, arguments: dict[str, Any], status: int
) -> None:
    answer = await desk.post(path, json=arguments)
    assert answer.status_code == status
    assert answer.json()["error"]
