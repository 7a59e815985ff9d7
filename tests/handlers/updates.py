"""Updates of every kind that the Bot API knows, and such as no Bot API would send.

`incoming_types.json` is the part of the published description that an update may contain.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.support.stage import ANNA, BOT, IVAN, OLGA, TEAM

_TYPES = json.loads(Path(__file__).with_name("incoming_types.json").read_text(encoding="utf-8"))["types"]
_KINDS = {
    "message": "Message",
    "edited_message": "Message",
    "callback_query": "CallbackQuery",
    "my_chat_member": "ChatMemberUpdated",
}
_DEPTH = 3
_READ = {"from", "sender_chat", "text", "caption", "entities", "caption_entities", "contact", "reply_to_message"} | {
    "message",
    "data",
    "is_topic_message",
    "message_thread_id",
    "migrate_to_chat_id",
    "forward_origin",
    "pinned_message",
}
"""Members that something may be done with: they are there more often than the others."""
_IDS = st.sampled_from([ANNA, ANNA, OLGA, IVAN, TEAM, TEAM, BOT["id"], 0, 1, -1, 2**31, 2**60, 1087968824, 136817688])
_STRINGS = st.sampled_from(
    ["/act alice 7", "/invoice alice 1500", "/start", "/cancel", "/allow 5", "/nosuchcommand", "7", "hello", ""]
) | st.text(max_size=12)
_LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "Integer": _IDS,
    "Float": st.floats(),
    "Boolean": st.booleans(),
    "True": st.just(True),  # noqa: FBT003 - a value, not a flag
    "String": _STRINGS,
}
_BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(["private", "group", "supergroup", "channel", "bot_command", "bot_command", "user"]),
    "status": st.sampled_from(["member", "administrator", "left", "kicked", "restricted", "creator"]),
    "offset": st.sampled_from([0, 0, 0, 1, -1, 99]),
    "length": st.sampled_from([4, 6, 8, 0, -1, 99]),
    "date": st.sampled_from([0, 1_700_000_000, 2**31]),
    "data": st.sampled_from(["cancel:1", "again:1", "askaccess:5", "x", "whose:1:0"]) | st.text(max_size=70),
}
_WRONG = st.sampled_from(
    [None, 0, -1, 1.5, True, "", "x", "\ud83d", "\0", [], [None], {}, {"id": None}, 2**70, "9" * 99]
).map(deepcopy)
"""Copied, for what is spoiled may be spoiled again, and the next example needs it whole."""


@st.composite
def updates(draw: st.DrawFn, update_id: int) -> dict[str, Any]:
    """Draw an update of a kind, as published, and spoil it in some places or in none."""
    kind = draw(st.sampled_from(sorted(_KINDS)))
    update = {"update_id": update_id, kind: _value(draw, kind, _KINDS[kind], _DEPTH)}
    for _ in range(draw(st.integers(0, 3))):
        _spoil(draw, update)
    return update


def _value(draw: st.DrawFn, name: str, kind: str, depth: int) -> Any:
    if kind.startswith("Array of "):
        inner = kind.removeprefix("Array of ")
        return [_value(draw, name, inner, depth) for _ in range(draw(st.integers(0, 2)))]
    if kind not in _TYPES:
        return draw(_BY_NAME.get(name, _LEAVES.get(kind, st.none())))
    described = _TYPES[kind]
    if "one_of" in described:
        return _value(draw, name, draw(st.sampled_from(described["one_of"])), depth)
    members = dict(described["required"])
    if depth:
        optional = described["optional"]
        known = [name for name in optional if name in _READ and draw(st.booleans())]
        others = draw(st.lists(st.sampled_from(sorted(optional)), max_size=2)) if optional else []
        members |= {name: optional[name] for name in (*known, *others)}
    return {name: _value(draw, name, kinds[0], max(depth - 1, 0)) for name, kinds in members.items()}


def _spoil(draw: st.DrawFn, update: dict[str, Any]) -> None:
    inside = [(holder, key) for holder, key in _places(update) if key != "update_id"]
    if not inside:
        return
    holder, key = draw(st.sampled_from(inside))
    how = draw(st.sampled_from(["missing", "wrong", "unknown"]))
    if how == "missing" and isinstance(holder, dict):
        holder.pop(key, None)
    elif how == "unknown" and isinstance(holder, dict):
        holder["a_new_member"] = draw(_WRONG)
    else:
        holder[key] = draw(_WRONG)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield value, key
        yield from _places(item)
