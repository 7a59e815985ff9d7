"""Taking a multipart body apart, byte for byte, in time that is linear in the body, whatever comes.

The vendor documents that it answers with "a multipart structure" and nothing more, so this reader is lenient about
everything but the bytes of the parts: the subtype, a boundary that is quoted, misspelt or missing in the header, CRLF
or LF, headers or none, a delimiter without a line end before it, text around the parts, a missing closing delimiter.
No pattern ever runs over the body: it is searched for fixed bytes, and what is looked at after a find is bounded.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from bot.smscentre.part_headers import read_headers, starts_part

_MAX_PARTS = 16
_MAX_BOUNDARY = 200
_MAX_LOOKALIKES = 10_000
"""How often a boundary's bytes may stand where they are no delimiter; no document of the vendor's comes near."""
_MAX_PADDING = 64
"""How many blanks may stand between a boundary and the end of its line."""
_MAX_CONTENT_TYPE = 2048
_SNIFFED_BYTES = 4096
_BOM = b"\xef\xbb\xbf"
_BASE64_SPACE = b" \t\r\n\v\f"

_BOUNDARY_PARAMETER = re.compile(r'(?:^|[;\s])boundary\s*=\s*(?:"([^"]*)"|([^\s;"]+))', re.IGNORECASE)
_BOUNDARY = re.compile(rb'[^\s<>"]{1,%d}' % _MAX_BOUNDARY)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its headers by lower-case name, and its bytes as they were before they were put into the body.

    `ended` tells that the end was seen, so that nothing of the part is missing; `short`, that its own Content-Length
    promises more than came; `cut_delimiter`, that the body ends as the next delimiter begins; `plain`, that it is the
    whole body of an answer that has no parts.
    """

    headers: dict[str, str]
    body: bytes
    ended: bool
    short: bool = False
    cut_delimiter: bool = False
    plain: bool = False


def parse(content_type: str, body: bytes) -> list[Part]:
    """Return the parts of the body, an empty list if it is not a multipart (or has absurdly many parts)."""
    text_end = len(body.rstrip())
    for boundary in _boundaries(content_type, body):
        reader = _Reader(body, boundary, text_end)
        opening = reader.opening()
        if opening is not None:
            parts = list(reader.parts(opening))
            return parts if len(parts) <= _MAX_PARTS else []
    return []


def _boundaries(content_type: str, body: bytes) -> Iterator[bytes]:
    """Yield what may be the boundary: the header's, then what the first line that looks like a delimiter has."""
    if parameter := _BOUNDARY_PARAMETER.search(content_type[:_MAX_CONTENT_TYPE]):
        boundary = (parameter[1] or parameter[2] or "").rstrip()
        if 0 < len(boundary) <= _MAX_BOUNDARY:
            yield boundary.encode("utf-8", "replace")
    start = len(_BOM) if body.startswith(_BOM) else 0
    while (line_end := body.find(b"\n", start, _SNIFFED_BYTES)) >= 0:
        line = body[start:line_end].rstrip(b" \t\r")
        if line.startswith(b"--") and _BOUNDARY.fullmatch(line, 2) and starts_part(body, line_end + 1):
            yield line[2:]
            return
        start = line_end + 1


class _End(Enum):
    """What comes after a boundary's bytes."""

    LINE = auto()
    CLOSING = auto()
    CUT = auto()
    """Nothing: the body ends within the delimiter."""


@dataclass(frozen=True, slots=True)
class _Delimiter:
    """One delimiter in the body. `--boundaryX` is none: after the boundary comes `--` or the end of the line."""

    start: int
    end: int
    kind: _End
    line_end: bytes = b""


