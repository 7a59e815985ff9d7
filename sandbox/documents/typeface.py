"""The fonts of the documents, and what can be written with them."""

import unicodedata
from pathlib import Path

REGULAR = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
BOLD = Path(__file__).parent / "fonts" / "DejaVuSans-Bold.ttf"

_RANGES = (
    *((0x20, 0x7E), (0xA0, 0xFF), (0x131, 0x131), (0x141, 0x142), (0x152, 0x153), (0x160, 0x161)),
    *((0x178, 0x178), (0x17D, 0x17E), (0x400, 0x45F), (0x490, 0x493), (0x49A, 0x49B), (0x4A2, 0x4A3)),
    *((0x4AE, 0x4B1), (0x4BA, 0x4BB), (0x4D8, 0x4D9), (0x4E8, 0x4E9), (0x2009, 0x2027), (0x202F, 0x203A)),
    *((0x20AC, 0x20AC), (0x20B4, 0x20B4), (0x20B8, 0x20B8), (0x20BD, 0x20BD), (0x2116, 0x2116)),
    *((0x2122, 0x2122), (0x2190, 0x2193), (0x2212, 0x2212), (0x25A1, 0x25A1)),
)
COVERED = frozenset(chr(code) for first, last in _RANGES for code in range(first, last + 1))
"""Every character that both fonts hold; fonts/README.md says how to add some."""

_BOX = "□"


def printable(text: str) -> str:
    """Return the text with a box for what the fonts cannot show, and spaces for line breaks and controls."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(" " if _breaks(char) else char if char in COVERED else _BOX for char in composed)


def _breaks(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Zl", "Zp"}
