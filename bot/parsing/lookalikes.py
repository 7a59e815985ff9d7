"""One spelling for what looks the same: case, accents, invisible characters, letters of several alphabets."""

import re
import unicodedata

# From Unicode's confusables.txt: the Cyrillic and Greek letters that pass for Latin ones, in either case.
_LETTERS = str.maketrans(
    "авекмнорстухіјѕԁԛԝһӏ" + "αβεηικμνορτυχϳ" + "ıɑ",
    "abekmhopctyxijsdqwhl" + "abehikmnoptyxj" + "ia",
)
# Those that do so as small letters only, and the Armenian ones. In ordinary words they are themselves: `тг` is no `tr`.
_SMALL = str.maketrans("гпьѵүԍ" + "γσϲ" + "օոսցհյ" + "ɡ", "rnbvyg" + "yoc" + "onughj" + "g")
# Of these the small letters look like others than the capitals do. In a word that is not all Greek, as none of them is
# meant to be Greek there, they are what they look like.
_SMALL_GREEK = str.maketrans("νυ", "vu")
_GREEK = re.compile(r"[\u0370-\u03ff\W\d_]*")


def fold(text: str) -> str:
    """Return a text that is equal for all that look alike; for comparing only, as nobody could read it."""
    return _plain(text).casefold().translate(_LETTERS)


def fold_closely(text: str) -> str:
    """The same with letters that pass for others in names only, where any letter may stand."""
    words = (word if _GREEK.fullmatch(word) else word.translate(_SMALL_GREEK) for word in _plain(text).split(" "))
    return " ".join(words).casefold().translate(_LETTERS).translate(_SMALL)


def _plain(text: str) -> str:
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if unicodedata.category(character) not in {"Mn", "Cf"})
