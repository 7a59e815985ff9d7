"""The arguments of the commands for documents: who, how much or which number.

The text is what follows the command's name. Every function raises `ParseError` and nothing else. Names, ids and act
numbers are one word each, but for a sign before a number (`№ 7`, `No. 7`); how far a sum reaches is decided in
`bot.parsing.amount`.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.domain import CreateInvoice, GetAct, GetInvoice, SubClient
from bot.parsing.amount import take_sum
from bot.parsing.money import MoneyWords
from bot.parsing.problem import Missing, ParseError, Problem, Understood
from bot.parsing.words import exact, has_foreign_digits, split_words, unwrapped, visible

MAX_NAME = 64
MAX_NUM = 64
MAX_SERVICE = 200
_ID = re.compile(r"[0-9]{1,18}")  # fits a signed 64-bit integer
_DASHES = frozenset("-–—−")  # phones type the longer ones by themselves
_NUMBER_SIGN = r"(?:(?:[№#]|(?:n[oо°º]?|nr|num|number|номер|н)\.?):?)"  # both the Latin and the Cyrillic о
_SIGN_ALONE = re.compile(_NUMBER_SIGN, re.IGNORECASE)
_SIGNED = re.compile(rf"{_NUMBER_SIGN}{{1,2}}(?P<number>\d.*)|[№#](?P<text>.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ActOfChat:
    """An act of the sub-client that the chat has set, by number or by ID, exactly one of the two."""

    num: str | None = None
    id: str | None = None

    def of(self, sub_client: SubClient) -> GetAct:
        """Return the wish, now that it is known whose act is meant."""
        return GetAct(sub_client, num=self.num, id=self.id)


@dataclass(frozen=True, slots=True)
class Show:
    """`/client`: say which sub-client the chat has set."""


@dataclass(frozen=True, slots=True)
class Forget:
    """`/client -`: the chat has no sub-client any more."""


def parse_invoice(args: str, money: MoneyWords) -> CreateInvoice:
    """Read `<user> <sum> [service…]`; a sum alone lacks the user."""
    words = split_words(args)
    if not words:
        raise ParseError.lacking(Missing.SUB_CLIENT)
    try:
        sub_client = _sub_client(words[0])
    except ParseError:
        if len(words) > 1:
            raise
        return _lone_sum(words, money)
    if len(words) > 1:
        return CreateInvoice(sub_client, *_sum(words[1:], money))
    if words[0].isdecimal() or not words[0][0].isdecimal():
        raise ParseError.lacking(Missing.SUM, Understood(sub_client))
    return _lone_sum(words, money)


def parse_sum(text: str, money: MoneyWords) -> tuple[Decimal, str | None]:
    """Read `<sum> [service…]`."""
    words = split_words(text)
    if not words:
        raise ParseError.lacking(Missing.SUM)
    return _sum(words, money)


def parse_service(text: str) -> str:
    """Read a service that stands alone, so that it may begin with whatever it likes."""
    words = split_words(text)
    if not words:
        raise ParseError.lacking(Missing.SERVICE)
    return _service(" ".join(map(visible, words)))


def parse_get_invoice(args: str) -> GetInvoice:
    """Read `<user> <id>`; an ID alone lacks the user."""
    words = _with_signs_joined(split_words(args))
    if not words:
        raise ParseError.lacking(Missing.SUB_CLIENT)
    if len(words) > 2:
        raise ParseError(Problem.TOO_MANY_ARGUMENTS, visible(words[2]))
    if len(words) == 1:
        raise _half_of_get_invoice(words[0])
    return GetInvoice(_sub_client(words[0]), _document_id(words[1]))


def parse_document_id(args: str) -> str:
    """Read the ID of a document, alone."""
    return _document_id(_only(_with_signs_joined(split_words(args)), Missing.NUMBER))


def parse_act(args: str) -> GetAct | ActOfChat:
    """Read `<user> <num>`, `<user> id:<id>`, or one of `<num>` and `id:<id>` alone for the chat's sub-client.

    A word alone is a number if it has a digit, else the user; `#7` may be either and is refused.
    """
    words = _with_signs_joined(split_words(args))
    if not words:
        raise ParseError.lacking(Missing.SUB_CLIENT)
    if len(words) > 2:
        raise ParseError(Problem.TOO_MANY_ARGUMENTS, visible(words[2]))
    if len(words) == 2:
        sub_client = _sub_client(words[0])
        return _act(words[1]).of(sub_client)
    word = unwrapped(words[0])
    if word.startswith("#"):
        _sub_client(word)
        raise ParseError(Problem.NUM_OR_SUB_CLIENT, word)
    if _after_id_prefix(word) is None and not any(character.isdecimal() for character in word):
        raise ParseError.lacking(Missing.ACT_NUMBER, Understood(_sub_client(word)))
    return _act(word)


def parse_act_number(text: str) -> ActOfChat:
    """Read `<num>` or `id:<id>`, alone."""
    return _act(_only(_with_signs_joined(split_words(text)), Missing.ACT_NUMBER))


def parse_client(args: str) -> SubClient | Forget | Show:
    """Read `<user>`, `-` or nothing."""
    words = split_words(args)
    if not words:
        return Show()
    if len(words) > 1:
        raise ParseError(Problem.TOO_MANY_ARGUMENTS, visible(words[1]))
    return Forget() if words[0] in _DASHES else _sub_client(words[0])


def parse_sub_client(word: str) -> SubClient:
    """Read a sub-client's name (`alice`, `алиса@example.org`, `12345`) or user ID (`#101`, `id:101`)."""
    words = split_words(word)
    if not words:
        raise ParseError.lacking(Missing.SUB_CLIENT)
    if len(words) > 1:
        raise ParseError(Problem.BAD_SUB_CLIENT, visible(" ".join(words)))
    return _sub_client(words[0])


