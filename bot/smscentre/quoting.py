"""Quoting what the vendor said in errors and logs without repeating a secret that it echoes."""

import html
import json
from urllib.parse import quote, quote_plus

from bot.smscentre.errors import one_line

_WITHHELD = "withheld, it repeats a secret"
_SEARCHED_BYTES = 4096


class Quoter:
    """Cuts vendor-supplied text short, and withholds it if the secret is in it, in any usual spelling."""

    def __init__(self, secret: str = "") -> None:
        self._spellings = _spellings(secret) if secret else frozenset()

    def text(self, text: str) -> str:
        """Return the text on one short line."""
        # HTTP headers come as latin-1 text, whatever encoding their bytes are in.
        if self._repeats_secret(text.encode("utf-8", "replace") + text.encode("latin-1", "replace")):
            return f"({_WITHHELD})"
        return one_line(text)

    def first_bytes(self, data: bytes, limit: int = 60) -> str:
        """Return the first `limit` bytes as a printable literal."""
        if self._repeats_secret(data[:_SEARCHED_BYTES]):
            return f"({_WITHHELD})"
        return repr(data[:limit])

    def _repeats_secret(self, data: bytes) -> bool:
        return any(spelling in data for spelling in self._spellings)


def _spellings(secret: str) -> frozenset[bytes]:
    """Return the secret as an echo may spell it: plain, in a URL, in JSON, in HTML, as Python shows bytes."""
    plain = [secret.encode("utf-8", "replace"), secret.encode("windows-1251", "replace")]
    escaped = [json.dumps(secret)[1:-1], html.escape(secret)]
    for data in plain:
        escaped += [quote(data), quote_plus(data), repr(data)[2:-1]]
    return frozenset(plain + [spelling.encode("utf-8", "replace") for spelling in escaped])
