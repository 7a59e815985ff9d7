"""Every word for money in Russian and English: CLDR's names, codes and signs of all currencies, and slang.

A word is compared as it looks (`lookalikes.fold`), by itself and, if Russian, by its stem, so that case, alphabet and
inflection make no difference. Currencies are ISO 4217 codes.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages
from babel.numbers import get_currency_name

from bot.parsing import colloquial
from bot.parsing.lookalikes import fold

MULTIPLIER = "×"
"""Stands among the codes for a word that counts thousands or the like."""
NO_CURRENCY = "?"
"""Stands among the codes for money that is no currency."""

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_APOSTROPHES = re.compile("['`´ʻʼ‘’]")
_AMBIGUOUS = frozenset("abehikmopctyx")  # may be Cyrillic, every letter of them
_SHORTEST_STEM = 3
_LANGUAGES = ("en", "ru")


def _folded(words: str) -> list[str]:
    return [fold(word) for word in words.split(",")]


_ENDINGS = sorted(_folded(colloquial.ENDINGS), key=len, reverse=True)
_ADJECTIVES = tuple(_folded(colloquial.ADJECTIVES))
_GENERIC = frozenset(_folded(colloquial.GENERIC))


class Token(NamedTuple):
    """A run of letters, a run of digits, or one sign of money, as it is compared."""

    text: str
    cyrillic: bool = False
    """Whether there are Cyrillic letters about it, so that it may be inflected as Russian words are."""

    @property
    def key(self) -> str:
        """The form under which the vocabulary has it as it stands; `в` looks like `b`, but is no billion."""
        return _stem(self.text) if self.cyrillic and len(self.text) == 1 else self.text

    @property
    def keys(self) -> Iterator[str]:
        """All forms under which the vocabulary may have it."""
        yield self.key
        if self.cyrillic or set(self.text) <= _AMBIGUOUS:
            yield _stem(self.text)
        elif len(self.text) > _SHORTEST_STEM and self.text.endswith("s"):
            yield self.text[:-1]


def tokens(text: str) -> list[Token]:
    """Take a text apart; what is neither letter, digit nor sign of money only separates."""
    spaced = "".join(f" {char} " if _is_sign(char) else char for char in _APOSTROPHES.sub("", text))
    found: list[Token] = []
    for part in spaced.split():
        if _is_sign(part[0]):
            plain = unicodedata.normalize("NFKC", part[0])
            found.append(Token(plain if len(plain) == 1 else part[0]))
        else:
            cyrillic = _CYRILLIC.search(part) is not None
            found.extend(Token(token, cyrillic) for token in _TOKEN.findall(fold(part)))
    return found


def is_sign(token: Token) -> bool:
    return _is_sign(token.text[0])


def is_adjective(token: Token) -> bool:
    return len(token.text) > _SHORTEST_STEM + 1 and token.text.endswith(_ADJECTIVES)


def _is_sign(character: str) -> bool:
    return unicodedata.category(character) == "Sc" or character in colloquial.NOTES


def _stem(text: str) -> str:
    """Return a Russian word without its longest ending, marked as a stem; three letters at least remain."""
    for ending in _ENDINGS:
        if text.endswith(ending) and len(text) - len(ending) >= _SHORTEST_STEM:
            return f"{text[: -len(ending)]}~"
    return f"{text}~"


@dataclass(slots=True)
class _Node:
    codes: set[str] = field(default_factory=set)
    next: "dict[str, _Node]" = field(default_factory=dict)


class Vocabulary:
    """What words, and rows of words, mean."""

    def __init__(self) -> None:
        self._root = _Node()
        self._qualifiers: set[str] = set()
        self._heads: dict[str, set[str]] = {}
        self._begins = (*map(fold, colloquial.MULTIPLIER_BEGINS), *_multipliers())
        self._signs: dict[str, str] = {}
        for language in _LANGUAGES:
            self._add_currencies(Locale(language))
        for code, words in colloquial.CURRENCIES.items():
            self._add_all(words, code)
        self._add_all(colloquial.NO_CURRENCY, NO_CURRENCY)
        self._add_all(colloquial.HUNDREDTHS, NO_CURRENCY)
        self._add_all(colloquial.MULTIPLIERS, MULTIPLIER)
        self._fillers = {*_folded(colloquial.FILLERS), *_folded(colloquial.NUMERALS)}

    def longest(self, row: Sequence[Token]) -> tuple[int, frozenset[str]]:
        """Return how many tokens at the begin of a row mean money, none perhaps, and which currencies they may mean."""
        best: tuple[int, frozenset[str]] = (0, frozenset())
        nodes = [self._root]
        for length, token in enumerate(row, 1):
            nodes = [node.next[key] for node in nodes for key in token.keys if key in node.next]
            if not nodes:
                break
            codes = frozenset[str]().union(*(node.codes for node in nodes))
            if codes:
                best = (length, codes)
        if best[0] == 0 and row:
            codes = self._single(row[0])
            return (1, codes) if codes else best
        return best

    def may_precede_money(self, token: Token) -> bool:
        """Say whether a token may stand between a sum and its currency, as `белорусских` or `US` do."""
        if token.text in self._fillers or is_adjective(token):
            return True
        if any(key in self._qualifiers for key in token.keys):
            return True
        return len(token.text) >= _SHORTEST_STEM and any(one.startswith(token.text) for one in self._qualifiers)

    def currencies_of(self, text: str) -> frozenset[str]:
        """Return the codes that a currency's code, sign or name may mean; none if it is unknown.

        Of several, the one to which CLDR gives a sign of its own: `$` and `dollar` are USD, `руб` is RUB.
        """
        row = tokens(text)
        length, codes = self.longest(row)
        codes -= {MULTIPLIER, NO_CURRENCY}
        if length < len(row) or not codes:
            codes = _written_locally(text)
        own_sign = frozenset(code for code in codes if code in self._signs)
        return own_sign if len(own_sign) == 1 else codes

    def _single(self, token: Token) -> frozenset[str]:
        """Read a token that is no word by itself: glued together, or cut short."""
        text = token.text
        if text.startswith(self._begins) or (text[0] == "k" and self._is_short_currency(text[1:])):
            return frozenset({MULTIPLIER})
        if is_sign(token):
            return frozenset({NO_CURRENCY})
        if len(text) <= _SHORTEST_STEM:
            return frozenset()
        cut = (codes for head, codes in self._heads.items() if head.startswith(text))
        return frozenset[str]().union(*cut)

    def _is_short_currency(self, text: str) -> bool:
        node = self._root.next.get(text)
        return len(text) > 1 and node is not None and bool(node.codes)

    def _add_currencies(self, locale: Locale) -> None:
        forms = {code: [name, *_plurals(locale, code)] for code, name in locale.currencies.items()}
        rows = {name: tokens(name) for names in forms.values() for name in names}
        fixed = _never_inflected(forms.values(), rows)
        for code, names in forms.items():
            self._add([fold(code)], code)
            head = _head(names[0], rows[names[0]])
            length = len(rows[names[0]])
            for name in dict.fromkeys(names):
                row = rows[name]
                keys = [one.key if one.text in fixed or not one.cyrillic else _stem(one.text) for one in row]
                self._add(keys, code)
                if head is not None and len(row) == length:
                    self._add_head(keys, head, code)
                    self._heads.setdefault(row[head].text, set()).add(code)
        for code, sign in locale.currency_symbols.items():
            self._add([one.text for one in tokens(sign)], code)
            if len(sign) == 1:
                self._signs[code] = sign

    def _add_head(self, keys: list[str], head: int, code: str) -> None:
        """Add the shorter ways to say a name: `фунт стерлингов`, `фунт`, and `dollars Canadian`."""
        self._add(keys[head:], code)
        self._add(keys[head : head + 1], code)
        others = [*keys[:head], *keys[head + 1 :]]
        self._add([keys[head], *others], code)
        self._qualifiers.update(key for key in others if len(key) > 1)

    def _add_all(self, words: str, code: str) -> None:
        for word in words.split(","):
            self._add([one.key for one in tokens(word)], code)

    def _add(self, keys: list[str], code: str) -> None:
        node = self._root
        for key in keys:
            node = node.next.setdefault(key, _Node())
        if keys:
            node.codes.add(code)


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary, read from CLDR once."""
    return Vocabulary()


