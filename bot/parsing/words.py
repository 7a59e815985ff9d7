"""The words of a command's arguments, clean of what cannot be seen."""

import re
import unicodedata

from bot.parsing.problem import ParseError, Problem

_SPACES = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
_SPACE_RUN = re.compile(f"[{_SPACES}]+")
_BLANKS = frozenset(
    # Characters that show nothing though Unicode calls them letters, marks or symbols.
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)


def split_words(args: str) -> list[str]:
    """Split at spaces, no-break spaces and narrow no-break spaces, in Unicode's composed form (NFC).

    A line break at the very end is dropped. Every other control, format, unassigned or otherwise invisible
    character, tabs and exotic spaces included, raises `CONTROL_CHARACTERS`.
    """
    text = unicodedata.normalize("NFC", args.rstrip("\r\n" + _SPACES))
    for character in text:
        if _is_invisible(character):
            raise ParseError(Problem.CONTROL_CHARACTERS, f"U+{ord(character):04X}")
    return [word for word in _SPACE_RUN.split(text) if word]


def _is_invisible(character: str) -> bool:
    if character in _SPACES:
        return False
    return unicodedata.category(character)[0] in "CZ" or character in _BLANKS


def has_foreign_digits(text: str) -> bool:
    """Whether the text holds a digit or numeral other than 0-9, such as `５`, `٣`, `½`, `²`."""
    return any(unicodedata.category(character)[0] == "N" and not character.isascii() for character in text)
