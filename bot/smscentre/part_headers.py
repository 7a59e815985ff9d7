"""The headers of a part: read line by line, and never further than a cap."""

import re

MAX_HEADERS = 8 * 1024
"""How many bytes the headers of one part may take; what comes after them is content."""

_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9_-]*[ \t]*")
_CONTENT_BEGINS = (b"\n", b"\r\n", b"{", b"%PDF-")


def read_headers(body: bytes, position: int) -> tuple[dict[str, str], int]:
    """Return the headers that start at `position`, by lower-case name, and where the content starts.

    A blank line ends them; so does, for senders who forget it, the first line that is no header.
    """
    block = body[position : position + MAX_HEADERS]
    headers: dict[str, str] = {}
    offset = 0
    name = ""
    while (line_end := block.find(b"\n", offset)) >= 0:
        line = block[offset:line_end].removesuffix(b"\r")
        if not line:
            offset = line_end + 1
            break
        if name and line.startswith((b" ", b"\t")) and line.strip():
            gap = "\r\n" if block.startswith(b"\r\n", offset - 2) else "\n"
            headers[name] += gap + line.decode("latin-1")
        elif header := _header(line):
            name = header[0]
            headers[name] = header[1]
        else:
            break
        offset = line_end + 1
    return {key: value.strip() for key, value in headers.items()}, position + offset


def starts_part(body: bytes, position: int) -> bool:
    """Tell whether what stands at `position` can be the beginning of a part: a header, a blank line, or a document."""
    if body.startswith(_CONTENT_BEGINS, position):
        return True
    line_end = body.find(b"\n", position, position + MAX_HEADERS)
    return line_end >= 0 and _header(body[position:line_end].removesuffix(b"\r")) is not None


def _header(line: bytes) -> tuple[str, str] | None:
    name, colon, value = line.partition(b":")
    if not colon or b"\r" in value or not _NAME.fullmatch(name):
        return None
    return name.decode("ascii").rstrip().lower(), value.decode("latin-1")
