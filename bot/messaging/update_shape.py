"""What we read of an update, and of which type it has to be: the part of the Bot API that we rely on.

python-telegram-bot checks no types, and refuses a whole update for one member that nobody asks for. So what we read is
checked first; if it then still cannot make sense of the update, it gets only that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from telegram import Bot, ChatMember, Update

from bot.messaging.raw_updates import RawUpdate, whole

_LATEST_MOMENT = 2**34
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_FORMER_FORWARD = ("forward_date", "forward_from", "forward_from_chat", "forward_sender_name")
"""How Bot API servers before version 7.0 say that a message is forwarded; python-telegram-bot no longer reads it."""
_SOMEBODY = {"type": "hidden_user", "sender_user_name": "?", "date": 0}
_PRESENT = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER})


class Unreadable(Exception):
    """An update is not what the Bot API describes; says where."""

    def within(self, name: str) -> "Unreadable":
        """Return the same, seen from the object around it."""
        return Unreadable(f"{name}{'' if str(self).startswith('.') else ' '}{self}")


class Check(Protocol):
    """Returns a value if it is of its type, or what stands for it, and raises `Unreadable` otherwise.

    `strict`: leave out all that we do not read.
    """

    def __call__(self, value: Any, /, *, strict: bool) -> Any: ...


def _whole(value: Any, /, **_: bool) -> int:
    if whole(value) is None:
        raise Unreadable("is no whole number")
    return int(value)


def _moment(value: Any, /, **_: bool) -> int:
    if not 0 <= _whole(value) <= _LATEST_MOMENT:
        raise Unreadable("is no time")
    return int(value)


def _flag(value: Any, /, **_: bool) -> bool:
    if not isinstance(value, bool):
        raise Unreadable("is neither true nor false")
    return value


def _text(longest: int) -> Check:
    def check(value: Any, /, **_: bool) -> str:
        if not isinstance(value, str):
            raise Unreadable("is no text")
        # Neither half a character nor a zero can be stored or sent.
        return value[:longest].encode("utf-8", "replace").decode().replace("\0", _REPLACEMENT)

    return check


@dataclass(frozen=True)
class _Members:
    """An object: members that have to be there, that may be missing but not wrong, and that are left out if wrong."""

    required: Mapping[str, Check]
    optional: Mapping[str, Check] = field(default_factory=dict)
    loose: Mapping[str, Check] = field(default_factory=dict)

    def __call__(self, value: Any, /, *, strict: bool) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise Unreadable("is no object")
        kept = {} if strict else {name: item for name, item in value.items() if name not in self._known}
        for name, check in self._known.items():
            if name not in self.required and value.get(name) is None:
                continue
            try:
                kept[name] = check(value.get(name), strict=strict)
            except Unreadable as error:
                if name not in self.loose:
                    raise error.within(f".{name}") from None
        return kept

    @property
    def _known(self) -> Mapping[str, Check]:
        return {**self.required, **self.optional, **self.loose}


def _list(of: Check) -> Check:
    def check(value: Any, /, *, strict: bool) -> list[Any]:
        if not isinstance(value, list):
            raise Unreadable("is no array")
        return [of(item, strict=strict) for item in value]

    return check


def _there(value: Any, /, *, strict: bool) -> dict[str, Any]:
    """Reduce a membership to whether it is one, which all versions of the Bot API say the same way."""
    if not isinstance(value, Mapping) or not isinstance(value.get("status"), str):
        raise Unreadable("has no status")
    try:
        user = _USER(value.get("user"), strict=strict)
    except Unreadable as error:
        raise error.within(".user") from None
    there = value["status"] in _PRESENT or value.get("is_member") is True
    return {"status": ChatMember.MEMBER if there else ChatMember.LEFT, "user": user}


def _origin(value: Any, /, *, strict: bool) -> Any:
    """Keep that a message is forwarded, whoever wrote it: what is forwarded is nobody's own command."""
    return _SOMEBODY if strict else value


