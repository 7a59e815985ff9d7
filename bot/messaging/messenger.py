"""What the bot says, and says again until Telegram has it or will never take it."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from markupsafe import Markup
from telegram import InlineKeyboardMarkup, InputFile, Message
from telegram.constants import FileSizeLimit
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.domain import Destination
from bot.messaging.budgets import Rank
from bot.messaging.calls import Buttons, Calls, in_album, seconds_to_wait
from bot.messaging.outbox import Outbox
from bot.runtime.backoff import backoff

_log = logging.getLogger(__name__)

_STILL_TRUE_FOR_S = 0.5
"""For how long an answer to "may this still be shown?" holds."""
_FILE_GONE = re.compile(r"file.?(identifier|id\b|reference)", re.IGNORECASE)

T = TypeVar("T")
Moved = Callable[[int, int], Awaitable[bool]]
"""Told that a group became a supergroup, its old id and its new one; says whether that can be."""
Guard = Callable[[], Awaitable[bool]]
"""Says whether a message may still be shown."""


class Undeliverable(Exception):
    """Telegram will never take this message for this chat; says why in Telegram's words."""

    def __init__(self, chat_id: int, why: str) -> None:
        super().__init__(f"chat {chat_id}: {why}")
        self.chat_id = chat_id
        self.why = why


class _GroupMoved(Undeliverable):
    """The group is a supergroup now, which is another chat."""

    def __init__(self, chat_id: int, why: str, new_chat_id: int) -> None:
        super().__init__(chat_id, why)
        self.new_chat_id = new_chat_id


class _TopicGone(Undeliverable):
    """The topic is not there any more; the group is."""


class NoLongerWanted(Exception):
    """While a message waited, or Telegram did not take it, it became one that may not be shown there."""


class FileGone(Exception):
    """Telegram does not know a `file_id` (any more); says why in Telegram's words."""


@dataclass(frozen=True, slots=True)
class SentDocument:
    """A document as Telegram keeps it; `file_id` sends it again without an upload."""

    message_id: int
    file_id: str | None


@dataclass(frozen=True, slots=True)
class OutgoingDocument:
    """A document of an album."""

    name: str
    caption: Markup
    file: bytes | str
    """Its bytes, or the `file_id` of one that Telegram has."""


