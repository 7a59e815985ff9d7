"""A Telegram: hands out what people say, takes what the bot says, and counts. One instance for each bot."""

import asyncio
import json
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from benchmarks.fakes.forms import parameters
from benchmarks.fakes.http import HttpAnswer, HttpRequest
from benchmarks.fakes.limits import Limits

BOT_ID, BOT_NAME = 4242, "bench_bot"
_MOST_UPDATES = 100
_MESSAGES = ("sendMessage", "sendDocument")
_EDITS = ("editMessageText", "editMessageCaption", "editMessageReplyMarkup", "editMessageMedia")
_COMMANDS = ("setMyCommands", "deleteMyCommands", "getMyCommands")


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a person; `at` is `time.monotonic` when Telegram had it."""

    chat_id: int
    message_id: int
    at: float


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the bot; `at` is `time.monotonic` when it had arrived in full."""

    method: str
    parameters: dict[str, str]
    at: float
    accepted: bool

    @property
    def chat_id(self) -> int:
        return int(self.parameters.get("chat_id", 0))

    @property
    def replies_to(self) -> int | None:
        """The id of the message that it replies to."""
        quoted = json.loads(self.parameters.get("reply_parameters", "{}")).get("message_id")
        plain = self.parameters.get("reply_to_message_id")
        return quoted or (int(plain) if plain else None)


Listener = Callable[[Call], None]