_NAME, _LONG = _text(64), _text(8192)
_USER = _Members(
    {"id": _whole, "is_bot": _flag, "first_name": _NAME},
    loose={"last_name": _NAME, "username": _NAME, "language_code": _text(16)},
)
_CHAT = _Members(
    {"id": _whole, "type": _text(16)},
    loose={"title": _text(255), "username": _NAME, "first_name": _NAME, "last_name": _NAME, "is_forum": _flag},
)
_ENTITIES = _list(_Members({"type": _text(32), "offset": _whole, "length": _whole}))
_HEAD: Mapping[str, Check] = {"message_id": _whole, "date": _moment, "chat": _CHAT}
_PLACE = {"message_thread_id": _whole, "is_topic_message": _flag}
_TOPIC = _Members({"name": _text(255), "icon_color": _whole})
_REPLIED = _Members(
    _HEAD, {"from": _USER, "sender_chat": _CHAT, "forum_topic_created": _TOPIC}, loose={"text": _LONG, **_PLACE}
)
_CONTACT = _Members({"phone_number": _NAME, "first_name": _NAME}, loose={"last_name": _NAME, "user_id": _whole})
_DOCUMENT = _Members(
    {"file_id": _text(512), "file_unique_id": _text(512)},
    loose={"file_name": _text(255), "mime_type": _text(255), "file_size": _whole},
)
_MESSAGE = _Members(
    _HEAD,
    {
        "from": _USER,
        "sender_chat": _CHAT,
        "forward_origin": _origin,
        "via_bot": _USER,
        "sender_business_bot": _USER,
        "is_automatic_forward": _flag,
        "migrate_to_chat_id": _whole,
        "migrate_from_chat_id": _whole,
    },
    loose={
        "text": _LONG,
        "entities": _ENTITIES,
        "caption": _LONG,
        "caption_entities": _ENTITIES,
        "contact": _CONTACT,
        "document": _DOCUMENT,
        "reply_to_message": _REPLIED,
        **_PLACE,
    },
)
_EDITED = _Members({**_MESSAGE.required, "edit_date": _moment}, _MESSAGE.optional, _MESSAGE.loose)
_PRESSED = _Members(_HEAD, {"from": _USER}, loose={"text": _LONG, **_PLACE})
_PRESS = _Members(
    {"id": _text(64), "from": _USER, "chat_instance": _text(64)},
    {"message": _PRESSED, "data": _text(64)},
    loose={"inline_message_id": _text(64)},
)
_MEMBERSHIP = _Members(
    {"chat": _CHAT, "from": _USER, "date": _moment, "old_chat_member": _there, "new_chat_member": _there}
)
_KINDS: Mapping[str, _Members] = {
    "message": _MESSAGE,
    "edited_message": _EDITED,
    "callback_query": _PRESS,
    "my_chat_member": _MEMBERSHIP,
}


def read_update(raw: RawUpdate, bot: Bot) -> Update:
    """Make sense of an update. Raises `Unreadable`."""
    if raw.id is None:
        raise Unreadable("has no update_id" if raw.content else "is no JSON object")
    for strict in (False, True):
        data = _checked(raw.content, raw.id, strict=strict)
        try:
            return Update.de_json(data, bot)
        except Exception as error:  # noqa: BLE001 - that is what it raises, for any member that it cannot read
            problem = f"python-telegram-bot raises {type(error).__name__}"
    raise Unreadable(problem)


def _checked(content: Mapping[str, Any], update_id: int, *, strict: bool) -> dict[str, Any]:
    data: dict[str, Any] = {"update_id": update_id}
    for kind, members in _KINDS.items():
        if kind in content:
            try:
                data[kind] = members(content[kind], strict=strict)
            except Unreadable as error:
                raise error.within(kind) from None
    for kind in ("message", "edited_message"):
        if kind in data:
            if any(content[kind].get(name) is not None for name in _FORMER_FORWARD):
                data[kind].setdefault("forward_origin", _SOMEBODY)
            _settle(data[kind], update_id)
    pressed = data.get("callback_query", {}).get("message")
    if pressed is not None:
        _number(pressed, update_id)
    return data


def _settle(message: dict[str, Any], update_id: int) -> None:
    """Have a caption count as the text, and number the message."""
    if "text" not in message and "caption" in message:
        message["text"] = message["caption"]
        message["entities"] = message.get("caption_entities", [])
    _number(message, update_id)


def _number(message: dict[str, Any], update_id: int) -> None:
    """Have a message without a number of its own be told from all others.

    Ephemeral messages all have the number 0; those of the bot's chats are above it.
    """
    if message["message_id"] <= 0:
        message["message_id"] = -update_id