class _Reader:
    """Reads the parts between the delimiters of one boundary."""

    def __init__(self, body: bytes, boundary: bytes, text_end: int) -> None:
        """`text_end` is where the body's trailing white space begins."""
        self._body = body
        self._bytes = b"--" + boundary
        self._text_end = text_end

    def opening(self) -> _Delimiter | None:
        """Return the first delimiter that starts a line, or that a part follows (after a byte order mark, say)."""
        for found in self._delimiters(0):
            if found.kind is _End.LINE and (self._starts_line(found.start) or starts_part(self._body, found.end)):
                return found
        return None

    def parts(self, opening: _Delimiter) -> Iterator[Part]:
        """Yield the parts after the opening delimiter, one more than the most that are allowed at the most."""
        here: _Delimiter | None = opening
        for _ in range(_MAX_PARTS + 1):
            if here is None or here.kind is not _End.LINE:
                return
            headers, start = read_headers(self._body, here.end)
            part, here = self._part(opening.line_end, headers, start)
            yield part

    def _part(self, line_end: bytes, headers: dict[str, str], start: int) -> tuple[Part, _Delimiter | None]:
        """Return the part whose content starts at `start`, and the delimiter after it."""
        body = self._body
        length = _content_length(headers)
        if length is not None and self._can_end(line_end, start + length):
            following = self._next(start + length)
            return Part(headers, _decoded(headers, body[start : start + length]), ended=True), following

        following = self._next(start)
        if following is None:
            short = length is not None and start + length > len(body)
            cut = any(body.endswith(line_end + self._bytes[:kept], start) for kept in range(1, len(self._bytes)))
            content = _decoded(headers, body[start:])
            return Part(headers, content, ended=False, short=short, cut_delimiter=cut), None
        # Exactly one line end, of the opening delimiter's style, belongs to the delimiter; all before it is content.
        end = following.start
        if body.endswith(line_end, start, end):
            end -= len(line_end)
        ended = following.kind is not _End.CUT
        return Part(headers, _decoded(headers, body[start:end]), ended=ended), following

    def _next(self, start: int) -> _Delimiter | None:
        """Return the delimiter that ends the part whose content starts at `start`."""
        return next((found for found in self._delimiters(start) if self._is_real(found, start)), None)

    def _is_real(self, found: _Delimiter, start: int) -> bool:
        if found.start == start or self._body[found.start - 1] in b"\r\n":
            return True
        # In the middle of a line only what follows can tell a sloppy sender from a document that mentions it.
        if found.kind is _End.CLOSING:
            return found.end >= self._text_end
        return found.kind is _End.LINE and starts_part(self._body, found.end)

    def _can_end(self, line_end: bytes, end: int) -> bool:
        """Tell whether a part can end at `end`: a delimiter follows, or as much of one as was received."""
        body = self._body
        if end > len(body):
            return False
        for gap in (line_end, b"\r\n", b"\n", b""):
            if body.startswith(gap + self._bytes, end) and self._at(end + len(gap)) is not None:
                return True
        if end >= self._text_end:
            return True
        delimiter = line_end + self._bytes
        return len(body) - end < len(delimiter) and body.endswith(delimiter[: len(body) - end], end)

    def _delimiters(self, start: int) -> Iterator[_Delimiter]:
        """Yield the delimiters from `start` on; gives up where too much looks like one and is none."""
        lookalikes = 0
        position = self._body.find(self._bytes, start)
        while position >= 0 and lookalikes < _MAX_LOOKALIKES:
            found = self._at(position)
            if found is not None:
                yield found
            # What is found in the middle of a line and turns out to be content is a look-alike too.
            lookalikes += 1
            position = self._body.find(self._bytes, position + 1 if found is None else found.end)

    def _at(self, position: int) -> _Delimiter | None:
        """Return the delimiter whose bytes stand at `position`, if what follows them makes it one."""
        after = position + len(self._bytes)
        rest = self._body[after : after + _MAX_PADDING]
        last = after + len(rest) == len(self._body)
        closing = rest.startswith(b"--")
        tail = (rest[2:] if closing else rest).lstrip(b" \t")
        for line_end in (b"\r\n", b"\n"):
            if tail.startswith(line_end):
                end = after + len(rest) - len(tail) + len(line_end)
                return _Delimiter(position, end, _End.CLOSING if closing else _End.LINE, line_end)
        if closing and last and not tail:
            return _Delimiter(position, len(self._body), _End.CLOSING)
        if last and rest in (b"", b"-", b"\r", b"-\r"):
            return _Delimiter(position, len(self._body), _End.CUT)
        return None

    def _starts_line(self, position: int) -> bool:
        return position == 0 or self._body.startswith(b"\n", position - 1)


def _content_length(headers: dict[str, str]) -> int | None:
    value = headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else None


def _decoded(headers: dict[str, str], content: bytes) -> bytes:
    """Undo base64 where the part declares it and it is; every other encoding leaves bytes as they are."""
    if headers.get("content-transfer-encoding", "").lower() != "base64":
        return content
    packed = content.translate(None, _BASE64_SPACE)
    try:
        return base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    except binascii.Error:
        return content
