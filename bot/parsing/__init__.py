"""A command's arguments as typed wishes. Pure: no Telegram, no I/O, no sentences.

The text is what follows the command's name. Every function raises `ParseError` and nothing else. Names, ids and act
numbers are one word each; how far a sum reaches is decided in `bot.parsing.amount`.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.domain import CreateInvoice, GetAct, GetInvoice, SubClient
from bot.parsing.amount import parse_amount, take_sum
from bot.parsing.problem import ParseError, Problem
from bot.parsing.words import has_foreign_digits, split_words

__all__ = [
    "ActOfChat",
    "Forget",
    "ParseError",
    "Problem",
    "Show",
    "parse_act",
    "parse_act_number",
    "parse_amount",
    "parse_client",
    "parse_document_id",
    "parse_get_invoice",
    "parse_invoice",
    "parse_service",
    "parse_sub_client",
    "parse_sum",
]

MAX_NAME = 64
MAX_NUM = 64
MAX_SERVICE = 200
_ID = re.compile(r"[0-9]{1,18}")  # fits a signed 64-bit integer
_DASHES = frozenset("-–—−")  # phones type the longer ones by themselves


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


def parse_invoice(args: str) -> CreateInvoice:
    """Read `<user> <sum> [service…]`."""
    words = split_words(args)
    if len(words) < 2:
        raise ParseError(Problem.MISSING_ARGUMENTS)
    sub_client = _sub_client(words[0])
    return CreateInvoice(sub_client, *_sum(words[1:]))


def parse_sum(text: str) -> tuple[Decimal, str | None]:
    """Read `<sum> [service…]`."""
    words = split_words(text)
    if not words:
        raise ParseError(Problem.MISSING_ARGUMENTS)
    return _sum(words)


def parse_service(text: str) -> str:
    """Read a service that stands alone, so that it may begin with whatever it likes."""
    words = split_words(text)
    if not words:
        raise ParseError(Problem.MISSING_ARGUMENTS)
    return _service(" ".join(words))


def parse_get_invoice(args: str) -> GetInvoice:
    """Read `<user> <id>`."""
    user, number = _exactly_two(split_words(args))
    return GetInvoice(_sub_client(user), str(_id(number, Problem.BAD_ID)))


def parse_document_id(args: str) -> str:
    """Read the ID of a document, alone."""
    words = split_words(args)
    if not words:
        raise ParseError(Problem.MISSING_ARGUMENTS)
    if len(words) > 1:
        raise ParseError(Problem.TOO_MANY_ARGUMENTS, words[1])
    return str(_id(words[0], Problem.BAD_ID))


def parse_act(args: str) -> GetAct | ActOfChat:
    """Read `<user> <num>`, `<user> id:<id>`, or one of `<num>` and `id:<id>` alone for the chat's sub-client."""
    words = split_words(args)
    if len(words) == 1:
        return _act(words[0])
    user, act = _exactly_two(words)
    sub_client = _sub_client(user)
    return _act(act).of(sub_client)


def parse_act_number(text: str) -> ActOfChat:
    """Read `<num>` or `id:<id>`, alone."""
    words = split_words(text)
    if not words:
        raise ParseError(Problem.MISSING_ARGUMENTS)
    if len(words) > 1:
        raise ParseError(Problem.TOO_MANY_ARGUMENTS, words[1])
    return _act(words[0])


def parse_client(args: str) -> SubClient | Forget | Show:
    """Read `<user>`, `-` or nothing."""
    words = split_words(args)
    if not words:
        return Show()
    if len(words) > 1:
        raise ParseError(Problem.TOO_MANY_ARGUMENTS, words[1])
    return Forget() if words[0] in _DASHES else _sub_client(words[0])


def parse_sub_client(word: str) -> SubClient:
    """Read a sub-client's name (`alice`, `алиса@example.org`, `12345`) or user ID (`#101`, `id:101`)."""
    words = split_words(word)
    if not words:
        raise ParseError(Problem.MISSING_ARGUMENTS)
    if len(words) > 1:
        raise ParseError(Problem.BAD_SUB_CLIENT, " ".join(words))
    return _sub_client(words[0])


def _sum(words: list[str]) -> tuple[Decimal, str | None]:
    found = take_sum(words)
    service = found.service()
    return found.amount, None if service is None else _service(service)


def _service(text: str) -> str:
    if len(text) > MAX_SERVICE:
        raise ParseError(Problem.SERVICE_TOO_LONG, text)
    return text


def _exactly_two(words: list[str]) -> tuple[str, str]:
    if len(words) < 2:
        raise ParseError(Problem.MISSING_ARGUMENTS)
    if len(words) > 2:
        raise ParseError(Problem.TOO_MANY_ARGUMENTS, words[2])
    return words[0], words[1]


def _sub_client(word: str) -> SubClient:
    number = word[1:] if word.startswith("#") else _after_id_prefix(word)
    if number is not None:
        return SubClient(id=_id(number, Problem.BAD_SUB_CLIENT_ID, word))
    if word.startswith("/") or word in _DASHES:
        raise ParseError(Problem.BAD_SUB_CLIENT, word)
    if len(word) > MAX_NAME:
        raise ParseError(Problem.SUB_CLIENT_TOO_LONG, word)
    return SubClient(name=word)


def _act(word: str) -> ActOfChat:
    number = _after_id_prefix(word)
    if number is not None:
        return ActOfChat(id=str(_id(number, Problem.BAD_ID, word)))
    if len(word) > MAX_NUM:
        raise ParseError(Problem.NUM_TOO_LONG, word)
    return ActOfChat(num=word)


def _after_id_prefix(word: str) -> str | None:
    return word[3:] if word[:3].lower() == "id:" else None


def _id(digits: str, problem: Problem, word: str | None = None) -> int:
    shown = digits if word is None else word
    if has_foreign_digits(digits):
        raise ParseError(Problem.FOREIGN_DIGITS, shown)
    if not _ID.fullmatch(digits) or int(digits) == 0:
        raise ParseError(problem, shown)
    return int(digits)
