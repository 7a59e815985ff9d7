"""Where the sum of an invoice ends, and how much it is.

    arguments = user SP sum [SP service]
    sum       = number [[SP] mark]
    number    = (plain | grouped) [("." | ",") 1*2DIGIT]       at most 12 digits in all, none of them a leading 0
    plain     = 1*DIGIT
    grouped   = 1*3DIGIT 1*(SP 3DIGIT)
    mark      = ("₽" | "р" | "руб" | "рубль" | "рубля" | "рублей" | "rub") ["."] ["," | ";" | ":"]   in any case

A reading that takes too little or too much money costs more than a second try, so nothing is guessed:

- Every word of digits after the user belongs to the sum, up to a mark: `1 500 SMS` is 1500 for "SMS"; `15 00`,
  `1500 250 SMS` and `1 500 2026 год` are refused, because those words make no number.
- So a service may begin with a digit only after a mark: `1500 ₽ 2026 год`. Even then it must not read as money
  itself (`1500 р. 50 коп.`, `1 ₽ 500`).
- Without a mark a service begins with a letter, an opening quote or bracket, `№` or `#`. It must not begin with a word
  that would change the sum (`15 тыс`, `15 к`, `50 коп`, `15 EUR`) or with a mark that digits follow (`1 р.500`).
  A service like "к договору 12" therefore needs the mark: `1500 ₽ к договору 12`.
- `1,234` and `1.234` may be a thousand or a decimal, so they are refused.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from bot.parsing.problem import ParseError, Problem
from bot.parsing.words import has_foreign_digits, split_words

MAX_DIGITS = 12

_MARK = r"(?:₽|р|руб|рубль|рубля|рублей|rub)\.?[,;:]?"
_KOPECKS = r"(?:к|коп|копейка|копейки|копеек)\.?"

_MARK_WORD = re.compile(_MARK, re.IGNORECASE)
_DIGIT_WORD = re.compile(rf"(?P<number>\d[\d.,]*)(?P<mark>{_MARK})?", re.IGNORECASE)
_MARK_AND_DIGIT = re.compile(rf"{_MARK}\d", re.IGNORECASE)
_MONEY = re.compile(rf"\d[\d.,]*(?: \d[\d.,]*)*(?:$| ?(?:{_MARK}|{_KOPECKS})(?: |$))", re.IGNORECASE)
_MULTIPLIER = re.compile(
    r"(?:т|т\.?р|[кk]{1,2}|m|mln|thousand|million|(?:тыс|млн|млрд|миллион|миллиард).*)\.?[,;:]?", re.IGNORECASE
)
_OTHER_CURRENCY = re.compile(
    rf"(?:{_KOPECKS}|usd|eur|gbp|cny|uah|kzt|byn|долл.*|евро|грн|тенге|тг)\.?[,;:]?", re.IGNORECASE
)
_EXPONENT = re.compile(r"\d[\d.,]*[eе][+-]?\d+", re.IGNORECASE)  # Latin e, Cyrillic е

_WHOLE = r"(?:[0-9]+|[0-9]{1,3}(?: [0-9]{3})+)"
_NUMBER = re.compile(rf"{_WHOLE}(?:[.,][0-9]{{1,2}})?")
_DECIMALS_AND_MORE = re.compile(rf"{_WHOLE}[.,][0-9]{{1,2}} ")
_MANY_DECIMALS = re.compile(rf"{_WHOLE}[.,][0-9]{{3,}}")
_THOUSAND_OR_DECIMAL = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}|[0-9]+(?:[.,][0-9]+){2,}")


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum as it stood in the arguments, and the words after it."""

    amount: Decimal
    marked: bool
    rest: tuple[str, ...]

    def service(self) -> str | None:
        """Return the words after the sum, refusing those that may belong to the sum."""
        if not self.rest:
            return None
        text = " ".join(self.rest)
        if self.marked:
            if _MONEY.match(text):
                raise ParseError(Problem.AMOUNT_AMBIGUOUS, text)
        else:
            _check_begin_of_service(self.rest[0])
        return text


def parse_amount(text: str) -> Decimal:
    """Read a text that is nothing but a sum: positive, two decimals; `format(amount, "f")` is the canonical text."""
    words = split_words(text)
    if not words:
        raise ParseError(Problem.MISSING_ARGUMENTS)
    found = take_sum(words)
    if found.service() is not None:
        raise ParseError(Problem.AMOUNT_NOT_A_NUMBER, " ".join(words))
    return found.amount


def take_sum(words: list[str]) -> Sum:
    """Read the sum at the begin of the words (at least one); raises `ParseError` if there is none."""
    numbers: list[str] = []
    marked = False
    for word in words:
        digits = _DIGIT_WORD.fullmatch(word)
        if digits is None:
            break
        numbers.append(digits["number"])
        if digits["mark"]:
            marked = True
            break
    if not numbers:
        raise ParseError(_why_no_number(words[0]), words[0])
    rest = words[len(numbers) :]
    if not marked and rest and _MARK_WORD.fullmatch(rest[0]):
        marked = True
        rest = rest[1:]
    return Sum(_amount(numbers), marked, tuple(rest))


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
    return Decimal(text.replace(" ", "").replace(",", ".")).quantize(Decimal("0.01"))


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


def _why_no_number(word: str) -> Problem:
    if has_foreign_digits(word):
        return Problem.FOREIGN_DIGITS
    if word[0] == "+":
        return Problem.AMOUNT_PLUS_SIGN
    if word[0] in "-−–—" and word[1:2].isdigit():
        return Problem.AMOUNT_NEGATIVE
    if _EXPONENT.fullmatch(word):
        return Problem.AMOUNT_EXPONENT
    if any(unicodedata.category(character) == "Sc" for character in word):
        return Problem.AMOUNT_CURRENCY
    return Problem.AMOUNT_NOT_A_NUMBER


def _check_begin_of_service(word: str) -> None:
    category = unicodedata.category(word[0])
    if category[0] == "N":
        raise ParseError(Problem.SERVICE_BEGINS_WITH_DIGIT, word)
    if _MARK_AND_DIGIT.match(word):
        raise ParseError(Problem.AMOUNT_AMBIGUOUS, word)
    if _MULTIPLIER.fullmatch(word):
        raise ParseError(Problem.AMOUNT_MULTIPLIER, word)
    if category == "Sc" or _OTHER_CURRENCY.fullmatch(word):
        raise ParseError(Problem.AMOUNT_CURRENCY, word)
    if category[0] != "L" and category not in {"Ps", "Pi"} and word[0] not in '"„№#':
        raise ParseError(Problem.SERVICE_BEGINS_WITH_SIGN, word)
