"""A model of Telegram's Bot API: keeps updates until they are confirmed, takes messages and refuses some."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.simulation.cast import BOTS, ELSEWHERE, PEOPLE, TEAM, TEAM_LATER
from tests.simulation.journal import Borrowed, Forbidden, Journal, Sent
from tests.support.loop import BEGAN, Timeline

_LONG_AGO = 300.0
_LARGEST_ALBUM = 10
_OLDER = 100
"""How many messages each chat had before; topics begin with one of them."""

Json = dict[str, Any]

_BORROWED: dict[Borrowed | None, Json] = {
    None: {},
    Borrowed.FORWARDED: {"forward_origin": {"type": "hidden_user", "sender_user_name": "Somebody", "date": 1}},
    Borrowed.VIA_BOT: {"via_bot": {"id": 77, "is_bot": True, "first_name": "Other", "username": "other_bot"}},
}


@dataclass(frozen=True, slots=True)
class File:
    """What a call uploads; no content: nothing is attached."""

    name: str = ""
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one call of the Bot API. Durations are seconds."""

    kind: str = "fine"
    """`fine`, `flood`, `5xx`, `page`, `cut before` or `cut after` Telegram took it."""
    going: float = 0.02
    coming: float = 0.02
    retry_after: int = 3


def draw_fate(random: Random, trouble: float) -> Fate:
    kind = "fine"
    if random.random() < trouble:
        kind = random.choice(("flood", "5xx", "page", "cut before", "cut after", "cut after"))
    slow = 1.0 if trouble else 0.1
    return Fate(kind, random.choice((0.0, 0.02, slow)), random.choice((0.0, 0.02, slow)), random.choice((1, 3, 35)))


