"""From the parameters of a request to what it asks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from urllib.parse import parse_qsl

from sandbox.smscentre.refusals import ErrorCode, Refused

_SUM = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_NUMBER = re.compile(r"[0-9]{1,18}")
_LONGEST_SERVICE = 500
_LONGEST_NUM = 64


class Method(StrEnum):
    """The three things that `documents.php` does, by the parameter that asks for each."""

    ADD_ACCOUNT = "add_account"
    GET_ACCOUNT = "get_account"
    GET_ACT = "get_act"


@dataclass(frozen=True, slots=True)
class AddAccount:
    """Make an invoice."""

    amount: Decimal
    service: str | None


@dataclass(frozen=True, slots=True)
class GetAccount:
    """Send an invoice that exists."""

    id: int


@dataclass(frozen=True, slots=True)
class GetAct:
    """Send an act, by number or by ID."""

    num: str | None
    id: int | None


Call = AddAccount | GetAccount | GetAct


def decode(query: bytes, body: bytes) -> dict[str, str]:
    """Return the parameters of the URL and of a form body, which wins where both name one.

    Text is windows-1251 unless `charset=utf-8` comes with it; of parameters given twice the last counts.
    """
    pairs = [pair for part in (query, body) for pair in _pairs(part)]
    charset = "utf-8" if dict(pairs).get("charset", "").lower() in {"utf-8", "utf8"} else "windows-1251"
    return {_text(name, charset): _text(value, charset) for name, value in pairs}


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    """Split a form into names and values whose characters still are bytes, one for one."""
    return parse_qsl(encoded.decode("latin-1"), keep_blank_values=True, encoding="latin-1")


def _text(value: str, charset: str) -> str:
    return value.encode("latin-1").decode(charset, errors="replace")


def method_of(parameters: Mapping[str, str]) -> Method | None:
    """Return the one method that is asked for, None if there is none or more than one."""
    asked = [method for method in Method if parameters.get(method) == "1"]
    return asked[0] if len(asked) == 1 else None


def parse(parameters: Mapping[str, str]) -> Call:
    """Return what the request asks for; raises Refused with error 1 for parameters that do not fit.

    Stricter than the vendor may be: who passes here has left nothing to its kindness.
    """
    if ("user" in parameters) == ("user_id" in parameters):
        raise Refused(ErrorCode.PARAMETERS)
    if "user_id" in parameters:
        _number(parameters, "user_id")
    match method_of(parameters):
        case Method.ADD_ACCOUNT:
            return AddAccount(_amount(parameters), _service(parameters))
        case Method.GET_ACCOUNT:
            return GetAccount(_number(parameters, "id"))
        case Method.GET_ACT:
            return _act(parameters)
        case None:
            raise Refused(ErrorCode.PARAMETERS)


def _act(parameters: Mapping[str, str]) -> GetAct:
    if ("num" in parameters) == ("id" in parameters):
        raise Refused(ErrorCode.PARAMETERS)
    if "id" in parameters:
        return GetAct(num=None, id=_number(parameters, "id"))
    num = parameters["num"]
    if not 0 < len(num) <= _LONGEST_NUM:
        raise Refused(ErrorCode.PARAMETERS)
    return GetAct(num=num, id=None)


def _amount(parameters: Mapping[str, str]) -> Decimal:
    text = parameters.get("sum", "")
    if not _SUM.fullmatch(text) or not Decimal(text):
        raise Refused(ErrorCode.PARAMETERS)
    return Decimal(text).quantize(Decimal("0.01"))


def _service(parameters: Mapping[str, str]) -> str | None:
    service = parameters.get("service")
    if service is not None and len(service) > _LONGEST_SERVICE:
        raise Refused(ErrorCode.PARAMETERS)
    return service or None


def _number(parameters: Mapping[str, str], name: str) -> int:
    text = parameters.get(name, "")
    if not _NUMBER.fullmatch(text):
        raise Refused(ErrorCode.PARAMETERS)
    return int(text)