class Telegram:
    """The Bot API as far as a bot of this kind uses it. Methods that it does not know succeed with `true`."""

    def __init__(self, limits: Limits | None = None) -> None:
        """Take Telegram's limits, None for a Telegram that takes everything."""
        self._limits = limits
        self._updates: list[dict[str, Any]] = []
        self._last_update = self._last_message = 0
        self._polled = asyncio.Event()
        self._news = asyncio.Event()
        self._texts: dict[tuple[int, int], str] = {}
        self._menus: dict[tuple[str, str], Any] = {}
        self._awaited: dict[tuple[str, int, int], asyncio.Future[float]] = {}
        self._listeners: list[Listener] = []
        self.calls: Counter[str] = Counter()
        """Calls by method, long polls left out."""
        self.refused: Counter[str] = Counter()
        """Calls by method that were answered with 429."""
        self.unchanged = 0
        """Edits that would have changed nothing."""
        self.last_call_at = time.monotonic()

    async def polled(self, within_s: float) -> bool:
        """Wait for the bot's first long poll, from which on it hears; False if it does not come in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._polled.wait()
        return self._polled.is_set()

    def say(self, person_id: int, text: str, chat_id: int | None = None) -> Said:
        """Have a person write, to the bot alone unless a group is named."""
        self._last_update += 1
        self._last_message += 1
        said = Said(chat_id or person_id, self._last_message, time.monotonic())
        self._updates.append({"update_id": self._last_update, "message": _message(said, person_id, text)})
        self._news.set()
        return said

    def reply(self, to: Said, method: str = "sendMessage") -> asyncio.Future[float]:
        """Return what will be the time (`time.monotonic`) at which a reply to a message was accepted."""
        return self._awaited.setdefault((method, to.chat_id, to.message_id), asyncio.Future())

    def document(self, to: Said) -> asyncio.Future[float]:
        """Return what will be the time at which the document in reply to a message was accepted."""
        return self.reply(to, "sendDocument")

    def listen(self, listener: Listener) -> None:
        """Tell of each call but long polls."""
        self._listeners.append(listener)

    async def quiet(self, seconds: float, timeout: float) -> bool:
        """Wait until the bot has called nothing for some seconds; False if it never stops."""
        ends = time.monotonic() + timeout
        since = time.monotonic()
        while (now := time.monotonic()) < ends:
            if now - max(self.last_call_at, since) >= seconds:
                return True
            await asyncio.sleep(0.05)
        return False

    def handle(self, request: HttpRequest) -> HttpAnswer | Awaitable[HttpAnswer]:
        """Answer a call of the Bot API."""
        method = request.path.rpartition("/")[2].partition("?")[0]
        given = parameters(request)
        if method == "getUpdates":
            return self._poll(given)
        self.calls[method] += 1
        self.last_call_at = now = time.monotonic()
        chat_id = int(given.get("chat_id", 0))
        accepted, answer = self._judge(method, chat_id, given)
        call = Call(method, given, now, accepted)
        if accepted and method in _MESSAGES:
            self._note_reply(call)
        for listener in self._listeners:
            listener(call)
        return answer

    async def _poll(self, given: dict[str, str]) -> HttpAnswer:
        self._polled.set()
        offset = int(given.get("offset", 0))
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        if not self._updates:
            self._news.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(float(given.get("timeout", 0))):
                    await self._news.wait()
        return _ok(self._updates[: min(int(given.get("limit", _MOST_UPDATES)), _MOST_UPDATES)])

    def _judge(self, method: str, chat_id: int, given: dict[str, str]) -> tuple[bool, HttpAnswer]:
        if method in (*_MESSAGES, *_EDITS) and self._limits is not None:
            wait = self._limits.seconds_to_wait(chat_id)
            if wait > 0:
                self.refused[method] += 1
                return False, _too_many(math.ceil(wait))
        if method in _MESSAGES:
            return True, _ok(self._keep(method, chat_id, given))
        if method in _EDITS:
            return self._edit(chat_id, given)
        if method in _COMMANDS:
            return True, _ok(self._menu(method, given))
        return True, _ok(_PLAIN.get(method, True))

    def _keep(self, method: str, chat_id: int, given: dict[str, str]) -> dict[str, Any]:
        self._last_message += 1
        self._texts[chat_id, self._last_message] = _looks(given)
        message: dict[str, Any] = {"message_id": self._last_message, "date": int(time.time()), "chat": _chat(chat_id)}
        if method == "sendDocument":
            file_id = f"file-{self._last_message}"
            return message | {"document": {"file_id": file_id, "file_unique_id": file_id, "file_size": 1}}
        return message | {"text": given["text"]}

    def _edit(self, chat_id: int, given: dict[str, str]) -> tuple[bool, HttpAnswer]:
        key, looks = (chat_id, int(given.get("message_id", 0))), _looks(given)
        if self._texts.get(key) == looks:
            self.unchanged += 1
            return False, _refusal(400, "Bad Request: message is not modified")
        self._texts[key] = looks
        edited = {"message_id": key[1], "date": int(time.time()), "chat": _chat(chat_id)}
        return True, _ok(edited | {"text": given.get("text", "")})

    def _menu(self, method: str, given: dict[str, str]) -> Any:
        key = given.get("scope", ""), given.get("language_code", "")
        if method == "getMyCommands":
            return self._menus.get(key, [])
        self._menus[key] = json.loads(given.get("commands", "[]"))
        return True

    def _note_reply(self, call: Call) -> None:
        if call.replies_to is not None:
            future = self._awaited.setdefault((call.method, call.chat_id, call.replies_to), asyncio.Future())
            if not future.done():
                future.set_result(call.at)


_ME = {"id": BOT_ID, "is_bot": True, "first_name": "Bench", "username": BOT_NAME}
_PLAIN: dict[str, Any] = {
    "getMe": _ME,
    "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
}


def _message(said: Said, person_id: int, text: str) -> dict[str, Any]:
    message = {
        "message_id": said.message_id,
        "date": int(time.time()),
        "chat": _chat(said.chat_id),
        "from": {"id": person_id, "is_bot": False, "first_name": f"Person {person_id}", "language_code": "en"},
        "text": text,
    }
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
    return message


def _chat(chat_id: int) -> dict[str, Any]:
    if chat_id < 0:
        return {"id": chat_id, "type": "supergroup", "title": "Team"}
    return {"id": chat_id, "type": "private", "first_name": f"Person {chat_id}"}


def _looks(given: dict[str, str]) -> str:
    return "\n".join(given.get(name, "") for name in ("text", "caption", "reply_markup"))


def _ok(result: Any) -> HttpAnswer:
    return HttpAnswer(json.dumps({"ok": True, "result": result}).encode())


def _refusal(code: int, description: str, **more: Any) -> HttpAnswer:
    told = {"ok": False, "error_code": code, "description": description, **more}
    return HttpAnswer(json.dumps(told).encode(), status=code)


def _too_many(seconds: int) -> HttpAnswer:
    return _refusal(429, f"Too Many Requests: retry after {seconds}", parameters={"retry_after": seconds})
