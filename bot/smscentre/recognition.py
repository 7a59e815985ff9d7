"""Finding the new invoice's number and amount in a JSON object whose member names the vendor does not document.

A wrong number would bring a wrong document later, so nothing is guessed between two candidates.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

# Names are compared in lower case, letters and digits only. In the vendor's parameters `account` means an invoice.
_ID_NAMES = ("id", "accountid", "invoiceid", "idaccount", "idinvoice", "billid", "documentid", "docid")
_NUMBER_NAMES = ("account", "invoice", "bill", "number", "num", "no", "document", "doc")
_AMOUNT_NAMES = ("sum", "amount", "total", "summa", "price", "cost")

_PEOPLE = ("user", "userid", "username", "login", "client", "clientid", "subclient", "payer", "phone", "inn")
_STATES = ("status", "state", "result", "ok", "success", "code", "error", "errorcode", "count", "cnt", "paid")
_TIMES = ("date", "time", "datetime", "timestamp", "created")
_MONEY = ("balance", "currency", "tax", "vat")
_OTHER_THINGS = frozenset((*_PEOPLE, *_STATES, *_TIMES, *_MONEY))

_NUMBER = re.compile(r"[0-9]{1,20}")
_AMOUNT = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,6})?")
_AMOUNT_BELOW = Decimal(10) ** 12

Value = TypeVar("Value", str, Decimal)


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    value: object
    depth: int


def find_number(answer: Mapping[str, object], requested: Decimal) -> str | None:
    """Return the invoice's number (1 to 20 digits) as the vendor wrote it; None if there is none or there are several.

    Likely names of an ID come first, then those of a number, those further up in the object before those further down.
    Without any, it is the only member that looks like a number, is not known to be something else and is not the
    requested amount.
    """
    members = [member for member in _members(answer, _OTHER_THINGS) if member.name not in _AMOUNT_NAMES]
    numbers = _likeliest(members, _ID_NAMES, _as_number) or _likeliest(members, _NUMBER_NAMES, _as_number)
    if not numbers:
        numbers = {number for member in members if (number := _as_number(member.value)) is not None}
        numbers = {number for number in numbers if Decimal(number) != requested}
    return numbers.pop() if len(numbers) == 1 else None


def find_amount(answer: Mapping[str, object], requested: Decimal) -> Decimal | None:
    """Return the invoice's amount as the vendor wrote it, None if no member tells it beyond doubt."""
    members = list(_members(answer, _OTHER_THINGS))
    amounts = _likeliest(members, _AMOUNT_NAMES, _as_amount)
    if not amounts:
        amounts = {amount for member in members if (amount := _as_amount(member.value)) == requested}
    return amounts.pop() if len(amounts) == 1 else None


def mentions_error(answer: Mapping[str, object]) -> bool:
    """Tell whether any member, however deep, is an error code, or an error's text that is not empty."""
    return any(
        member.name == "errorcode" or (member.name in ("error", "errors") and bool(member.value))
        for member in _members(answer)
    )


def _likeliest(members: list[_Member], names: tuple[str, ...], convert: Callable[[object], Value | None]) -> set[Value]:
    """Return the distinct values of the first of the names, at the least depth where any of the names has a value."""
    found = [
        ((member.depth, names.index(member.name)), value)
        for member in members
        if member.name in names and (value := convert(member.value)) is not None
    ]
    first = min((rank for rank, _ in found), default=None)
    return {value for rank, value in found if rank == first}


def _members(answer: Mapping[str, object], skipped: frozenset[str] = frozenset()) -> Iterator[_Member]:
    """Yield all members, nested ones too, except those with a name to be skipped.

    What is in a skipped one is skipped too, unless its name is a state's: `result` may be the envelope of it all. A
    list's items carry the list's name. Without recursion: how deep an answer is nested is not ours to say.
    """
    waiting: deque[_Member] = deque([_Member("", answer, 0)])
    while waiting:
        member = waiting.popleft()
        if member.depth:
            yield member
        inner: list[tuple[str, object]] = []
        if isinstance(member.value, Mapping):
            inner = [(re.sub(r"[\W_]", "", name.lower()), value) for name, value in member.value.items()]
        elif isinstance(member.value, list):
            inner = [(member.name, value) for value in member.value]
        waiting.extend(
            _Member(name, value, member.depth + 1)
            for name, value in inner
            if name not in skipped or (name in _STATES and isinstance(value, Mapping | list))
        )


def _as_number(value: object) -> str | None:
    if not isinstance(value, int | str) or (isinstance(value, int) and not 0 < value < 10**20):
        return None
    digits = str(value)  # of a boolean it is a word
    return digits if _NUMBER.fullmatch(digits) and digits.strip("0") else None


def _as_amount(value: object) -> Decimal | None:
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        value = Decimal(value.replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    amount = Decimal(value)
    return amount if amount.is_finite() and 0 < amount < _AMOUNT_BELOW else None
