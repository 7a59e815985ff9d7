"""The words of a command's arguments, and what in them cannot be seen."""

import re
import unicodedata

from bot.parsing.problem import ParseError, Problem

_BLANKS = frozenset(
    # Characters that show nothing though Unicode calls them letters, marks or symbols.
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
_SECOND_COMMAND = re.compile(r"[\n\r\v\f\x85\u2028\u2029]\s*/[A-Za-z]")
_PAIRS = {
    "<": ">",
    "«": "»",
    "“": "”",
    "„": "“",
    "‘": "’",
    "(": ")",
    "[": "]",
    "{": "}",
    **{quote: quote for quote in "\"'`*"},
}


def split_words(args: str) -> list[str]:
    """Split at blanks of every kind, ends of lines included, in Unicode's composed form (NFC).

    Raises `ParseError` where a line begins another command. Words in which nothing can be seen are left out.
    """
    if _SECOND_COMMAND.search(args):
        raise ParseError(Problem.SEVERAL_COMMANDS)
    # `str.split` knows all of Unicode's blanks; a file's separators (U+001C to U+001F) are among them.
    return [word for word in unicodedata.normalize("NFC", args).split() if visible(word)]


def visible(text: str) -> str:
    """Return the text without what shows nothing: soft hyphens, direction marks, control and unassigned characters."""
    return "".join(character for character in text if not _is_hidden(character))


def exact(word: str) -> str:
    """Return a word in which every character counts, as in a name or a number; raises `ParseError` for hidden ones."""
    if any(map(_is_hidden, word)):
        raise ParseError(Problem.HIDDEN_CHARACTERS, visible(word))
    return word


def unwrapped(word: str) -> str:
    """Return a word without the brackets or quotes around it and the comma after it: `<alice>`, `«alice»,`."""
    bare = _without_comma(word)
    while len(bare) > 2 and _PAIRS.get(bare[0]) == bare[-1] and not {bare[0], bare[-1]} & {*bare[1:-1]}:
        bare = _without_comma(bare[1:-1])
    return bare or word


def _without_comma(word: str) -> str:
    return word if word.lower() == "id:" else word.rstrip(",;:")


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character)[0] == "C" or character in _BLANKS


def has_foreign_digits(text: str) -> bool:
    """Whether the text holds a digit or numeral other than 0-9, such as `５`, `٣`, `½`, `²`."""
    return any(unicodedata.category(character)[0] == "N" and not character.isascii() for character in text)
