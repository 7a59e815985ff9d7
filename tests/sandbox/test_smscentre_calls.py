"""How the sandbox's SMS Center reads parameters."""

from decimal import Decimal
from urllib.parse import quote_plus, urlencode

import pytest

from sandbox.smscentre.calls import AddAccount, GetAccount, GetAct, Method, decode, method_of, parse
from sandbox.smscentre.refusals import ErrorCode, Refused

NAME = "ООО Ромашка"


def test_text_is_windows_1251_by_default() -> None:
    body = urlencode({"user": NAME}, encoding="windows-1251").encode()
    assert decode(b"", body) == {"user": NAME}


def test_text_is_utf_8_when_the_request_says_so() -> None:
    body = urlencode({"user": NAME, "charset": "UTF-8"}).encode()
    assert decode(b"", body) == {"user": NAME, "charset": "UTF-8"}


def test_utf_8_without_the_word_is_misread() -> None:
    assert decode(b"", urlencode({"user": NAME}).encode())["user"] == NAME.encode().decode("cp1251", "replace")


def test_bytes_need_not_be_percent_encoded() -> None:
    assert decode(b"", "user=Ромашка".encode("cp1251")) == {"user": "Ромашка"}


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert decode(b"", b"charset=utf-8&user=%FF%98")["user"] == "\ufffd\ufffd"
    assert decode(b"", b"user=%98")["user"] == "\ufffd"


def test_the_word_may_be_in_the_url_and_the_text_in_the_body() -> None:
    assert decode(b"charset=utf-8", f"user={quote_plus(NAME)}".encode())["user"] == NAME


def test_the_body_wins_over_the_url_and_the_last_of_several() -> None:
    assert decode(b"id=1&num=2&num=3", b"id=4") == {"id": "4", "num": "3"}


@pytest.mark.parametrize(
    ("parameters", "call"),
    [
        ({"add_account": "1", "user": "alice", "sum": "1500"}, AddAccount(Decimal(1500), None)),
        (
            {"add_account": "1", "user_id": "101", "sum": "1500.50", "service": "СМС"},
            AddAccount(Decimal("1500.50"), "СМС"),
        ),
        ({"add_account": "1", "user": "alice", "sum": "0.5", "service": ""}, AddAccount(Decimal("0.5"), None)),
        ({"get_account": "1", "user": "alice", "id": "9001"}, GetAccount(9001)),
        ({"get_act": "1", "user": "alice", "num": "А-15/2026"}, GetAct("А-15/2026", None)),
        ({"get_act": "1", "user": "alice", "id": "7"}, GetAct(None, 7)),
    ],
)
def test_what_a_request_asks_for(parameters: dict[str, str], call: AddAccount | GetAccount | GetAct) -> None:
    assert parse(parameters) == call


CREATE = {"add_account": "1", "user": "alice", "sum": "1"}
WRONG = [
    {},
    {"user": "alice", "sum": "1"},
    {**CREATE, "get_act": "1"},
    {**CREATE, "add_account": "yes"},
    {"add_account": "1", "sum": "1"},
    {**CREATE, "user_id": "101"},
    {"add_account": "1", "user_id": "alice", "sum": "1"},
    {"add_account": "1", "user_id": "١٠١", "sum": "1"},
    {**CREATE, "service": "x" * 501},
    {"get_account": "1", "user": "alice"},
    {"get_account": "1", "user": "alice", "id": "abc"},
    {"get_act": "1", "user": "alice"},
    {"get_act": "1", "user": "alice", "num": ""},
    {"get_act": "1", "user": "alice", "num": "7", "id": "7"},
    {"get_act": "1", "user": "alice", "num": "7" * 65},
    *({**CREATE, "sum": wrong} for wrong in ("", "0", "0.00", "-1", "1,5", "1.005", "1e3", "nan", " 1", "1" * 13, "١")),
]


@pytest.mark.parametrize("parameters", WRONG)
def test_wrong_parameters_are_error_1(parameters: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        parse(parameters)
    assert refused.value.code is ErrorCode.PARAMETERS


def test_a_method_is_named_even_where_its_parameters_are_wrong() -> None:
    assert method_of({"get_act": "1"}) is Method.GET_ACT
    assert method_of({"get_act": "1", "get_account": "1"}) is None
