"""Where the sum of an invoice ends, and how much it is.

    arguments = user SP sum [SP service]
    sum       = [money [SP]] number [[SP] money ["." | "," | ";" | ":"]]      in "<>" or "[]" if it is one word
    number    = (plain | grouped) [("." | ",") 1*2DIGIT]       at most 12 digits in all, none of them a leading 0
    plain     = 1*DIGIT
    grouped   = 1*3DIGIT 1*(SP 3DIGIT) | 1*3DIGIT 1*("." 3DIGIT) "," … | 1*3DIGIT 1*("," 3DIGIT) "." …
    money     = a word for the account's currency, see `bot.parsing.money`

A reading that takes too little or too much money costs more than a second try, so nothing is guessed:

- Every word of digits after the user belongs to the sum, up to the currency: `1 500 SMS` is 1500 for "SMS"; `15 00`,
  `1500 250 SMS` and `1 500 2026 год` are refused, because those words make no number.
- So a service may begin with a digit only after the currency: `1500 ₽ 2026 год`. Even then it must not read as money
  itself (`1500 р. 50 коп.`, `1 ₽ 500`).
- Without the currency a service begins with a letter, an opening quote or bracket, a picture, `№` or `#`, and not with
  a word for other money or for thousands (`15 тыс`, `15 к`, `50 коп`, `15 EUR`). A service like "к договору 12"
  therefore needs the currency: `1500 ₽ к договору 12`.
- `1,234` and `1.234` may be a thousand or a decimal, so they are refused; `1.234,56` is clear.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from bot.parsing.money import MoneyWords
from bot.parsing.problem import ParseError, Problem
from bot.parsing.words import exact, has_foreign_digits, visible

MAX_DIGITS = 12

_DIGITS = re.compile(r"(?P<number>\d[\d.,]*)(?P<tail>.*)")
_EXPONENT = re.compile(r"\d[\d.,]*[eе][+-]?\d+", re.IGNORECASE)  # Latin e, Cyrillic е
_SIGNS = frozenset("+-−–—")

_DECIMALS = r"[0-9]{1,2}"
_GROUPS = r"[1-9][0-9]{0,2}(?:[.][0-9]{3})+,|[1-9][0-9]{0,2}(?:,[0-9]{3})+[.]"
_WHOLE = r"(?:[0-9]+|[0-9]{1,3}(?: [0-9]{3})+)"
_NUMBER = re.compile(rf"{_WHOLE}(?:[.,]{_DECIMALS})?|(?:{_GROUPS}){_DECIMALS}")
_DECIMALS_AND_MORE = re.compile(rf"{_WHOLE}[.,]{_DECIMALS} ")
_MANY_DECIMALS = re.compile(rf"{_WHOLE}[.,][0-9]{{3,}}")
_THOUSAND_OR_DECIMAL = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}|[0-9]+(?:[.,][0-9]+){2,}")


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum as it stood in the arguments, and the words after it."""

    amount: Decimal
    service: str | None


def take_sum(words: list[str], money: MoneyWords) -> Sum:
    """Read the sum at the begin of the words (at least one); raises `ParseError` if there is none."""
    words, leading = _without_leading_currency(_without_brackets(words), money)
    numbers, rest, glued = _numbers(words)
    if not numbers:
        raise _no_number(words[0], money)
    rest = [bare for word in rest if (bare := visible(word))]
    taken = _taken(words[len(numbers) - 1], rest, money) if glued else money.taken(rest)
    if glued and not taken:
        raise (
            _no_number(words[len(numbers) - 1], money)
            if len(numbers) == 1
            else ParseError(Problem.SERVICE_BEGINS_WITH_DIGIT, words[len(numbers) - 1])
        )
    return Sum(_amount(numbers), _service(rest[taken:], money, marked=leading or taken > 0))


def _without_brackets(words: list[str]) -> list[str]:
    """Drop the brackets around the first word: people copy `<sum>` from the help."""
    first = words[0]
    bare = first[1:-1] if first[0] + first[-1] in {"<>", "[]"} else ""
    return [bare or first, *words[1:]]