class Messenger:
    """Sends to chats, each message in its turn. Waits through floods and outages as long as they last.

    Raises `Undeliverable` on a plain no; that there were too many messages, or that a group has slow mode, is none.
    A time-out may hide a message that arrived: it is sent again, for a PDF twice is better than none. Messages without
    a number of their own (0 or less) cannot be changed, nor replied to.
    """

    def __init__(
        self, calls: Calls, outbox: Outbox, moved: Moved, *, rank: Rank = Rank.ANSWER, still: Guard | None = None
    ) -> None:
        self._calls = calls
        self._outbox = outbox
        self._moved = moved
        self._rank = rank
        self._still = still

    def of_rank(self, rank: Rank) -> "Messenger":
        """Return a messenger whose messages have another rank than answers."""
        return Messenger(self._calls, self._outbox, self._moved, rank=rank, still=self._still)

    def guarded_by(self, still: Guard) -> "Messenger":
        """Return a messenger that asks again once a message has waited, and raises `NoLongerWanted` after a no."""
        return Messenger(self._calls, self._outbox, self._moved, rank=self._rank, still=still)

    async def send_text(self, to: Destination, text: Markup, buttons: Buttons = None) -> int:
        """Send an HTML text, cut to what Telegram takes, and return its message id."""
        message = await self._send(to, lambda at: self._calls.send_text(at, text, buttons))
        return message.message_id

    async def try_send_text(self, to: Destination, text: Markup) -> None:
        """Send an HTML text once: where Telegram does not take it, nothing is lost."""
        await self._once(to.chat_id, lambda: self._calls.send_text(to, text))

    async def send_document(
        self, to: Destination, content: bytes, name: str, caption: Markup, buttons: Buttons = None
    ) -> SentDocument:
        """Upload a file with an HTML caption."""
        if len(content) > FileSizeLimit.FILESIZE_UPLOAD:
            raise Undeliverable(to.chat_id, f"the document has {len(content)} bytes, more than Telegram takes")
        message = await self._send(
            to, lambda at: self._calls.upload(at, InputFile(content, filename=name), caption, buttons)
        )
        return _sent(message)

    async def send_kept_document(
        self, to: Destination, file_id: str, caption: Markup, buttons: Buttons = None
    ) -> SentDocument:
        """Send a file that Telegram has; raises `FileGone` if it has it no longer."""

        message = await self._send(to, lambda at: _gone(self._calls.send_kept(at, file_id, caption, buttons)))
        return replace(_sent(message), file_id=message.document.file_id if message.document else file_id)

    async def send_album(self, to: Destination, documents: Sequence[OutgoingDocument]) -> list[SentDocument]:
        """Send 2 to 10 documents at once, in their order; raises `FileGone` if Telegram has one no longer.

        They count as so many messages, and have no buttons.
        """
        album = [in_album(_file(document), document.caption) for document in documents]
        messages = await self._send(to, lambda at: _gone(self._calls.send_album(at, album)), size=len(album))
        return [_sent(message) for message in messages]

    async def edit_text(
        self, chat_id: int, message_id: int, text: Markup, buttons: InlineKeyboardMarkup | None = None
    ) -> None:
        """Change a text once; a message that is gone, or a Telegram that is away, is no reason to stop."""
        if message_id > 0:
            await self._once(chat_id, lambda: self._calls.edit_text(chat_id, message_id, text, buttons))

    async def edit_buttons(self, chat_id: int, message_id: int, buttons: InlineKeyboardMarkup | None) -> None:
        """Change the buttons under a text, as `edit_text` does."""
        await self._once(chat_id, lambda: self._calls.edit_buttons(chat_id, message_id, buttons))

    async def replace_text(
        self, chat_id: int, message_id: int, text: Markup, buttons: InlineKeyboardMarkup | None = None
    ) -> None:
        """Change a text as surely as one is sent; where the message is gone there is nothing to change."""
        with suppress(Undeliverable):
            if message_id > 0:
                await self._insist(chat_id, lambda: self._calls.edit_text(chat_id, message_id, text, buttons))

    async def delete(self, chat_id: int, message_id: int) -> None:
        """Delete a message if Telegram takes it at once."""
        if message_id > 0:
            await self._once(chat_id, lambda: self._calls.delete(chat_id, message_id))

    async def answer_press(self, query_id: str, text: str = "", *, alert: bool = False) -> bool:
        """End the waiting circle on a pressed button, at once: Telegram's limits do not count that.

        False if Telegram does not take it, as it does of presses that are too old.
        """
        try:
            await self._calls.answer_press(query_id, text, alert=alert)
        except TelegramError as error:
            _log.debug("Telegram did not take the answer to a press: %s", error)
            return False
        return True

    async def _once(self, chat_id: int, call: Callable[[], Awaitable[object]]) -> None:
        """Make a call in its turn, and give it up where anything but a flood is in the way."""
        place = self._outbox.place()
        while True:
            await self._outbox.turn(chat_id, self._rank, place)
            try:
                await call()
            except RetryAfter as error:
                self._wait_for(chat_id, error)
            except TelegramError as error:
                _log.debug("chat %d: Telegram did not take a side note: %s", chat_id, error)
                return
            else:
                return

    async def _send(self, to: Destination, send: Callable[[Destination], Awaitable[T]], *, size: int = 1) -> T:
        """Send something new: where the group has moved it goes along, where the topic is gone into the group."""
        while True:
            try:
                return await self._insist(to.chat_id, partial(send, to), size=size)
            except _GroupMoved as moved:
                to = Destination(moved.new_chat_id)
            except _TopicGone:
                if to.thread_id is None:
                    raise
                to = replace(to, thread_id=None)

    async def _insist(self, chat_id: int, call: Callable[[], Awaitable[T]], *, size: int = 1) -> T:
        """Make a call, however often, in a chat's turns. Raises `Undeliverable` if Telegram never will take it."""
        pauses = backoff(0.5, 60.0)
        place = self._outbox.place()
        time = asyncio.get_running_loop().time
        asked_at = time()
        while True:
            await self._outbox.turn(chat_id, self._rank, place, size=size)
            if self._still is not None and time() - asked_at > _STILL_TRUE_FOR_S:
                if not await self._still():
                    raise NoLongerWanted
                asked_at = time()
            try:
                return await call()
            except RetryAfter as error:
                self._wait_for(chat_id, error)
                continue
            except ChatMigrated as error:
                if await self._moved(chat_id, error.new_chat_id):
                    # Only for what is new: in the new group other messages have the ids of the old one's.
                    raise _GroupMoved(chat_id, error.message, error.new_chat_id) from error
                raise Undeliverable(chat_id, error.message) from error
            except Forbidden as error:
                raise Undeliverable(chat_id, error.message) from error
            except BadRequest as error:
                topic_gone = "thread not found" in error.message.lower()
                raise (_TopicGone if topic_gone else Undeliverable)(chat_id, error.message) from error
            except TelegramError as error:
                if "too large" in error.message.lower():
                    raise Undeliverable(chat_id, error.message) from error
                pause_s = next(pauses)
                _log.warning("chat %d: Telegram did not answer (%s); again in %.1f s", chat_id, error, pause_s)
            await asyncio.sleep(pause_s)

    def _wait_for(self, chat_id: int, error: RetryAfter) -> None:
        wait_s = seconds_to_wait(error)
        _log.warning("chat %d: Telegram asks to wait %.1f s", chat_id, wait_s)
        self._outbox.hold(chat_id, wait_s)


def _file(document: OutgoingDocument) -> InputFile | str:
    file = document.file
    return file if isinstance(file, str) else InputFile(file, filename=document.name, attach=True)


def _sent(message: Message) -> SentDocument:
    return SentDocument(message.message_id, message.document.file_id if message.document else None)


async def _gone(sending: Awaitable[T]) -> T:
    """Wait for a call that sends what Telegram has; raises `FileGone` where it says that it has it not."""
    try:
        return await sending
    except BadRequest as error:
        if _FILE_GONE.search(error.message):
            raise FileGone(error.message) from error
        raise
