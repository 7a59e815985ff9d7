"""Comparing what people typed: names and services that are meant to be the same, names that are nearly the same."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from bot.parsing.lookalikes import fold_closely

_ALIKE = 0.75  # of difflib's ratio: one letter wrong, missing or swapped in a name of four
_MOST = 3
_QUOTES = frozenset("\"'`«»“”„‟‘’‚‛‹›″′")


def folded(name: str) -> str:
    """Return the key under which names or services are the same: without case, look-alike letters and extra blanks.

    Capital I and small l are one; digits stay what they are, for `shop1` and `shopl` differ on purpose.
    """
    return " ".join(fold_closely(name).split()).replace("i", "l")


def folded_service(service: str) -> str:
    """Return the key under which services are the same: also with quotes around words, or a full stop at the end."""
    words = folded("".join(character for character in service if character not in _QUOTES))
    bare = words
    while bare and unicodedata.category(bare[-1])[0] == "P":
        bare = bare[:-1].rstrip()
    return bare or words


def near(name: str, known: Iterable[str]) -> list[str]:
    """Return at most three known names that may have been meant, the nearest first.

    A name that is known as it was typed has no neighbours: it is the one.
    """
    by_key: dict[str, list[str]] = {}
    for one in known:
        if one == name:
            return []
        by_key.setdefault(folded(one), []).append(one)
    keys = get_close_matches(folded(name), by_key, n=_MOST, cutoff=_ALIKE)
    return [one for key in keys for one in by_key[key]][:_MOST]
