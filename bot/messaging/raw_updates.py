"""Updates as Telegram wrote them, before anything makes sense of them. Pure; nothing here raises, whatever they are."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import Chat

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],]', re.DOTALL)
_LARGEST_ID = 2**63 - 1
_COMMAND = "bot_command"
_MIGRATIONS = ("migrate_to_chat_id", "migrate_from_chat_id")
_MESSAGES = ("message", "edited_message")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who says or presses something, and where."""

    person_id: int
    chat_id: int
    private: bool
    as_chat: bool
    """Whether they write as a group or a channel, so that nobody knows who they are."""
    presses: bool

    @property
    def key(self) -> tuple[int, int | None]:
        """What they are told once in a while is told by this: all who write as a chat are one."""
        return self.chat_id, None if self.as_chat else self.person_id


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """An update, character for character, and what little is asked of it before it is stored."""

    text: str
    content: Mapping[str, Any]
    """What the text says; empty where it is no JSON object."""
    id: int | None
    """None: it has none that counts."""

    @classmethod
    def of(cls, text: str) -> "RawUpdate":
        # No JSON has this character, and PostgreSQL no text.
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            content = None
        content = content if isinstance(content, dict) else {}
        update_id = content.get("update_id")
        counts = type(update_id) is int and 0 <= update_id <= _LARGEST_ID
        return cls(text, content, update_id if counts else None)

    @property
    def chat_id(self) -> int | None:
        """The chat that it belongs to, in whose order it is handled."""
        for kind in (*_MESSAGES, "my_chat_member"):
            if kind in self.content:
                return whole(at(self.content, kind, "chat", "id"))
        return whole(at(self.content, "callback_query", "message", "chat", "id"))

    @property
    def command(self) -> str | None:
        """The command that it begins with, in lower case and without the bot's name; None if there is none."""
        message = self.content.get("message")
        if not is_command(message):
            return None
        words = str(at(message, "text") or at(message, "caption")).split(maxsplit=1)
        return words[0].removeprefix("/").partition("@")[0].lower() if words else None

    @property
    def sender(self) -> Sender | None:
        """Who is behind it; None where it does not say, or where it is nobody's word."""
        said = next((self.content[kind] for kind in _MESSAGES if kind in self.content), None)
        press = self.content.get("callback_query")
        message = said if press is None else at(press, "message")
        person_id = whole(at(said if press is None else press, "from", "id"))
        chat_id = whole(at(message, "chat", "id"))
        if person_id is None or chat_id is None or _moves(message):
            return None
        as_chat = press is None and at(message, "sender_chat") is not None
        return Sender(person_id, chat_id, at(message, "chat", "type") == Chat.PRIVATE, as_chat, press is not None)

    def concerns(self, bot_id: int) -> bool:
        """Say whether it can be for the bot at all: what people say to each other is not even stored.

        In doubt it does, so that what cannot be read is set aside and not just dropped.
        """
        content = self.content
        if "callback_query" in content:
            return True
        if "my_chat_member" in content:
            return bool(at(content, "my_chat_member", "chat", "type") != Chat.PRIVATE)
        if "edited_message" in content:
            return is_command(content["edited_message"])
        if "message" not in content:
            return not content or self.id is None
        message = content["message"]
        kind = at(message, "chat", "type")
        if at(message, "is_automatic_forward") is True:
            # Telegram copies the posts of a linked channel: nobody says them here.
            return False
        return (
            not isinstance(kind, str)
            or kind == Chat.PRIVATE
            or _moves(message)
            or is_command(message)
            or (
                bool(at(message, "text") or at(message, "document"))
                and at(message, "reply_to_message", "from", "id") == bot_id
            )
        )


def is_command(message: Any) -> bool:
    """Say whether a message's text, or its caption, begins with a command."""
    for text, entities in (("text", "entities"), ("caption", "caption_entities")):
        found = at(message, entities)
        if at(message, text) and isinstance(found, list):
            return any(at(entity, "type") == _COMMAND and at(entity, "offset") == 0 for entity in found)
    return False


def _moves(message: Any) -> bool:
    """Say whether a message tells that a group became a supergroup."""
    return isinstance(message, Mapping) and not message.keys().isdisjoint(
        ("migrate_to_chat_id", "migrate_from_chat_id")
    )


def at(value: Any, *path: str) -> Any:
    """Return what is at the end of a path of members; None where it does not lead anywhere."""
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def whole(value: Any) -> int | None:
    """Return a value if it is an id that a database can keep."""
    return value if type(value) is int and abs(value) <= _LARGEST_ID else None


def split(answer: str) -> list[str]:
    """Cut the array `result` of the Bot API's answer into its elements, each as it stands there.

    Only brackets and quotes are looked at: one element that is no JSON leaves the others whole.
    """
    found: list[str] = []
    depth, start, key, inside = 0, None, "", False
    for token in _TOKEN.finditer(answer):
        sign = token[0]
        if sign[0] == '"':
            key = sign if depth == 1 else key
            continue
        if sign in "{[":
            depth += 1
            if depth == 2 and sign == "[" and key == '"result"':
                inside, start = True, token.end()
            continue
        ends = inside and depth == 2 and sign in ",]"
        if ends and start is not None:
            found.append(answer[start : token.start()].strip())
            start = token.end()
        if sign in "}]":
            depth -= 1
            inside = inside and depth >= 2
    return [text for text in found if text]


def next_offset(offset: int, updates: Sequence[RawUpdate]) -> int:
    """Return what confirms these updates to Telegram, whose ids grow; 0 says nothing is confirmed yet.

    One without an id that counts has at least the next one: no more than these is ever confirmed.
    """
    for update in updates:
        if update.id is not None:
            offset = max(offset, update.id + 1)
        elif offset:
            offset += 1
    return offset
