"""What Telegram refuses of a message's content: texts, captions, keyboards, files, commands. Pure."""

import re
from typing import Any

from sandbox.telegram import entities, html
from sandbox.telegram.params import Params, Upload
from sandbox.telegram.refusals import Refusal, bad_request

Json = dict[str, Any]

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_BUTTON_DATA = 64
MAX_BUTTONS = 100
MAX_NOTICE = 200
MIN_ALBUM, MAX_ALBUM = 2, 10
MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_UPLOAD = 50 * 1024 * 1024
"""Bytes of the largest file that a bot may fetch, and send."""

CHAT_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)

_MEDIA = {"audio", "document", "live_photo", "photo", "video"}
_KEYBOARDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")
_BUTTON_KINDS = ("callback_data", "url", "web_app", "login_url", "switch_inline_query", "copy_text")
_CONTROL = {code: " " for code in range(32) if chr(code) != "\n"} | {ord("\r"): ""}


def text(params: Params) -> tuple[str, list[Json]]:
    """Return a message's text and entities."""
    if not params.text("text"):
        raise bad_request("message text is empty")
    plain, found = _formatted(params, "text", "entities")
    if not plain:
        raise bad_request("text must be non-empty")
    if len(plain) > MAX_TEXT:
        raise bad_request("message is too long")
    return plain, found


def caption(params: Params) -> tuple[str, list[Json]]:
    """Return a document's caption and its entities; none is fine."""
    plain, found = _formatted(params, "caption", "caption_entities")
    if len(plain) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return plain, found


def markup(params: Params, *, inline_only: bool = False) -> Json | None:
    """Return a message's reply markup, None for none or an empty keyboard."""
    given = params.json("reply_markup")
    if not given:
        return None
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    if inline_only and "inline_keyboard" not in given:
        raise bad_request("inline keyboard expected")
    if "inline_keyboard" in given:
        return _inline(given["inline_keyboard"])
    return given if any(given.get(kind) for kind in _KEYBOARDS) else None


def album(params: Params) -> list[Params]:
    """Return the items of an album, each as the parameters of its own message.

    Telegram ignores a keyboard here, and sends an album of one as a plain message. Both are refused, as its
    description of the method says: nobody should rely on them.
    """
    given = params.json("media")
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise bad_request("can't parse media: expected an Array of InputMedia")
    if "reply_markup" in params:
        raise bad_request("reply_markup can't be used in albums")
    if not given:
        raise bad_request("there are no messages to send")
    if len(given) > MAX_ALBUM:
        raise bad_request("too many messages to send as an album")
    if len(given) < MIN_ALBUM:
        raise bad_request("an album must include 2-10 items")
    kinds = {str(item.get("type", "")).lower() for item in given}
    if "document" in kinds and len(kinds) > 1:
        raise bad_request("Document can't be mixed with other media types")
    if kinds <= _MEDIA and kinds != {"document"}:
        raise Refusal(501, "Not Implemented: the sandbox sends albums of documents only")
    if kinds != {"document"}:
        raise bad_request("can't parse InputMedia: media type is invalid")
    return [Params(item, params.files) for item in given]


def document(upload: Upload) -> None:
    """Refuse a file that is empty, or too large for a bot to send."""
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > MAX_UPLOAD:
        raise Refusal(413, "Request Entity Too Large")


def commands(params: Params) -> list[Json]:
    """Return the commands of a menu."""
    given = params.json("commands")
    if not isinstance(given, list):
        raise bad_request('parameter "commands" is required')
    if len(given) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in given:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return given


def _formatted(params: Params, name: str, entities_name: str) -> tuple[str, list[Json]]:
    source = params.text(name).translate(_CONTROL)
    mode = params.text("parse_mode").lower()
    if mode == "html":
        plain, found = html.parse(source)
    elif mode in {"markdown", "markdownv2"}:
        raise Refusal(501, "Not Implemented: the sandbox reads no Markdown, only HTML")
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        plain, found = source, params.json(entities_name) or []
    plain, found = entities.trimmed(plain, found)
    return plain, entities.complete(plain, found)


def _inline(rows: Any) -> Json | None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    buttons = [button for row in rows for button in row]
    if len(buttons) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    for button in buttons:
        _check_button(button)
    kept = [row for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _check_button(button: Any) -> None:
    if not isinstance(button, dict) or not button.get("text"):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object with a text")
    if not any(kind in button for kind in _BUTTON_KINDS):
        raise bad_request("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= MAX_BUTTON_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and html.link(str(button["url"])) is None:
        raise bad_request("BUTTON_URL_INVALID")
