"""Comparing what people typed: names and services that are meant to be the same, names that are nearly the same."""

from collections.abc import Iterable
from difflib import get_close_matches

from bot.parsing.lookalikes import fold_closely

_ALIKE = 0.75  # of difflib's ratio: one letter wrong, missing or swapped in a name of four
_MOST = 3


def folded(name: str) -> str:
    """Return the key under which names or services are the same: without case, look-alike letters and extra blanks.

    Capital I and small l are one; digits stay what they are, for `shop1` and `shopl` differ on purpose.
    """
    return " ".join(fold_closely(name).split()).replace("i", "l")


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