def _lone_sum(words: list[str], money: MoneyWords) -> CreateInvoice:
    amount, _ = _sum(words, money)
    raise ParseError.lacking(Missing.SUB_CLIENT, Understood(amount=amount))


def _half_of_get_invoice(word: str) -> ParseError:
    """Return what is missing beside a lone word: figures are the invoice's, anything else is the user."""
    if _unsigned(word).isdecimal() and not word.startswith("#"):
        return ParseError.lacking(Missing.SUB_CLIENT, Understood(document=_document_id(word)))
    return ParseError.lacking(Missing.NUMBER, Understood(_sub_client(word)))


def _only(words: list[str], missing: Missing) -> str:
    if not words:
        raise ParseError.lacking(missing)
    if len(words) > 1:
        raise ParseError(Problem.TOO_MANY_ARGUMENTS, visible(words[1]))
    return words[0]


def _sum(words: list[str], money: MoneyWords) -> tuple[Decimal, str | None]:
    found = take_sum(words, money)
    return found.amount, None if found.service is None else _service(found.service)


def _service(text: str) -> str:
    if len(text) > MAX_SERVICE:
        raise ParseError(Problem.SERVICE_TOO_LONG, text)
    return text


def _sub_client(word: str) -> SubClient:
    word = unwrapped(exact(word))
    number = word[1:] if word.startswith("#") else _after_id_prefix(word)
    if number is not None:
        return SubClient(id=_id(number, Problem.BAD_SUB_CLIENT_ID, word))
    name = word.removeprefix("@")
    if not any(character.isalnum() for character in name) or name.startswith("/"):
        raise ParseError(Problem.BAD_SUB_CLIENT, word)
    if len(name) > MAX_NAME:
        raise ParseError(Problem.SUB_CLIENT_TOO_LONG, name)
    return SubClient(name=name)


def _act(word: str) -> ActOfChat:
    word = unwrapped(exact(word))
    number = _after_id_prefix(word)
    if number is not None:
        return ActOfChat(id=str(_id(number, Problem.BAD_ID, word)))
    num = _unsigned(word)
    if any(character.isdecimal() and not character.isascii() for character in num):
        raise ParseError(Problem.FOREIGN_DIGITS, num)
    if len(num) > MAX_NUM:
        raise ParseError(Problem.NUM_TOO_LONG, num)
    return ActOfChat(num=num)


def _document_id(word: str) -> str:
    word = unwrapped(exact(word))
    return str(_id(_unsigned(word), Problem.BAD_ID, word))


def _with_signs_joined(words: list[str]) -> list[str]:
    """Join a sign to the number that follows it: `№ 7`, `No. 9010`, `номер №7`."""
    joined: list[str] = []
    for word in words:
        if joined and _SIGN_ALONE.fullmatch(joined[-1]) and (word[0].isdecimal() or _SIGNED.fullmatch(word)):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _unsigned(word: str) -> str:
    """Return a number without what people write around it: `№7`, `N7`, `No.7`, `#7`, `7.`."""
    signed = _SIGNED.fullmatch(word)
    if signed is not None:
        word = signed["number"] or signed["text"]
    return word[:-1] if len(word) > 1 and word.endswith(".") else word


def _after_id_prefix(word: str) -> str | None:
    return word[3:] if word[:3].lower() == "id:" else None


def _id(digits: str, problem: Problem, word: str) -> int:
    if has_foreign_digits(digits):
        raise ParseError(Problem.FOREIGN_DIGITS, word)
    if not _ID.fullmatch(digits) or int(digits) == 0:
        raise ParseError(problem, word)
    return int(digits)
