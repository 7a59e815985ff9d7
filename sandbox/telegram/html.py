"""Telegram's HTML: a text with tags becomes a plain text and its entities, or one of Telegram's complaints.

What is allowed comes from the Bot API's page "HTML style"; the complaints and the odd cases (`</>` closes any tag,
`&lt` works without its semicolon, unknown `&names;` stay) from the tests of TDLib, which does it for Telegram.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sandbox.telegram.entities import in_order, utf16
from sandbox.telegram.refusals import Refusal, bad_request

Json = dict[str, Any]

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,8})|#([0-9]{1,9})|(lt|gt|amp|quot)(?![A-Za-z]));?")
_SURROGATES = (
    "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
)


@dataclass(slots=True)
class _Open:
    """A tag that waits for its end; `start` counts UTF-16 units of the plain text."""

    name: str
    attributes: dict[str, str]
    start: int
    position: int


def parse(source: str) -> tuple[str, list[Json]]:
    """Return the plain text and the entities of `source`; refuse what Telegram's parser refuses."""
    return _Parser(source).run()


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def run(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            if self.source[self.at] != "<":
                upto = self.source.find("<", self.at)
                chunk = self.source[self.at : upto if upto >= 0 else len(self.source)]
                self.at += len(chunk)
                self._append(_decode(chunk))
            elif self.source.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise _complaint(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        return "".join(self.text), in_order(_with_languages(self.entities))

    def _append(self, text: str) -> None:
        self.text.append(text)
        self.length += utf16(text)

    def _offset(self, position: int) -> str:
        return f"at byte offset {len(self.source[:position].encode())}"

    def _take(self, pattern: str) -> str:
        match = re.compile(pattern).match(self.source, self.at)
        taken = match.group() if match else ""
        self.at += len(taken)
        return taken

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        name = self._take(r"[^\s>]*").lower()
        if self.at == len(self.source):
            raise _complaint(f"Unclosed start tag {self._offset(begin)}")
        if name not in _KINDS:
            raise _complaint(f'Unsupported start tag "{name}" {self._offset(begin)}')
        attributes = self._attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _complaint(f'Tag "span" must have class "tg-spoiler" {self._offset(begin)}')
        self.open.append(_Open(name, attributes, self.length, len(self.text)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            self._take(r"\s+")
            if self.source.startswith(">", self.at):
                self.at += 1
                return found
            name = self._take(r"[^\s=>]*").lower()
            if self.at == len(self.source):
                raise _complaint(f'Unclosed start tag "{tag}" {self._offset(begin)}')
            if not name:
                raise _complaint(f'Empty attribute name in the tag "{tag}" {self._offset(begin)}')
            found[name] = self._value(tag, begin)

    def _value(self, tag: str, begin: int) -> str:
        if not re.compile(r"\s*=").match(self.source, self.at):
            return ""
        self._take(r"\s*=\s*")
        if self.at == len(self.source):
            raise _complaint(f'Unclosed start tag "{tag}" {self._offset(begin)}')
        quote = self.source[self.at]
        if quote not in "\"'":
            token_at = self.at
            token = self._take(r"[A-Za-z0-9.\-]+")
            if not re.compile(r"[\s>]").match(self.source, self.at):
                raise _complaint(f"Unexpected end of name token {self._offset(token_at)}")
            return token.lower()
        end = self.source.find(quote, self.at + 1)
        if end < 0:
            raise _complaint(f"Unclosed start tag {self._offset(begin)}")
        value, self.at = self.source[self.at + 1 : end], end + 1
        return _decode(value)

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise _complaint(f"Unexpected end tag {self._offset(begin)}")
        self.at += 2
        name = self._take(r"[^\s>]*").lower()
        self._take(r"\s+")
        if not self.source.startswith(">", self.at):
            raise _complaint(f"Unclosed end tag {self._offset(begin)}")
        self.at += 1
        tag = self.open.pop()
        if name not in {"", tag.name}:
            expected = f'expected "</{tag.name}>", found "</{name}>"'
            raise _complaint(f"Unmatched end tag {self._offset(begin)}, {expected}")
        if self.length > tag.start:
            self._close(tag)

    def _close(self, tag: _Open) -> None:
        entity: Json = {"type": _KINDS[tag.name], "offset": tag.start, "length": self.length - tag.start}
        if tag.name == "a":
            url = link(tag.attributes.get("href") or "".join(self.text[tag.position :]))
            if url is None:
                return
            entity["url"] = url
        elif tag.name == "tg-emoji":
            entity["custom_emoji_id"] = tag.attributes.get("emoji-id", "")
        elif tag.name == "blockquote" and "expandable" in tag.attributes:
            entity["type"] = "expandable_blockquote"
        elif tag.name == "code" and tag.attributes.get("class", "").startswith("language-"):
            entity["language"] = tag.attributes["class"].removeprefix("language-")
        self.entities.append(entity)


def _with_languages(entities: list[Json]) -> list[Json]:
    """Make `<pre><code class="language-x">` one entity; a language of code that fills no `<pre>` is forgotten."""
    languages = {_span(entity): entity["language"] for entity in entities if entity.get("language")}
    blocks = {_span(entity) for entity in entities if entity["type"] == "pre"} & languages.keys()
    result = []
    for entity in entities:
        if _span(entity) in blocks and entity["type"] == "code":
            continue
        plain = {name: value for name, value in entity.items() if name != "language"}
        known = entity["type"] == "pre" and _span(entity) in blocks
        result.append({**plain, "language": languages[_span(entity)]} if known else plain)
    return result


def _span(entity: Json) -> tuple[int, int]:
    return entity["offset"], entity["length"]


def link(address: str) -> str | None:
    """Return an address as Telegram keeps it (`http://` added), None if it is none."""
    if re.search(r"\s", address):
        return None
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", address):
        address = f"http://{address}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme in {"tg", "mailto", "tel"}:
        return address
    if parts.scheme not in {"http", "https", "ftp"} or "." not in (parts.hostname or ""):
        return None
    return address if parts.path else f"{address}/"


def _decode(text: str) -> str:
    decoded = _REFERENCE.sub(_character, text)
    if any("\ud800" <= char <= "\udfff" for char in decoded):
        raise _complaint(_SURROGATES)
    return decoded


def _character(reference: re.Match[str]) -> str:
    hexadecimal, decimal, name = reference.groups()
    if name:
        return _NAMED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code <= 0x10FFFF else reference.group()


def _complaint(why: str) -> Refusal:
    return bad_request(f"can't parse entities: {why}")
