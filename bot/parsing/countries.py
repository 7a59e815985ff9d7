"""Countries behind a currency, as in `долл. США` and `руб. Беларуси`: whose money it is."""

from collections.abc import Mapping
from functools import cache

from babel import Locale
from babel.core import get_global

from bot.parsing.vocabulary import Token, tokens

_ABBREVIATED = {"США": "US", "РФ": "RU", "РБ": "BY", "РК": "KZ"}


def currencies_in(token: Token) -> frozenset[str]:
    """Return the currencies of the country that a word names; none if it is no country that money may be said to be of.

    A name in the nominative is none: `1500 ₽ Казахстан` has a service, `1500 ₽ Казахстана` has not.
    """
    if not token.cyrillic:
        return frozenset()
    nominatives, by_key = _countries()
    if token.text in nominatives:
        return frozenset()
    return next((by_key[key] for key in token.keys if key in by_key), frozenset())


@cache
def _countries() -> tuple[frozenset[str], Mapping[str, frozenset[str]]]:
    """Return the names of countries, one word each, and their currencies by the words' stems."""
    nominatives, by_key = set[str](), dict[str, frozenset[str]]()
    for code, name in Locale("ru").territories.items():
        row, money = tokens(name.partition("(")[0]), _money_of(code)
        if len(row) == 1 and row[0].cyrillic and money and name not in _ABBREVIATED:
            nominatives.add(row[0].text)
            by_key |= dict.fromkeys([*row[0].keys][1:], money)
            if name.endswith("ия"):  # `России`: to a stemmer, the ending of `синий`
                by_key[f"{row[0].text[:-2]}~"] = money
    for name, code in _ABBREVIATED.items():
        by_key[tokens(name)[0].text] = _money_of(code)
    return frozenset(nominatives), by_key


def _money_of(territory: str) -> frozenset[str]:
    history = get_global("territory_currencies").get(territory, ())
    return frozenset(code for code, _, until, tender in history if until is None and tender)
