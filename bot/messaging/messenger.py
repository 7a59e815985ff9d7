"""What the bot says, and says again until Telegram has it or will never take it."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from markupsafe import Markup
from telegram import Bot, ForceReply, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ChatAction, FileSizeLimit, MessageLimit, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.domain import Destination
from bot.runtime.backoff import backoff

_log = logging.getLogger(__name__)

_AFTER_FLOOD_S = 0.2
_LONGEST_WAIT_IN_GROUP_S = 60.0
"""What slow mode asks beyond that is a no: the outcome goes to its requester in private."""
_UPLOAD_TIMEOUT_S = 60.0
_FILE_GONE = re.compile(r"file.?(identifier|id\b|reference)", re.IGNORECASE)

T = TypeVar("T")
Moved = Callable[[int, int], Awaitable[None]]
"""Told that a group became a supergroup: its old id and its new one."""
Guard = Callable[[], Awaitable[bool]]
"""Says whether a message may still be shown."""
Buttons = InlineKeyboardMarkup | ForceReply | None


class Undeliverable(Exception):
    """Telegram will never take this message for this chat; says why in Telegram's words."""

    def __init__(self, chat_id: int, why: str) -> None:
        super().__init__(f"chat {chat_id}: {why}")
        self.chat_id = chat_id
        self.why = why


class NoLongerWanted(Exception):
    """While Telegram did not take a message, as far as we know, it became one that may not be shown there."""


class FileGone(Exception):
    """Telegram does not know a `file_id` (any more); says why in Telegram's words."""


@dataclass(frozen=True, slots=True)
class SentDocument:
    """A document as Telegram keeps it; `file_id` sends it again without an upload."""

    message_id: int
    file_id: str | None