def _without_leading_currency(words: list[str], money: MoneyWords) -> tuple[list[str], bool]:
    """Drop the account's currency where it stands before the figures: `$1500`, `USD 1500`."""
    figures = next((index for index, word in enumerate(words) if re.search(r"\d", word)), None)
    if figures is None:
        return words, False
    at = next(re.finditer(r"\d", words[figures])).start()
    before = " ".join([*words[:figures], words[figures][:at]]).strip()
    if not before or not money.is_own(before):
        return words, False
    return [words[figures][at:], *words[figures + 1 :]], True


def _numbers(words: list[str]) -> tuple[list[str], list[str], bool]:
    """Return the figures, what follows them, and whether its first word is glued to them."""
    numbers: list[str] = []
    for index, word in enumerate(words):
        digits = _DIGITS.fullmatch(word)
        if digits is None:
            return numbers, words[index:], False
        exact(word)
        numbers.append(digits["number"])
        if digits["tail"]:
            return numbers, [digits["tail"], *words[index + 1 :]], True
    return numbers, [], False


def _taken(word: str, rest: list[str], money: MoneyWords) -> int:
    if has_foreign_digits(word):
        raise ParseError(Problem.FOREIGN_DIGITS, word)
    return money.taken(rest, glued=True)


def _amount(words: list[str]) -> Decimal:
    text = " ".join(words)
    if has_foreign_digits(text):
        raise ParseError(Problem.FOREIGN_DIGITS, text)
    if not _NUMBER.fullmatch(text):
        raise _malformed(text)
    digits = re.sub(r"[^0-9]", "", text)
    if len(digits) > MAX_DIGITS:
        raise ParseError(Problem.AMOUNT_TOO_LONG, text)
    if not digits.strip("0"):
        raise ParseError(Problem.AMOUNT_ZERO, text)
    if re.match(r"0[0-9 ]", text):
        raise ParseError(Problem.AMOUNT_LEADING_ZERO, text)
    point = max(text.rfind("."), text.rfind(","))
    decimals = len(text) - point - 1 if point >= 0 else 0
    return Decimal(digits).scaleb(-decimals).quantize(Decimal("0.01"))


def _malformed(text: str) -> ParseError:
    if _THOUSAND_OR_DECIMAL.fullmatch(text):
        return ParseError(Problem.AMOUNT_AMBIGUOUS_SEPARATOR, text)
    if _MANY_DECIMALS.fullmatch(text):
        return ParseError(Problem.AMOUNT_TOO_MANY_DECIMALS, text)
    if " " not in text:
        return ParseError(Problem.AMOUNT_NOT_A_NUMBER, text)
    certain = _DECIMALS_AND_MORE.match(text)
    if certain:
        return ParseError(Problem.SERVICE_BEGINS_WITH_DIGIT, text[certain.end() :])
    return ParseError(Problem.AMOUNT_AMBIGUOUS, text)


def _no_number(word: str, money: MoneyWords) -> ParseError:
    shown = visible(exact(word))
    if has_foreign_digits(word):
        problem = Problem.FOREIGN_DIGITS
    elif word[0] == "+":
        problem = Problem.AMOUNT_PLUS_SIGN
    elif word[0] in _SIGNS and word[1:2].isdigit():
        problem = Problem.AMOUNT_NEGATIVE
    elif _EXPONENT.fullmatch(word):
        problem = Problem.AMOUNT_EXPONENT
    elif money.reads_as_money(word) or any(unicodedata.category(character) == "Sc" for character in word):
        problem = Problem.AMOUNT_CURRENCY
    else:
        problem = Problem.AMOUNT_NOT_A_NUMBER
    return ParseError(problem, shown)


def _service(words: list[str], money: MoneyWords, *, marked: bool) -> str | None:
    if not words:
        return None
    text = " ".join(words)
    if marked:
        if _reads_as_more_money(words, money):
            raise ParseError(Problem.AMOUNT_AMBIGUOUS, text)
    else:
        _check_begin(words[0])
    return text


def _reads_as_more_money(words: list[str], money: MoneyWords) -> bool:
    numbers, rest, _ = _numbers(words)
    return bool(numbers) and (not rest or money.reads_as_money(" ".join(rest)))


def _check_begin(word: str) -> None:
    category = unicodedata.category(word[0])
    if category[0] == "N":
        raise ParseError(Problem.SERVICE_BEGINS_WITH_DIGIT, word)
    if category[0] != "L" and category not in {"Ps", "Pi", "So"} and word[0] not in '"„№#':
        raise ParseError(Problem.SERVICE_BEGINS_WITH_SIGN, word)
