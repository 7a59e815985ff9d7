"""What the words before and after the figures of a sum say about money, for an account in one currency.

The account's own currency, by code, sign or name, is taken and dropped. Any other word for money is refused where it
can be read as part of the sum: at the begin of what follows the figures, also behind a numeral, an adjective, a short
word, an abbreviation or a text in brackets, as in `1500 белорусских рублей`, `1500 (one thousand) USD`. Behind any
other word it is the service's: `1500 SMS USD`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.parsing.countries import currencies_in
from bot.parsing.problem import ParseError, Problem
from bot.parsing.vocabulary import MULTIPLIER, Token, is_sign, signs_at_home, tokens, vocabulary

_NEITHER = re.compile(r"[-+−–—\d]")  # a word for money has no sign of calculation and no figures
_DOTTED = re.compile(r"[^\W\d_][.,]")
_ABBREVIATION = 5  # letters before a full stop that may be the begin of an adjective: `канад.`
_LOOKED_AT = 32  # words and signs behind a sum: longer than any way to say one in full


@dataclass(frozen=True, slots=True)
class _Placed:
    token: Token
    word: int
    ends_word: bool
    alone: bool
    """Whether the word has no other token."""
    dotted: bool
    """Whether it is a letter with a full stop that begins a word, as in `р.SMS`."""
    bracketed: bool
    incomplete: bool
    """Whether the word is cut short, or a sign of money stands at it, as in `канад.` and `C$`."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Money at some place among the tokens."""

    end: int
    codes: frozenset[str]


class MoneyWords:
    """Knows the account's currency by all its names; an unknown one by what the setting says, nothing else."""

    def __init__(self, currency: str | None) -> None:
        """Take a code, sign or name of a currency; with None every word for money is refused."""
        self._vocabulary = vocabulary()
        self._own = self._vocabulary.currencies_of(currency) if currency else frozenset[str]()
        signs = {currency} if currency else set[str]()
        if len(self._own) == 1:
            signs |= {sign for code in self._own for sign in signs_at_home(code) if len(sign) > 1 or not sign.isalpha()}
        self._own_signs = {tuple(token.text for token in tokens(sign)) for sign in signs}

    def is_own(self, text: str) -> bool:
        """Say whether a text is nothing but a word for the account's currency."""
        if _NEITHER.search(text):
            return False
        row = _placed([text])
        found = self._find(row, 0)
        return found is not None and found.end == len(row) and self._is_own(row, 0, found)

    def taken(self, words: Sequence[str], *, glued: bool = False) -> int:
        """Return how many words after the figures name the account's currency, none perhaps.

        `glued`: there was no blank before them. Raises `ParseError` where they, or those behind them, are other money.
        """
        row = _placed(words[:_LOOKED_AT])
        start, count = 0, 0
        found = self._find(row, 0, glued=glued)
        if found is not None and self._is_own(row, 0, found):
            start, count = found.end, row[found.end - 1].word + 1
            said = " ".join(words[:count])
            if not row[start - 1].ends_word or said.count("(") != said.count(")"):
                raise ParseError(Problem.AMOUNT_AMBIGUOUS, said)
            whole = start < len(row) and row[start].ends_word and row[start].word == count
            of_country = currencies_in(row[start].token) if whole else frozenset[str]()
            if of_country and not self._own <= of_country:
                raise ParseError(Problem.AMOUNT_CURRENCY, " ".join(words[: row[start].word + 1]))
            if of_country:
                start, count = start + 1, row[start].word + 1
        self._refuse_more(row, words, start, glued=glued)
        return count

    def reads_as_money(self, text: str) -> bool:
        """Say whether a text begins with any word for money, a multiplier included."""
        return self._find(_placed(text.split()[:_LOOKED_AT]), 0, glued=True) is not None

    def _refuse_more(self, row: list[_Placed], words: Sequence[str], start: int, *, glued: bool) -> None:
        for index in range(start, len(row)):
            found = self._find(row, index, glued=glued and index == 0)
            if found is not None and not (start > 0 and _may_be_preposition(row, index, found)):
                shown = " ".join(words[row[index].word : row[found.end - 1].word + 1])
                raise ParseError(_problem_of(found.codes), shown)
            placed = row[index]
            # Figures right behind the currency are judged as figures, by `amount`.
            figures = placed.token.text.isdecimal() and index > start
            between = placed.bracketed or placed.incomplete or figures
            if not (between or self._vocabulary.may_precede_money(placed.token)):
                return

    def _is_own(self, row: list[_Placed], start: int, found: _Found) -> bool:
        written = tuple(placed.token.text for placed in row[start : found.end])
        return written in self._own_signs or (bool(self._own) and self._own <= found.codes)

    def _find(self, row: list[_Placed], start: int, *, glued: bool = False) -> _Found | None:
        """Return the longest word for money that begins at a place."""
        rest = row[start:]
        if not rest:
            return None
        own = max((len(sign) for sign in self._own_signs if _begins(rest, sign)), default=0)
        length, codes = self._vocabulary.longest([placed.token for placed in rest])
        if length == 1 and not (glued or _stands_alone(rest)):
            length = own = 0
        if own >= max(length, 1):
            return _Found(start + own, codes if own == length else self._own)
        joined = _joined(rest)
        if len(joined) > 1 and len(joined) > length:
            whole, its_codes = self._vocabulary.longest([Token("".join(joined), rest[0].token.cyrillic)])
            if whole:
                return _Found(start + len(joined), its_codes)
        return _Found(start + length, codes) if length else None


def _may_be_preposition(row: list[_Placed], index: int, found: _Found) -> bool:
    """Say whether this is no money, as behind a currency a lone letter may be: `1500 ₽ к договору`."""
    token = row[index].token
    return found.end == index + 1 < len(row) and len(token.text) == 1 and not is_sign(token)


def _problem_of(codes: frozenset[str]) -> Problem:
    return Problem.AMOUNT_MULTIPLIER if MULTIPLIER in codes else Problem.AMOUNT_CURRENCY


def _placed(words: Sequence[str]) -> list[_Placed]:
    placed: list[_Placed] = []
    depth = 0
    for number, word in enumerate(words):
        row = tokens(word)
        depth += word.count("(")
        short = word.endswith(".") and all(len(token.text) <= _ABBREVIATION for token in row)
        incomplete = short or any(map(is_sign, row))
        for index, token in enumerate(row[:_LOOKED_AT], 1):
            dotted = index == 1 and _DOTTED.match(word) is not None
            placed.append(_Placed(token, number, index == len(row), len(row) == 1, dotted, depth > 0, incomplete))
        depth = max(0, depth - word.count(")"))
    return placed[:_LOOKED_AT]


def _joined(row: list[_Placed]) -> list[str]:
    """Return the single letters that a row begins with, as in `т. р.`, `у.е.`, `U S D`."""
    letters: list[str] = []
    for placed in row[:4]:
        if len(placed.token.text) > 1 or is_sign(placed.token):
            break
        letters.append(placed.token.text)
    return letters


def _stands_alone(row: list[_Placed]) -> bool:
    """Say whether the first token is more than a letter of a compound such as `e-mail`; `р.500` and `k$` are none."""
    first = row[0]
    if first.alone or first.dotted or len(first.token.text) > 1 or is_sign(first.token):
        return True
    return len(row) > 1 and row[1].word == first.word and not row[1].token.text.isalpha()


def _begins(row: list[_Placed], sign: tuple[str, ...]) -> bool:
    return bool(sign) and tuple(placed.token.text for placed in row[: len(sign)]) == sign