class Messenger:
    """Sends to chats. Waits through floods and outages as long as they last; raises `Undeliverable` on a plain no.

    A time-out may hide a message that arrived: it is sent again, for a PDF twice is better than none.
    """

    def __init__(self, bot: Bot, moved: Moved, still: Guard | None = None) -> None:
        self._bot = bot
        self._moved = moved
        self._still = still

    def guarded_by(self, still: Guard) -> "Messenger":
        """Return a messenger that asks before each attempt but the first, and raises `NoLongerWanted` after a no."""
        return Messenger(self._bot, self._moved, still)

    async def send_text(self, to: Destination, text: Markup, buttons: Buttons = None) -> int:
        """Send an HTML text, cut to what Telegram takes, and return its message id."""
        return (await self._insist(to, lambda at: self._send_text(at, text, buttons))).message_id

    async def try_send_text(self, to: Destination, text: Markup) -> int | None:
        """Send an HTML text once; None if Telegram did not take it."""
        message = await self._once(self._send_text(to, text, None))
        return None if message is None else message.message_id

    async def _send_text(self, to: Destination, text: Markup, buttons: Buttons) -> Message:
        return await self._bot.send_message(
            to.chat_id,
            fit(text, MessageLimit.MAX_TEXT_LENGTH),
            parse_mode=ParseMode.HTML,
            message_thread_id=to.thread_id,
            reply_parameters=_reply(to),
            reply_markup=buttons,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    async def send_document(
        self, to: Destination, content: bytes, name: str, caption: Markup, buttons: Buttons = None
    ) -> SentDocument:
        """Upload a file with an HTML caption."""
        if len(content) > FileSizeLimit.FILESIZE_UPLOAD:
            raise Undeliverable(to.chat_id, f"the document has {len(content)} bytes, more than Telegram takes")

        async def send(at: Destination) -> Message:
            return await self._bot.send_document(
                at.chat_id,
                InputFile(content, filename=name),
                caption=fit(caption, MessageLimit.CAPTION_LENGTH),
                parse_mode=ParseMode.HTML,
                message_thread_id=at.thread_id,
                reply_parameters=_reply(at),
                reply_markup=buttons,
                disable_content_type_detection=True,
                read_timeout=_UPLOAD_TIMEOUT_S,
                write_timeout=_UPLOAD_TIMEOUT_S,
            )

        message = await self._insist(to, send)
        return SentDocument(message.message_id, message.document.file_id if message.document else None)

    async def send_kept_document(
        self, to: Destination, file_id: str, caption: Markup, buttons: Buttons = None
    ) -> SentDocument:
        """Send a file that Telegram has; raises `FileGone` if it has it no longer."""

        async def send(at: Destination) -> Message:
            try:
                return await self._bot.send_document(
                    at.chat_id,
                    file_id,
                    caption=fit(caption, MessageLimit.CAPTION_LENGTH),
                    parse_mode=ParseMode.HTML,
                    message_thread_id=at.thread_id,
                    reply_parameters=_reply(at),
                    reply_markup=buttons,
                )
            except BadRequest as error:
                if _FILE_GONE.search(error.message):
                    raise FileGone(error.message) from error
                raise

        message = await self._insist(to, send)
        return SentDocument(message.message_id, message.document.file_id if message.document else file_id)

    async def edit_text(
        self, chat_id: int, message_id: int, text: Markup, buttons: InlineKeyboardMarkup | None = None
    ) -> None:
        """Change a text once; a message that is gone, or a Telegram that is away, is no reason to stop."""
        await self._once(self._edit_text(chat_id, message_id, text, buttons))

    async def _edit_text(
        self, chat_id: int, message_id: int, text: Markup, buttons: InlineKeyboardMarkup | None
    ) -> Message | bool:
        return await self._bot.edit_message_text(
            fit(text, MessageLimit.MAX_TEXT_LENGTH),
            chat_id,
            message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=buttons,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    async def replace_text(
        self, chat_id: int, message_id: int, text: Markup, buttons: InlineKeyboardMarkup | None = None
    ) -> None:
        """Change a text as surely as one is sent; where the message is gone there is nothing to change."""
        with suppress(Undeliverable):
            await self._insist(Destination(chat_id), lambda _: self._edit_text(chat_id, message_id, text, buttons))

    async def delete(self, chat_id: int, message_id: int) -> None:
        await self._once(self._bot.delete_message(chat_id, message_id))

    async def delete_surely(self, chat_id: int, message_id: int) -> None:
        """Delete a message, however long Telegram takes to hear it; one that cannot be deleted stays."""
        with suppress(Undeliverable):
            await self._insist(Destination(chat_id), lambda at: self._bot.delete_message(at.chat_id, message_id))

    async def show_sending(self, to: Destination) -> None:
        """Show "sending a document…" for Telegram's five seconds."""
        await self._once(
            self._bot.send_chat_action(to.chat_id, ChatAction.UPLOAD_DOCUMENT, message_thread_id=to.thread_id)
        )

    async def answer_press(self, query_id: str, text: str = "", *, alert: bool = False) -> None:
        """End the waiting circle on a pressed button, with a plain text of at most 200 characters if there is one."""
        await self._once(self._bot.answer_callback_query(query_id, text[:200] or None, show_alert=alert))

    async def _once(self, call: Awaitable[T]) -> T | None:
        try:
            return await call
        except TelegramError as error:
            _log.debug("Telegram did not take a side note: %s", error)
            return None

    async def _insist(self, to: Destination, send: Callable[[Destination], Awaitable[T]]) -> T:
        pauses = backoff(0.5, 60.0)
        while True:
            try:
                return await send(to)
            except ChatMigrated as error:
                await self._moved(to.chat_id, error.new_chat_id)
                to = Destination(error.new_chat_id)
                continue
            except Forbidden as error:
                raise Undeliverable(to.chat_id, error.message) from error
            except BadRequest as error:
                if to.thread_id is not None and "thread not found" in error.message.lower():
                    to = replace(to, thread_id=None)
                    continue
                raise Undeliverable(to.chat_id, error.message) from error
            except RetryAfter as error:
                wait = error.retry_after
                wait_s = (wait.total_seconds() if isinstance(wait, timedelta) else wait) + _AFTER_FLOOD_S
                if to.chat_id < 0 and wait_s > _LONGEST_WAIT_IN_GROUP_S:
                    raise Undeliverable(to.chat_id, error.message) from error
                _log.warning("chat %d: Telegram asks to wait %.1f s", to.chat_id, wait_s)
            except TelegramError as error:
                if "too large" in error.message.lower():
                    raise Undeliverable(to.chat_id, error.message) from error
                wait_s = next(pauses)
                _log.warning("chat %d: Telegram did not answer (%s); again in %.1f s", to.chat_id, error, wait_s)
            await asyncio.sleep(wait_s)
            if self._still is not None and not await self._still():
                raise NoLongerWanted


def fit(text: Markup, limit: int) -> Markup:
    """Cut an HTML text whose visible length is over `limit` characters, as plain text: half a tag is refused."""
    visible = text.striptags() if len(text) > limit else ""
    if len(visible) <= limit:
        return text
    return Markup.escape(visible[: limit - 1] + "…")


def _reply(to: Destination) -> ReplyParameters | None:
    if to.reply_to is None:
        return None
    return ReplyParameters(to.reply_to, allow_sending_without_reply=True)
