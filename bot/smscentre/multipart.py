"""Taking a multipart body apart, byte for byte.

The vendor documents that it answers with "a multipart structure" and nothing more, so this reader is lenient about
everything but the bytes of the parts: the subtype, a boundary that is quoted, misspelt or missing in the header, CRLF
or LF, headers or none, a delimiter without a line end before it, text around the parts, a missing closing delimiter.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

_MOST_PARTS = 16
_LONGEST_BOUNDARY = 200
_SNIFFED_BYTES = 4096

_BOUNDARY_PARAMETER = re.compile(r'(?:^|[;\s])boundary\s*=\s*(?:"([^"]*)"|([^\s;"]+))', re.IGNORECASE)
_DELIMITER_LINE = re.compile(rb'(?:\A\xef\xbb\xbf|^)--([^\s<>"]+)[ \t]*\r?\n', re.MULTILINE)
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9_-]*)[ \t]*:[ \t]*([^\r\n]*(?:\r?\n[ \t]+[^\s][^\r\n]*)*)\r?\n")
_START_OF_PART = re.compile(_HEADER.pattern + rb"|\r?\n|\{|%PDF-")
_NOTHING_MORE = re.compile(rb"\s*\Z")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its headers by lower-case name, and its bytes as they were before they were put into the body.

    `ended` tells that the end was seen, so that nothing of the part is missing; `short`, that its own Content-Length
    promises more than came; `cut_delimiter`, that the body ends as the next delimiter begins.
    """

    headers: dict[str, str]
    body: bytes
    ended: bool
    short: bool = False
    cut_delimiter: bool = False


def parse(content_type: str, body: bytes) -> list[Part]:
    """Return the parts of the body, an empty list if it is not a multipart (or has absurdly many parts)."""
    for boundary in _boundaries(content_type, body):
        delimiter = _Delimiter(boundary)
        opening = delimiter.opening(body)
        if opening:
            parts = list(_parts(delimiter, opening, body))
            return parts if len(parts) <= _MOST_PARTS else []
    return []


def _boundaries(content_type: str, body: bytes) -> Iterator[bytes]:
    """Yield what may be the boundary: the header's, then what stands in the first lines that look like a delimiter."""
    if parameter := _BOUNDARY_PARAMETER.search(content_type):
        boundary = (parameter[1] or parameter[2] or "").rstrip()
        if 0 < len(boundary) <= _LONGEST_BOUNDARY:
            yield boundary.encode("utf-8", "replace")
    for line in _DELIMITER_LINE.finditer(body, 0, _SNIFFED_BYTES):
        if len(line[1]) <= _LONGEST_BOUNDARY and _START_OF_PART.match(body, line.end()):
            yield line[1]


class _Delimiter:
    """Finds the delimiters of one boundary.

    `--boundaryX` is not one: after the boundary comes `--` or the end of the line (or the end of what was received).
    """

    def __init__(self, boundary: bytes) -> None:
        self.bytes = b"--" + boundary
        self._pattern = re.compile(
            re.escape(self.bytes) + rb"(?:(?P<closing>--)[ \t]*(?:\r?\n|\Z)|[ \t]*(?P<line_end>\r?\n)|(?P<cut>-?\r?\Z))"
        )

    def match(self, body: bytes, position: int) -> re.Match[bytes] | None:
        return self._pattern.match(body, position)

    def opening(self, body: bytes) -> re.Match[bytes] | None:
        """Return the first delimiter that starts a line, or that a part follows (after a byte order mark, say)."""
        for match in self._pattern.finditer(body):
            at_line_start = match.start() == 0 or body.startswith(b"\n", match.start() - 1)
            if match["line_end"] and (at_line_start or _START_OF_PART.match(body, match.end())):
                return match
        return None

    def after(self, body: bytes, start: int) -> re.Match[bytes] | None:
        """Return the delimiter that ends the part whose content starts at `start`."""
        return next((m for m in self._pattern.finditer(body, start) if self._is_real(m, body, start)), None)

    def _is_real(self, match: re.Match[bytes], body: bytes, start: int) -> bool:
        if match.start() == start or body[match.start() - 1] in b"\r\n":
            return True
        # In the middle of a line only what follows can tell a sloppy sender from a document that mentions it.
        if match["closing"]:
            return _NOTHING_MORE.match(body, match.end()) is not None
        return bool(match["line_end"] and _START_OF_PART.match(body, match.end()))


def _parts(delimiter: _Delimiter, opening: re.Match[bytes], body: bytes) -> Iterator[Part]:
    """Yield the parts after the opening delimiter, one more than the most that are allowed at the most."""
    line_end = opening["line_end"]
    here: re.Match[bytes] | None = opening
    for _ in range(_MOST_PARTS + 1):
        if here is None or not here["line_end"]:
            return
        headers, start = _headers(body, here.end())
        part, here = _part(delimiter, line_end, headers, body, start)
        yield part


def _headers(body: bytes, position: int) -> tuple[dict[str, str], int]:
    """Return a part's headers and where its content starts."""
    headers = {}
    while match := _HEADER.match(body, position):
        headers[match[1].decode("ascii").lower()] = match[2].decode("latin-1").strip()
        position = match.end()
    for blank_line in (b"\r\n", b"\n"):
        if body.startswith(blank_line, position):
            return headers, position + len(blank_line)
    return headers, position


def _part(
    delimiter: _Delimiter, line_end: bytes, headers: dict[str, str], body: bytes, start: int
) -> tuple[Part, re.Match[bytes] | None]:
    """Return the part whose content starts at `start`, and the delimiter after it."""
    length = _content_length(headers)
    if length is not None and _ends_there(delimiter, line_end, body, start + length):
        following = delimiter.after(body, start + length)
        return Part(headers, _decoded(headers, body[start : start + length]), ended=True), following

    following = delimiter.after(body, start)
    if following is None:
        short = length is not None and start + length > len(body)
        cut = any(
            body.endswith(line_end + delimiter.bytes[:length], start) for length in range(1, len(delimiter.bytes))
        )
        return Part(headers, _decoded(headers, body[start:]), ended=False, short=short, cut_delimiter=cut), None
    # Exactly one line end, of the opening delimiter's style, belongs to the delimiter; all before it is content.
    end = following.start()
    if body.endswith(line_end, start, end):
        end -= len(line_end)
    return Part(headers, _decoded(headers, body[start:end]), ended=following["cut"] is None), following


def _content_length(headers: dict[str, str]) -> int | None:
    value = headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else None


def _ends_there(delimiter: _Delimiter, line_end: bytes, body: bytes, end: int) -> bool:
    """Tell whether a part can end at `end`: a delimiter follows, or as much of one as was received."""
    if end > len(body):
        return False
    for gap in (line_end, b"\r\n", b"\n", b""):
        if body.startswith(gap, end) and delimiter.match(body, end + len(gap)):
            return True
    start_of_delimiter = (line_end + delimiter.bytes)[: len(body) - end]
    return body.endswith(start_of_delimiter, end) or _NOTHING_MORE.match(body, end) is not None


def _decoded(headers: dict[str, str], content: bytes) -> bytes:
    """Undo base64 where the part declares it and it is; every other encoding leaves bytes as they are."""
    if headers.get("content-transfer-encoding", "").lower() != "base64":
        return content
    packed = b"".join(content.split())
    try:
        return base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    except binascii.Error:
        return content
