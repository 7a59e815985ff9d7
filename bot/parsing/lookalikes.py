"""One spelling for what looks the same: case, accents, invisible characters, letters of several alphabets."""

import re
import unicodedata

# From Unicode's confusables.txt: the Cyrillic, Greek and Armenian letters that pass for Latin ones, in either case.
_LETTERS = str.maketrans(
    "авгекмнопрстухіјѕьѵүԁԍԛԝһӏ" + "αβγεηικμνορστυχϲϳ" + "օոսցհյ" + "ıɑɡ",
    "abrekmhonpctyxijsbvydgqwhl" + "abyehikmnopotyxcj" + "onughj" + "iag",
)
# Of these the small letters look like others than the capitals do. In a word that is not all Greek, as none of them is
# meant to be Greek there, they are what they look like.
_SMALL_GREEK = str.maketrans("νυ", "vu")
_GREEK = re.compile(r"[\u0370-\u03ff\W\d_]*")


def fold(text: str) -> str:
    """Return a text that is equal for all that look alike; for comparing only, as nobody could read it."""
    if text.isascii():
        return text.casefold().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in decomposed if unicodedata.category(character) not in {"Mn", "Cf"})
    words = (word if _GREEK.fullmatch(word) else word.translate(_SMALL_GREEK) for word in plain.split(" "))
    return " ".join(words).casefold().translate(_LETTERS)
