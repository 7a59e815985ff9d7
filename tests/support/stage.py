"""The whole bot in this process, cut off at the network's edge: what people say goes in, the Bot API calls come out.

Everything between is real: python-telegram-bot, the gate, the handlers, the use cases, the database. SMS Center is
never asked, as the queue does not run.
"""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import select
from telegram.request import BaseRequest, RequestData

from bot.app import App, build
from bot.cli import allowlist
from bot.messaging.budgets import UNLIMITED
from bot.messaging.raw_updates import RawUpdate, split
from bot.messaging.reception import Reception
from bot.messaging.update_shape import read_update
from bot.outside import Outside
from bot.process.database import open_database
from bot.runtime.worker import Worker
from bot.settings import Settings, load
from db.models import Request

ANNA, OLGA, IVAN, BORIS = 1001, 1002, 1003, 1004
TEAM, ELSEWHERE = -500, -501
NAMES = {ANNA: "Anna", OLGA: "Ольга", IVAN: "Ivan", BORIS: "<b>Boris</b> {0} %s"}
LANGUAGES = {ANNA: "en", OLGA: "ru", IVAN: "en", BORIS: "ru"}
BOT: dict[str, Any] = {"id": 4242, "is_bot": True, "first_name": "Bot", "username": "docsbot_bot"}
EPOCH = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Bot API."""

    method: str
    params: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)
    """What it uploads, by the files' names."""

    @property
    def text(self) -> str:
        return str(self.params.get("text", ""))

    @property
    def chat_id(self) -> int:
        return int(self.params["chat_id"])

    @property
    def buttons(self) -> list[str]:
        """The data of the buttons under it."""
        rows = self.params.get("reply_markup", {}).get("inline_keyboard", [])
        return [button["callback_data"] for row in rows for button in row]


FORWARDED: dict[str, Any] = {"forward_origin": {"type": "hidden_user", "sender_user_name": "Somebody", "date": 1}}
VIA_BOT: dict[str, Any] = {"via_bot": {"id": 77, "is_bot": True, "first_name": "Other", "username": "other_bot"}}


class Edge(BaseRequest):
    """Takes every call, writes it down, and answers as Telegram does when all is well."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.files: dict[str, bytes] = {}
        """What people have attached, by the file's id."""
        self.unreachable: set[int] = set()
        """Chats that have never written to the bot: Telegram takes nothing for them."""
        self.presses_are_old = False
        """Whether Telegram takes no answer to a press any more."""
        self._message_ids = itertools.count(5001)

    @property
    def read_timeout(self) -> float | None:
        return 1.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        del method
        if "/file/bot" in url:
            return 200, self.files[url.rpartition("/")[2]]
        call = Call(url.rpartition("/")[2], _plain(request_data), _uploads(request_data))
        self.calls.append(call)
        if call.params.get("chat_id") in self.unreachable and call.method.startswith("send"):
            why = "Forbidden: bot can't initiate conversation with a user"
            return 403, json.dumps({"ok": False, "error_code": 403, "description": why}).encode()
        if call.method == "answerCallbackQuery" and self.presses_are_old:
            why = "Bad Request: query is too old and response timeout expired or query ID is invalid"
            return 400, json.dumps({"ok": False, "error_code": 400, "description": why}).encode()
        if call.method in {"getChat", "getChatMember"}:
            return 400, json.dumps({"ok": False, "error_code": 400, "description": "chat not found"}).encode()
        return 200, json.dumps({"ok": True, "result": self._result(call)}).encode()

    def _result(self, call: Call) -> Any:
        if call.method == "getMe":
            return BOT | dict.fromkeys(("can_join_groups", "can_read_all_group_messages"), True)
        if call.method == "getFile":
            file_id = call.params["file_id"]
            return {"file_id": file_id, "file_unique_id": file_id, "file_path": file_id}
        if call.method == "sendMediaGroup":
            return [self._message(call) for _ in call.params["media"]]
        if call.method not in {"sendMessage", "sendDocument", "editMessageText"}:
            return True
        return self._message(call)

    def _message(self, call: Call) -> dict[str, Any]:
        message_id = call.params.get("message_id") or next(self._message_ids)
        message = {
            "message_id": message_id,
            "date": 0,
            "chat": {"id": call.chat_id, "type": "private"},
            "from": BOT,
            "text": call.text,
        }
        if call.method in {"sendDocument", "sendMediaGroup"}:
            message["document"] = {"file_id": f"sent{message_id}", "file_unique_id": f"sent{message_id}"}
        return message


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self._now = EPOCH

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by


