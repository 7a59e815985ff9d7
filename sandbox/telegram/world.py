"""All of Telegram that the sandbox keeps, and the few moves that everything else is made of."""

import base64
import hashlib
import itertools
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from sandbox.telegram import wire
from sandbox.telegram.audience import hears
from sandbox.telegram.bell import Bell
from sandbox.telegram.state import (
    CHANNEL_BOT,
    GROUP_ANONYMOUS_BOT,
    SERVICE_NOTIFICATIONS,
    Bot,
    CallbackQuery,
    Chat,
    ChatAction,
    ChatKind,
    Document,
    Member,
    Message,
    User,
)
from sandbox.telegram.updates import Update, UpdateQueue

FIRST_UPDATE_ID = 700_000_001


class World:
    """Users, bots, chats and what happened. `clock` gives Unix time in seconds; `bell` rings at every change."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.bell = Bell()
        self.users = {account.id: account for account in _accounts()}
        self.bots: dict[str, Bot] = {}
        self.chats: dict[int, Chat] = {}
        self.private: dict[tuple[int, int], Chat] = {}
        self.queries: dict[str, CallbackQuery] = {}
        self.actions: list[ChatAction] = []
        self._query_ids = itertools.count(4_000_000_000_000_001)
        self._file_numbers = itertools.count(1)
        self._album_ids = itertools.count(13_000_000_000_000_001)

    def now(self) -> int:
        """Return the time in the Bot API's unit, whole seconds of Unix time."""
        return int(self.clock())

    def add_bot(self, token: str, account: User, *, privacy: bool) -> Bot:
        """Register a bot under its token."""
        self.users[account.id] = account
        updates = UpdateQueue(FIRST_UPDATE_ID)
        self.bots[token] = Bot(account, token, itertools.count(1), updates, privacy=privacy)
        return self.bots[token]

    def add_chat(self, chat_id: int, kind: ChatKind, title: str) -> Chat:
        """Make a group or a channel. In supergroups the first id belongs to the message that made the group."""
        first = 2 if kind is ChatKind.SUPERGROUP else 1
        self.chats[chat_id] = Chat(chat_id, kind, itertools.count(first), title=title)
        return self.chats[chat_id]

    def private_chat(self, bot: Bot, person: User) -> Chat:
        """Return the chat of a person with a bot, which is there from the first look at it."""
        key = bot.user.id, person.id
        if key not in self.private:
            self.private[key] = Chat(person.id, ChatKind.PRIVATE, bot.message_ids, peer=person, bot=bot)
        return self.private[key]

    def bot_of(self, account: User) -> Bot:
        """Return the bot that an account belongs to."""
        return next(bot for bot in self.bots.values() if bot.user is account)

    def post(self, chat: Chat, sender: User, **content: Any) -> Message:
        """Put a message into a chat and hand it to the bots that may read it. `content` is of `Message`."""
        message = Message(next(chat.message_ids), chat, self.now(), sender, **content)
        chat.messages[message.id] = message
        if "forum_topic_created" in (message.service or {}):
            message.thread_id = message.id
        if sender.is_bot and message.sender_chat is None:
            chat.last_bot = sender
            chat.spoke_at[sender.id] = self.clock()
        self._tell("message", message)
        return message

    def change(self, message: Message, **content: Any) -> None:
        """Edit a message; an inline keyboard that goes away is kept for those who press old buttons."""
        if message.buttons and message.markup is not None and content.get("markup") != message.markup:
            message.past_markups.append(message.markup)
        for name, value in content.items():
            setattr(message, name, value)
        message.edit_date = self.now()
        self._tell("edited_message", message)

    def remove(self, message: Message) -> None:
        """Delete a message; bots are not told."""
        message.deleted = True
        self.bell.ring()

    def inject(self, bot: Bot, body: Any) -> Update:
        """Queue an update as raw JSON, whatever its kind and form (see `UpdateQueue.inject`)."""
        update = bot.updates.inject(body)
        self.bell.ring()
        return update

    def emit(self, bot: Bot, kind: str, content: dict[str, Any]) -> None:
        """Queue an update for a bot."""
        bot.updates.push(kind, content)
        self.bell.ring()

    def tell_place(self, chat: Chat, bot: Bot, old: Member, by: User) -> None:
        """Tell a bot that its place in a chat changed from `old` to what it is there now."""
        content = {
            "chat": wire.chat(chat),
            "from": wire.user(by),
            "date": self.now(),
            "old_chat_member": wire.member(old),
            "new_chat_member": wire.member(chat.members[bot.user.id]),
        }
        self.emit(bot, "my_chat_member", content)

    def ask(self, bot: Bot, person: User, message: Message, data: str) -> CallbackQuery:
        """Make the callback query of a pressed button and hand it to the bot."""
        query = CallbackQuery(str(next(self._query_ids)), bot, person, message, data, self.clock())
        self.queries[query.id] = query
        content = {
            "id": query.id,
            "from": wire.user(person),
            "message": wire.callback_message(message),
            "chat_instance": str(message.chat.id * 7919),
            "data": data,
        }
        self.emit(bot, "callback_query", content)
        return query

    def next_album(self) -> str:
        """Return an id for an album's messages to share."""
        return str(next(self._album_ids))

    def bots_in(self, chat: Chat) -> list[Bot]:
        """Return the bots that are in a chat."""
        if chat.bot is not None:
            return [chat.bot]
        return [bot for bot in self.bots.values() if (place := chat.members.get(bot.user.id)) and place.present]

    def keep_file(self, bots: list[Bot], name: str, mime_type: str, content: bytes) -> Document:
        """Store a file under a new `file_id`, which is good for these bots."""
        number = next(self._file_numbers)
        digest = hashlib.sha256(f"file {number}".encode()).digest()
        mark = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        path = f"documents/file_{number}{PurePosixPath(name).suffix}"
        document = Document(f"BQACAgIAAxk{mark}", f"AgAD{mark[:12]}", name, mime_type, content, path)
        return self.share_file(bots, document)

    def share_file(self, bots: list[Bot], document: Document) -> Document:
        """Let more bots know a file by its `file_id`."""
        for bot in bots:
            bot.files[document.file_id] = document
        return document

    def _tell(self, kind: str, message: Message) -> None:
        for bot in self.bots.values():
            if hears(bot, message):
                bot.updates.push(kind, wire.message(message))
        self.bell.ring()


def _accounts() -> list[User]:
    return [
        User(GROUP_ANONYMOUS_BOT, "Group", "GroupAnonymousBot", is_bot=True),
        User(CHANNEL_BOT, "Channel", "Channel_Bot", is_bot=True),
        User(SERVICE_NOTIFICATIONS, "Telegram"),
    ]
