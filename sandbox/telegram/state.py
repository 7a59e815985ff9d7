"""The things that Telegram keeps: users, bots, chats, messages, files. Plain values, no rules, no HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.telegram.updates import UpdateQueue

Json = dict[str, Any]

GROUP_ANONYMOUS_BOT = 1087968824
CHANNEL_BOT = 136817688
SERVICE_NOTIFICATIONS = 777000
"""Telegram's own accounts: anonymous admins, people who write as a channel, posts of a linked channel."""

GENERAL_TOPIC = 1
"""Id of a forum's General topic. Its messages carry no `message_thread_id`, and sending to it by id fails."""


class ChatKind(StrEnum):
    """The Bot API's chat types."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class Status(StrEnum):
    """What a user is in a chat."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    LEFT = "left"
    KICKED = "kicked"


@dataclass(slots=True, eq=False)
class User:
    """A person, or the account of a bot."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    deactivated: bool = False


@dataclass(slots=True, eq=False)
class Document:
    """A file as one bot knows it: `file_id` is good for that bot only."""

    file_id: str
    file_unique_id: str
    name: str
    mime_type: str
    content: bytes
    path: str


@dataclass(slots=True, eq=False)
class Webhook:
    """Where a bot's updates go instead of `getUpdates`."""

    url: str
    secret_token: str | None
    max_connections: int
    failed_at: int | None = None
    failure: str | None = None


@dataclass(slots=True, eq=False)
class Bot:
    """A bot: its account, its token and what Telegram keeps for it.

    `privacy` is the privacy mode of BotFather. `poll` is the identity of the long poll that hangs now.
    """

    user: User
    token: str
    message_ids: Iterator[int]
    updates: UpdateQueue
    privacy: bool = True
    menus: dict[tuple[str, int | None, int | None, str], list[Json]] = field(default_factory=dict)
    files: dict[str, Document] = field(default_factory=dict)
    webhook: Webhook | None = None
    poll: object | None = None


@dataclass(slots=True, eq=False)
class Member:
    """A user's place in a group; kept after leaving, as Telegram remembers it."""

    user: User
    status: Status

    @property
    def present(self) -> bool:
        """Whether the user is in the group now."""
        return self.status not in {Status.LEFT, Status.KICKED}

    @property
    def administers(self) -> bool:
        """Whether the user runs the group."""
        return self.status in {Status.CREATOR, Status.ADMINISTRATOR}


@dataclass(slots=True, eq=False)
class Chat:
    """A conversation.

    A private chat has `peer` (the person) and `bot`, and its id is the person's. A forum has `topics`: names by
    thread id. `slow_mode` is in seconds. `spoke_at` holds when each bot last wrote (Unix time).
    """

    id: int
    kind: ChatKind
    message_ids: Iterator[int]
    title: str = ""
    peer: User | None = None
    bot: Bot | None = None
    started: bool = False
    blocked: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, str] | None = None
    allows_messages: bool = True
    allows_documents: bool = True
    slow_mode: int = 0
    spoke_at: dict[int, float] = field(default_factory=dict)
    last_bot: User | None = None
    migrated_to: Chat | None = None
    messages: dict[int, Message] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The title, or the person's name."""
        return self.peer.first_name if self.peer is not None else self.title

    @property
    def is_group(self) -> bool:
        """Whether several people may be in it."""
        return self.kind in {ChatKind.GROUP, ChatKind.SUPERGROUP}

    def visible(self) -> list[Message]:
        """Return what a person who opens the chat sees, oldest first."""
        return [message for message in self.messages.values() if not message.deleted]


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; `data` of a callback button, `url` of a link."""

    text: str
    data: str | None
    url: str | None


@dataclass(slots=True, eq=False)
class Message:
    """A message, alive: edits and deletion change it. `text` is what people read, a document's caption included.

    `service` holds the Bot API members of a service message, `extra` those of rarer content (a contact, a forward's
    origin, an album's id). `via_bot` is the inline bot that a person's message was made with.
    `markup` is any reply markup as the bot sent it; `past_markups` are inline keyboards that edits took away.
    """

    id: int
    chat: Chat
    date: int
    sender: User
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    document: Document | None = None
    sender_chat: Chat | None = None
    via_bot: User | None = None
    thread_id: int | None = None
    reply_to: Message | None = None
    markup: Json | None = None
    past_markups: list[Json] = field(default_factory=list)
    service: Json | None = None
    extra: Json = field(default_factory=dict)
    edit_date: int | None = None
    deleted: bool = False

    @property
    def buttons(self) -> list[Button]:
        """The buttons of the inline keyboard, row by row."""
        return buttons_of(self.markup)

    @property
    def forces_reply(self) -> bool:
        """Whether the bot asked for an answer (ForceReply)."""
        return bool(self.markup and self.markup.get("force_reply"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a bot answered to a button press; `alert` is a box that has to be closed, not a passing notice."""

    text: str
    alert: bool
    url: str | None


@dataclass(slots=True, eq=False)
class CallbackQuery:
    """A press of a button, and the bot's answer once it came."""

    id: str
    bot: Bot
    user: User
    message: Message
    data: str
    pressed_at: float
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class ChatAction:
    """ "typing…" and the like, as a bot showed it."""

    bot: User
    chat: Chat
    thread_id: int | None
    action: str
    at: float


def buttons_of(markup: Json | None) -> list[Button]:
    """Return the inline buttons of a reply markup, none for other kinds."""
    rows = (markup or {}).get("inline_keyboard", [])
    return [Button(button["text"], button.get("callback_data"), button.get("url")) for row in rows for button in row]