@dataclass
class Stage:
    """People speak and press here; each act returns the calls that the bot made because of it."""

    app: App
    edge: Edge
    clock: Clock
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def say(
        self,
        who: int,
        text: str,
        chat: int | None = None,
        reply_to: int | None = None,
        ago: timedelta = timedelta(0),
        **more: Any,
    ) -> list[Call]:
        """Write a message; `reply_to` is the id of a message of the bot, `ago` how long it waited for the bot.

        `more` are further fields that Telegram gives it, such as `via_bot`.
        """
        message_id = next(self._ids)
        command = text.split(" ", 1)[0] if text.startswith("/") else ""
        message: dict[str, Any] = {
            "message_id": message_id,
            "date": int((self.clock.now() - ago).timestamp()),
            "chat": _chat(chat or who),
            "from": _person(who),
            "text": text,
            **more,
        }
        if command:
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(command)}]
        if reply_to is not None:
            message["reply_to_message"] = {
                "message_id": reply_to,
                "date": 0,
                "chat": _chat(chat or who),
                "from": BOT,
                "text": "?",
            }
        return await self._take({"update_id": message_id, "message": message})

    async def attach(
        self, who: int, content: bytes, caption: str = "", chat: int | None = None, reply_to: int | None = None
    ) -> list[Call]:
        """Send a file; `reply_to` is the id of a message of the bot."""
        message_id = next(self._ids)
        file_id = f"file{message_id}"
        self.edge.files[file_id] = content
        message: dict[str, Any] = {
            "message_id": message_id,
            "date": int(self.clock.now().timestamp()),
            "chat": _chat(chat or who),
            "from": _person(who),
            "document": {"file_id": file_id, "file_unique_id": file_id, "file_size": len(content)},
        }
        if caption:
            message["caption"] = caption
            command = caption.split(" ", 1)[0]
            if command.startswith("/"):
                message["caption_entities"] = [{"type": "bot_command", "offset": 0, "length": len(command)}]
        if reply_to is not None:
            bots = {"message_id": reply_to, "date": 0, "chat": _chat(chat or who), "from": BOT, "text": "?"}
            message["reply_to_message"] = bots
        return await self._take({"update_id": message_id, "message": message})

    async def edit(self, who: int, text: str) -> list[Call]:
        """Edit a message of one's own, in private, into this text."""
        update_id = next(self._ids)
        message = {
            "message_id": update_id,
            "date": int(self.clock.now().timestamp()),
            "edit_date": int(self.clock.now().timestamp()),
            "chat": _chat(who),
            "from": _person(who),
            "text": text,
            "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(" ", 1)[0])}],
        }
        return await self._take({"update_id": update_id, "edited_message": message})

    async def press(self, who: int, data: str, chat: int | None = None, message_id: int = 5001) -> list[Call]:
        """Press a button with this data, under a message of the bot."""
        return await self._take(self.press_of(who, data, chat, message_id))

    def press_of(self, who: int, data: str, chat: int | None = None, message_id: int = 5001) -> dict[str, Any]:
        """Return such a press as Telegram would send it."""
        update_id = next(self._ids)
        under = {"message_id": message_id, "date": 0, "chat": _chat(chat or who), "from": BOT, "text": "?"}
        query = {
            "id": str(update_id),
            "from": _person(who),
            "message": under,
            "chat_instance": "1",
            "data": data,
        }
        return {"update_id": update_id, "callback_query": query}

    async def work(self, kind: type[Worker]) -> list[Call]:
        """Have one of the application's workers do all that it has to do now."""
        before = len(self.edge.calls)
        (worker,) = (worker for worker in self.app.workers if type(worker) is kind)
        await worker.work()
        if isinstance(worker, Reception):
            await worker.rest()
        return self.edge.calls[before:]

    def rewind(self) -> None:
        """Have the first message said once more, as Telegram may deliver it."""
        self._ids = itertools.count(1)

    async def requests(self) -> list[Request]:
        """Return all requests, oldest first."""
        async with self.app.database.read() as session:
            return list(await session.scalars(select(Request).order_by(Request.id)))

    async def poll(self, *updates: Any) -> list[Call]:
        """Take what a poll brings, all the way from Telegram's answer, and wait until all of it is handled.

        What strangers sent is answered by the worker `Reception`.
        """
        before = len(self.edge.calls)
        answer = json.dumps({"ok": True, "result": updates})
        await self.app.receiver.take([RawUpdate.of(text) for text in split(answer)])
        async with asyncio.timeout(10):
            while tasks := self.app.dispatcher._tasks:
                await asyncio.wait(tasks.values())
        return self.edge.calls[before:]

    async def take(self, update: dict[str, Any]) -> list[Call]:
        """Take an update as Telegram would send it."""
        return await self._take(update)

    async def _take(self, update: dict[str, Any]) -> list[Call]:
        before = len(self.edge.calls)
        raw = RawUpdate.of(json.dumps(update))
        if raw.concerns(BOT["id"]):
            await self.app.application.process_update(read_update(raw, self.app.application.bot))
        return self.edge.calls[before:]


