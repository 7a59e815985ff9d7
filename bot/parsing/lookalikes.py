"""One spelling for what looks the same: case, accents, invisible characters, letters of several alphabets."""

import unicodedata

# From Unicode's confusables.txt: the Cyrillic and Greek letters that pass for Latin ones, in either case.
_LETTERS = str.maketrans(
    "авекмнорстухіјѕԁԛԝһӏ" + "αβεηικμνορτυχϳ" + "ıɑ",
    "abekmhopctyxijsdqwhl" + "abehikmnoptyxj" + "ia",
)


def fold(text: str) -> str:
    """Return a text that is equal for all that look alike; for comparing only, as nobody could read it."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in decomposed if unicodedata.category(character) not in {"Mn", "Cf"})
    return plain.casefold().translate(_LETTERS)