class Refusal(Exception):
    """Telegram says no: an HTTP status and the answer."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.answer = {"ok": False, "error_code": status, "description": description}
        if parameters:
            self.answer["parameters"] = parameters


class Telegram:
    """Telegram's side, as one bot has it; it outlives the bot's processes."""

    def __init__(
        self,
        timeline: Timeline,
        journal: Journal,
        *,
        bot: int = BOTS[0],
        forum: bool = False,
        russian: frozenset[int] = frozenset(),
    ) -> None:
        self.bot = bot
        self._itself = {"id": bot, "is_bot": True, "first_name": "docsbot", "username": "docsbot_bot"}
        self._timeline = timeline
        self._journal = journal
        self._forum = forum
        self._russian = russian
        self._topics: dict[tuple[int, int], int | None] = {}
        """Every message that is there, people's and the bot's, with its topic."""
        self.forbidden: set[int] = set()
        self.on_message: Callable[[Sent], None] = lambda _: None
        self._updates: list[Json] = []
        self._confirmed: list[Json] = []
        self._last_update = 700_000
        self._last_message: dict[int, int] = {}
        self._messages: dict[tuple[int, int], Sent] = {}
        self._queries: dict[str, float] = {}
        self._menus: dict[str, list[Json]] = {}
        self._files: dict[str, bytes] = {}
        self._poll: asyncio.Future[None] | None = None

    @property
    def idle(self) -> bool:
        """Whether the bot has confirmed all updates."""
        return not self._updates

    # What people do.

    def say(
        self,
        person: int,
        chat: int,
        text: str,
        *,
        reply_to: Sent | None = None,
        topic: int | None = None,
        borrowed: Borrowed | None = None,
    ) -> int:
        """Have a person send a text; returns the message's id."""
        message_id = self._next_message(chat, topic)
        message = self._message(chat, message_id) | {"from": self._user(person), "text": text} | _BORROWED[borrowed]
        if topic is not None:
            # Telegram calls what is no reply in a topic a reply to the topic's beginning.
            created = {"forum_topic_created": {"name": f"Topic {topic}", "icon_color": 0}}
            message["reply_to_message"] = self._message(chat, topic) | {"from": self._user(person)} | created
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
        if reply_to is not None:
            message["reply_to_message"] = self._message(chat, reply_to.message_id) | {
                "from": self._itself,
                "text": reply_to.shown,
            }
        self._update({"message": message})
        return message_id

    def attach(self, person: int, chat: int, caption: str, content: bytes, *, topic: int | None = None) -> int:
        """Have a person send a file; returns the message's id."""
        message_id = self._next_message(chat, topic)
        command = {"type": "bot_command", "offset": 0, "length": len(caption)}
        document = {"file_id": self._keep(content), "file_unique_id": str(message_id), "file_size": len(content)}
        message = self._message(chat, message_id) | {"from": self._user(person), "document": document}
        self._update({"message": message | {"caption": caption, "caption_entities": [command]}})
        return message_id

    def press(self, person: int, message: Sent, data: str) -> None:
        """Have a person press a button."""
        query_id = str(len(self._queries) + 1)
        self._queries[query_id] = self._timeline.now
        shown = self._message(message.chat, message.message_id) | {"from": self._itself, "text": message.shown}
        self._update(
            {
                "callback_query": {
                    "id": query_id,
                    "from": self._user(person),
                    "chat_instance": "1",
                    "message": shown,
                    "data": data,
                }
            }
        )

    def migrate(self) -> None:
        """Make the team's group a supergroup, which has another id."""
        self._journal.moved[TEAM] = TEAM_LATER
        for chat, what in ((TEAM, {"migrate_to_chat_id": TEAM_LATER}), (TEAM_LATER, {"migrate_from_chat_id": TEAM})):
            sender = {"from": self._user(next(iter(PEOPLE)))}
            self._update({"message": self._message(chat, self._next_message(chat)) | sender | what})

    def delete(self, chat: int, message_id: int) -> None:
        """Have a person delete a message of theirs."""
        self._topics.pop((chat, message_id), None)
        self._journal.gone.add((self.bot, chat, message_id))

    def close_topic(self, topic: int) -> None:
        """Delete a topic of the team's group, with all messages in it."""
        self._journal.closed_topics.add(topic)
        for chat, message_id in [place for place, of in self._topics.items() if of == topic]:
            self.delete(chat, message_id)
            if (chat, message_id) in self._messages:
                self._messages[chat, message_id].deleted = True

    def repeat_updates(self, random: Random) -> None:
        """Deliver again what was confirmed already."""
        again = random.sample(self._confirmed, min(2, len(self._confirmed)))
        known = {update["update_id"] for update in self._updates}
        self._updates += [update for update in again if update["update_id"] not in known]
        self._updates.sort(key=lambda update: int(update["update_id"]))
        self._ring()

    def is_there(self, chat: int) -> bool:
        """Whether people can still write there."""
        return chat not in self._journal.moved

    def cut(self, loop: asyncio.AbstractEventLoop) -> None:
        """Forget the long poll of a process that is gone."""
        if self._poll is not None and self._poll.get_loop() is loop:
            self._poll = None

    # What the bot does.

    async def get_updates(self, offset: int, timeout: float) -> list[Json]:
        """Forget what is confirmed by `offset`, and return what is left, if need be after waiting for it."""
        self._confirmed += [update for update in self._updates if update["update_id"] < offset]
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(Refusal(409, "Conflict: terminated by other getUpdates request"))
        if not self._updates and timeout > 0:
            poll = self._poll = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(timeout):
                    await poll
            except TimeoutError:
                pass
            finally:
                if self._poll is poll:
                    self._poll = None
        return self._updates[:100]

    def download(self, path: str) -> bytes:
        """Hand out a file. Raises `Refusal`."""
        return self._kept(path) or b""

    def call(self, method: str, data: Json, uploads: Mapping[str, File]) -> Any:
        """Do what a call wants, and return its result. Raises `Refusal`."""
        match method:
            case "getMe":
                return self._itself | {"can_join_groups": True, "can_read_all_group_messages": False}
            case "sendMessage" | "sendDocument" | "sendMediaGroup":
                return self._take(method, data, uploads)
            case "getFile":
                self._kept(data["file_id"])
                return {"file_id": data["file_id"], "file_unique_id": "?", "file_path": data["file_id"]}
            case "editMessageText" | "editMessageReplyMarkup":
                return self._edit(data)
            case "deleteMessage":
                return self._delete(data)
            case "sendChatAction":
                self._check(int(data["chat_id"]))
                return True
            case "getMyCommands" | "setMyCommands" | "deleteMyCommands":
                return self._menu(method, data)
            case "getChat":
                self._check(int(data["chat_id"]))
                return self._chat(int(data["chat_id"])) | {"accent_color_id": 0, "max_reaction_count": 1}
            case "getChatMember":
                self._check(int(data["chat_id"]))
                return {"status": "member", "user": self._user(int(data["user_id"]))}
            case "answerCallbackQuery":
                self._journal.notices.append((self._timeline.now, str(data.get("text", ""))))
                asked_at = self._queries.get(data["callback_query_id"], 0.0)
                if self._timeline.now - asked_at > _LONG_AGO:
                    raise Refusal(400, "Bad Request: query is too old and response timeout expired")
                return True
            case _:
                return True

    def are_known(self, messages: Iterable[Json]) -> None:
        """Note that the bot got the answer to messages that it sent."""
        for message in messages:
            self._messages[message["chat"]["id"], message["message_id"]].bot_knows = True

    def _take(self, method: str, data: Json, uploads: Mapping[str, File]) -> Json | list[Json]:
        if method == "sendMediaGroup":
            return self._send_album(data, uploads)
        return self._send(data, next(iter(uploads.values()), File()))

    def _send_album(self, data: Json, uploads: Mapping[str, File]) -> list[Json]:
        """Take several documents, all of them or none; each is a message of its own."""
        album = json.loads(data["media"])
        if not 2 <= len(album) <= _LARGEST_ALBUM:
            raise Refusal(400, "Bad Request: wrong number of messages in the album")
        files = []
        for item in album:
            attached = item["media"].removeprefix("attach://")
            files.append(uploads[attached] if attached in uploads else File("", self._kept(item["media"])))
        return [self._send(data | {"caption": item["caption"]}, file) for item, file in zip(album, files, strict=True)]

    def _send(self, data: Json, file: File) -> Json:
        chat = int(data["chat_id"])
        self._check(chat)
        topic = int(data["message_thread_id"]) if "message_thread_id" in data else None
        if topic in self._journal.closed_topics:
            raise Refusal(400, "Bad Request: message thread not found")
        replied = self._replied(chat, json.loads(data.get("reply_parameters", "{}")))
        markup = json.loads(data["reply_markup"]) if "reply_markup" in data else {}
        text = str(data.get("text") or data.get("caption") or "")
        sent = Sent(
            at=self._timeline.now,
            chat=chat,
            message_id=self._next_message(chat, topic),
            text=text,
            shown=text,
            document=file.content or self._kept(data.get("document")),
            name=file.name,
            reply_to=replied,
            buttons=_buttons(markup),
            asks_reply="force_reply" in markup,
            topic=topic,
            bot=self.bot,
        )
        self._messages[chat, sent.message_id] = sent
        sent.versions.append((sent.at, text))
        self._journal.sent.append(sent)
        self.on_message(sent)
        return self._sent(sent)

    def _delete(self, data: Json) -> bool:
        sent = self._find(data)
        sent.deleted = True
        self._topics.pop((sent.chat, sent.message_id), None)
        return True

    def _replied(self, chat: int, wanted: Json) -> int | None:
        if not wanted or (chat, wanted["message_id"]) in self._topics:
            return wanted.get("message_id")
        if not wanted.get("allow_sending_without_reply"):
            raise Refusal(400, "Bad Request: message to be replied not found")
        return None

    def _edit(self, data: Json) -> Json:
        sent = self._find(data)
        buttons = _buttons(json.loads(data["reply_markup"]) if "reply_markup" in data else {})
        text = data.get("text", sent.shown)
        if (sent.shown, sent.buttons) == (text, buttons):
            raise Refusal(400, "Bad Request: message is not modified")
        sent.shown, sent.buttons = text, buttons
        sent.versions.append((self._timeline.now, sent.shown))
        self.on_message(sent)
        return self._sent(sent)

    def _menu(self, method: str, data: Json) -> Any:
        where = f"{data.get('scope')} {data.get('language_code')}"
        if method == "getMyCommands":
            return self._menus.get(where, [])
        self._menus[where] = json.loads(data.get("commands", "[]"))
        return True

    def _find(self, data: Json) -> Sent:
        chat = int(data["chat_id"])
        self._check(chat)
        sent = self._messages.get((chat, int(data["message_id"])))
        if sent is None or sent.deleted:
            raise Refusal(400, "Bad Request: message to edit not found")
        return sent

    def _check(self, chat: int) -> None:
        if chat in self._journal.moved:
            later = self._journal.moved[chat]
            raise Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=later)
        if chat in self.forbidden:
            self._journal.forbidden.append(Forbidden(self._timeline.now, chat))
            who = "bot was blocked by the user" if chat > 0 else "bot was kicked from the group chat"
            raise Refusal(403, f"Forbidden: {who}")

    def _sent(self, sent: Sent) -> Json:
        message = self._message(sent.chat, sent.message_id) | {"from": self._itself}
        if sent.document is None:
            return message | {"text": sent.shown}
        return message | {
            "caption": sent.text,
            "document": {"file_id": self._keep(sent.document), "file_unique_id": str(sent.message_id)},
        }

    def _keep(self, document: bytes) -> str:
        """Keep a file, so that it can be sent again by its id."""
        if document not in self._files.values():
            self._files[f"file-{self.bot}-{len(self._files)}"] = document
        return next(file_id for file_id, kept in self._files.items() if kept == document)

    def _kept(self, file_id: str | None) -> bytes | None:
        if file_id is not None and file_id not in self._files:
            raise Refusal(400, "Bad Request: wrong file identifier/HTTP URL specified")
        return None if file_id is None else self._files[file_id]

    def _next_message(self, chat: int, topic: int | None = None) -> int:
        self._last_message[chat] = self._last_message.get(chat, _OLDER) + 1
        self._topics[chat, self._last_message[chat]] = topic
        return self._last_message[chat]

    def _message(self, chat: int, message_id: int) -> Json:
        topic = self._topics.get((chat, message_id))
        there = {"message_thread_id": topic, "is_topic_message": True} if topic is not None else {}
        date = int(BEGAN.timestamp() + self._timeline.now)
        return {"message_id": message_id, "date": date, "chat": self._chat(chat)} | there

    def _update(self, what: Json) -> None:
        self._last_update += 1
        self._updates.append({"update_id": self._last_update} | what)
        self._ring()

    def _ring(self) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def _user(self, person: int) -> Json:
        language = "ru" if person in self._russian else "en"
        return {"id": person, "is_bot": False, "first_name": PEOPLE[person].name, "language_code": language}

    def _chat(self, chat: int) -> Json:
        if chat > 0:
            return {"id": chat, "type": "private", "first_name": PEOPLE[chat].name}
        if chat == TEAM and self._forum:
            return {"id": chat, "type": "supergroup", "title": "Team", "is_forum": True}
        kind = "supergroup" if chat == TEAM_LATER else "group"
        return {"id": chat, "type": kind, "title": "Elsewhere" if chat == ELSEWHERE else "Team"}


def _buttons(markup: Json) -> tuple[tuple[str, str], ...]:
    rows = markup.get("inline_keyboard", [])
    return tuple((button["text"], button["callback_data"]) for row in rows for button in row)
