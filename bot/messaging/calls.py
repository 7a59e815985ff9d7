"""The Bot API's methods as the bot calls them: HTML, no link previews, texts cut to what Telegram takes."""

from collections.abc import Sequence
from datetime import timedelta

from markupsafe import Markup
from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ChatAction, MessageLimit, ParseMode
from telegram.error import RetryAfter, TelegramError

from bot.domain import Destination

Buttons = InlineKeyboardMarkup | ForceReply | None

_UPLOAD_TIMEOUT_S = 60.0
_AFTER_FLOOD_S = 0.2
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Calls:
    """One attempt each; raises python-telegram-bot's `TelegramError`."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send_text(self, to: Destination, text: Markup, buttons: Buttons = None) -> Message:
        return await self._bot.send_message(
            to.chat_id,
            fit(text, MessageLimit.MAX_TEXT_LENGTH),
            parse_mode=ParseMode.HTML,
            message_thread_id=to.thread_id,
            reply_parameters=_reply(to),
            reply_markup=buttons,
            link_preview_options=_NO_PREVIEW,
        )

    async def upload(self, to: Destination, file: InputFile, caption: Markup, buttons: Buttons = None) -> Message:
        return await self._bot.send_document(
            to.chat_id,
            file,
            caption=fit(caption, MessageLimit.CAPTION_LENGTH),
            parse_mode=ParseMode.HTML,
            message_thread_id=to.thread_id,
            reply_parameters=_reply(to),
            reply_markup=buttons,
            disable_content_type_detection=True,
            read_timeout=_UPLOAD_TIMEOUT_S,
            write_timeout=_UPLOAD_TIMEOUT_S,
        )

    async def send_kept(self, to: Destination, file_id: str, caption: Markup, buttons: Buttons = None) -> Message:
        """Send a document that Telegram has already."""
        return await self._bot.send_document(
            to.chat_id,
            file_id,
            caption=fit(caption, MessageLimit.CAPTION_LENGTH),
            parse_mode=ParseMode.HTML,
            message_thread_id=to.thread_id,
            reply_parameters=_reply(to),
            reply_markup=buttons,
        )

    async def send_album(self, to: Destination, documents: Sequence[InputMediaDocument]) -> Sequence[Message]:
        """Send 2 to 10 documents as one album, which can have no buttons; all of them are sent, or none."""
        return await self._bot.send_media_group(
            to.chat_id,
            documents,
            message_thread_id=to.thread_id,
            reply_parameters=_reply(to),
            read_timeout=_UPLOAD_TIMEOUT_S,
            write_timeout=_UPLOAD_TIMEOUT_S,
        )

    async def edit_text(
        self, chat_id: int, message_id: int, text: Markup, buttons: InlineKeyboardMarkup | None = None
    ) -> None:
        await self._bot.edit_message_text(
            fit(text, MessageLimit.MAX_TEXT_LENGTH),
            chat_id,
            message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=buttons,
            link_preview_options=_NO_PREVIEW,
        )

    async def edit_buttons(self, chat_id: int, message_id: int, buttons: InlineKeyboardMarkup | None) -> None:
        """Put other buttons under a text."""
        await self._bot.edit_message_reply_markup(chat_id, message_id, reply_markup=buttons)

    async def delete(self, chat_id: int, message_id: int) -> None:
        await self._bot.delete_message(chat_id, message_id)

    async def show_sending(self, to: Destination) -> None:
        """Show "sending a document…" for Telegram's five seconds."""
        await self._bot.send_chat_action(to.chat_id, ChatAction.UPLOAD_DOCUMENT, message_thread_id=to.thread_id)

    async def answer_press(self, query_id: str, text: str, *, alert: bool) -> None:
        """End the waiting circle on a pressed button, with a plain text of at most 200 characters if there is one."""
        await self._bot.answer_callback_query(query_id, text[:200] or None, show_alert=alert)


def in_album(file: InputFile | str, caption: Markup) -> InputMediaDocument:
    """Return a document of an album: an upload, or the `file_id` of one that Telegram has."""
    return InputMediaDocument(
        file,
        caption=fit(caption, MessageLimit.CAPTION_LENGTH),
        parse_mode=ParseMode.HTML,
        disable_content_type_detection=True,
    )


def seconds_to_wait(error: TelegramError) -> float:
    """Return how long Telegram wants to be left alone, and a little more; 0 where it says nothing of that."""
    if not isinstance(error, RetryAfter):
        return 0.0
    wait = error.retry_after
    return (wait.total_seconds() if isinstance(wait, timedelta) else float(wait)) + _AFTER_FLOOD_S


def fit(text: Markup, limit: int) -> Markup:
    """Cut an HTML text whose visible length is over `limit` characters, as plain text: half a tag is refused."""
    visible = text.striptags() if len(text) > limit else ""
    if len(visible) <= limit:
        return text
    return Markup.escape(visible[: limit - 1] + "…")


def _reply(to: Destination) -> ReplyParameters | None:
    if to.reply_to is None or to.reply_to <= 0:
        # A message without a number of its own cannot be named.
        return None
    return ReplyParameters(to.reply_to, allow_sending_without_reply=True)