@asynccontextmanager
async def stage(database_url: str, zone: str = "UTC", **settings: str) -> AsyncIterator[Stage]:
    """Set the stage on a prepared database (see `prepare_database`), for a team in this time zone."""
    loaded = _settings(database_url, zone, **settings)
    database = open_database(loaded)
    edge, clock = Edge(), Clock()
    async with httpx.AsyncClient(transport=httpx.MockTransport(_nobody)) as vendor:
        app = build(loaded, clock, Outside(database, vendor, edge, edge, budgets=UNLIMITED))
        try:
            await app.scheduler.recover()
            await app.application.initialize()
            yield Stage(app, edge, clock)
            await app.dispatcher.drain(1)
            await app.application.shutdown()
        finally:
            await database.close()


async def prepare_database(url: str) -> None:
    """Make a database in which Anna and Boris manage, Ivan is a stranger and the team is on the list."""
    for what, id_ in (("user", ANNA), ("user", BORIS), ("chat", TEAM)):
        await allowlist.allow(_settings(url), what, id_, allowlist.Told())


def _settings(database_url: str, zone: str = "UTC", **more: str) -> Settings:
    """Return settings by which Olga is an admin."""
    return load(
        {
            "TELEGRAM_TOKEN": "4242:" + "t" * 35,
            "CURRENCY": "₽",
            "SMSC_ACCOUNTS": '{"demo": {"password": "x"}, "beta": {"apikey": "y"}}',
            "DATABASE_URL": database_url,
            "ADMIN_IDS": str(OLGA),
            "TIMEZONE": zone,
            # Nothing goes out here: what waits only grows.
            "MAX_WAITING_PER_PERSON": "0",
            "MAX_WAITING_PER_CHAT": "0",
            **more,
        }
    )


def _nobody(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"SMS Center was asked: {request.content!r}")


def _person(who: int) -> dict[str, Any]:
    return {
        "id": who,
        "is_bot": False,
        "first_name": NAMES.get(who, "Somebody"),
        "language_code": LANGUAGES.get(who, "en"),
    }


def _chat(chat_id: int) -> dict[str, Any]:
    if chat_id > 0:
        return {"id": chat_id, "type": "private", "first_name": NAMES.get(chat_id, "Somebody")}
    return {"id": chat_id, "type": "group", "title": "Team" if chat_id == TEAM else "Elsewhere"}


def _plain(data: RequestData | None) -> dict[str, Any]:
    return {} if data is None else data.parameters


def _uploads(data: RequestData | None) -> dict[str, bytes]:
    if data is None or not data.contains_files:
        return {}
    return {str(name): bytes(content) for name, content, *_ in data.multipart_data.values()}  # type: ignore[arg-type]
