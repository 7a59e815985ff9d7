"""Finding commands, mentions and links in a text, and measuring in UTF-16 units as the Bot API does."""

import re
from typing import Any

Json = dict[str, Any]

_PATTERNS = {
    "email": re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII),
    "url": re.compile(r"(?<![\w@])https?://[^\s<>\"]*[^\s<>\".,:;!?)]"),
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])"),
    "mention": re.compile(r"(?<!\w)@[A-Za-z0-9_]{3,32}(?!\w)"),
}
_OPAQUE = {"code", "pre", "text_link"}
_ORDER = ["blockquote", "expandable_blockquote", "pre", "code", "text_link"]


def utf16(text: str) -> int:
    """Return the length of `text` in UTF-16 code units: the Bot API's unit of offsets."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, entity: Json) -> str:
    """Return the part of `text` that an entity covers."""
    raw = text.encode("utf-16-le")[2 * entity["offset"] :][: 2 * entity["length"]]
    return raw.decode("utf-16-le")


def find(text: str) -> list[Json]:
    """Return the entities that Telegram finds by itself: e-mail addresses, links, commands and mentions."""
    found: list[Json] = []
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            entity = {"type": kind, "offset": utf16(text[: match.start()]), "length": utf16(match.group())}
            if not any(_overlap(entity, other) for other in found):
                found.append(entity)
    return in_order(found)


def complete(text: str, given: list[Json]) -> list[Json]:
    """Add to the given entities those that Telegram finds, except inside code and links."""
    opaque = [entity for entity in given if entity["type"] in _OPAQUE]
    extra = [entity for entity in find(text) if not any(_overlap(entity, other) for other in opaque)]
    return in_order([*given, *extra])


def in_order(entities: list[Json]) -> list[Json]:
    """Sort as the API does: by offset, the outer of two nested ones first."""

    def rank(entity: Json) -> tuple[int, int, int]:
        kind = entity["type"]
        return entity["offset"], -entity["length"], _ORDER.index(kind) if kind in _ORDER else len(_ORDER)

    return sorted(entities, key=rank)


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Strip white space at both ends, as Telegram does with every text, and move the entities along."""
    cut_off = utf16(text) - utf16(text.lstrip())
    stripped = text.strip()
    end = utf16(stripped)
    kept = []
    for entity in entities:
        first = max(entity["offset"] - cut_off, 0)
        last = min(entity["offset"] + entity["length"] - cut_off, end)
        if first < last:
            kept.append({**entity, "offset": first, "length": last - first})
    return stripped, kept


def _overlap(one: Json, other: Json) -> bool:
    starts, ends = one["offset"], one["offset"] + one["length"]
    return bool(starts < other["offset"] + other["length"] and other["offset"] < ends)