def signs_at_home(code: str) -> frozenset[str]:
    """Return how a currency is written where it is in use, such as `₸` for KZT."""
    return frozenset(
        locale.currency_symbols[code]
        for territory, history in get_global("territory_currencies").items()
        if any(one[0] == code and one[2] is None for one in history)
        for locale in _locales_of(territory)
        if code in locale.currency_symbols
    )


@cache
def _written_locally(sign: str) -> frozenset[str]:
    """Return the currencies that have this sign in a language of one of their countries. Reads 340 locales."""
    return frozenset(
        currency
        for territory, history in get_global("territory_currencies").items()
        for locale in _locales_of(territory)
        for currency, _, until, _ in history
        if until is None and locale.currency_symbols.get(currency) == sign
    )


def _locales_of(territory: str) -> Iterator[Locale]:
    for language in get_official_languages(territory, de_facto=True):
        try:
            yield Locale.parse(f"{language}_{territory}")
        except (UnknownLocaleError, ValueError):
            continue


def _multipliers() -> set[str]:
    """Return CLDR's words for thousands and more, long and short: `тысяч`, `тыс`, `million`."""
    return {
        token.text
        for language in _LANGUAGES
        for style in ("short", "long")
        for patterns in Locale(language).compact_decimal_formats[style].values()
        for pattern in patterns.values()
        for token in tokens(str(pattern.pattern))
        if token.text.isalpha() and len(token.text) >= _SHORTEST_STEM
    }


def _plurals(locale: Locale, code: str) -> list[str]:
    """Return a currency's name in each of its forms after a number."""
    counts = (1, 2, 5, Decimal("1.5"))  # of the four classes that Russian has; two of them are English's
    return [get_currency_name(code, count, locale=locale) for count in counts]


def _never_inflected(currencies: Iterable[list[str]], rows: Mapping[str, list[Token]]) -> set[str]:
    """Return the words that stay the same in all forms of a name, such as `евро`."""
    fixed: set[str] = set()
    for forms in currencies:
        if len(set(forms)) > 1 or forms[0].count(" ") == 0:
            fixed |= set.intersection(*({one.text for one in rows[form]} for form in forms))
    return fixed


def _head(name: str, tokens_of_name: Sequence[Token]) -> int | None:
    """Return which token of a name is the noun: the last in English, the first that is no adjective in Russian."""
    row = [tokens(word) for word in name.partition("(")[0].split()]
    ends = [sum(map(len, row[: index + 1])) - 1 for index, word in enumerate(row) if word]
    last = [word[-1] for word in row if word]
    nouns = [end for end, one in zip(ends, last, strict=True) if one.cyrillic and not is_adjective(one)]
    head = nouns[0] if nouns else ends[-1]
    return None if tokens_of_name[head].text in _GENERIC else head
