"""Finding the number and the amount under names that nobody documented."""

from decimal import Decimal
from typing import Any

import pytest

from bot.smscentre.recognition import find_amount, find_number, mentions_error

REQUESTED = Decimal("1500.50")


@pytest.mark.parametrize(
    "answer",
    [
        {"id": 9001, "sum": "1500.50"},
        {"id": "9001", "sum": Decimal("1500.5")},
        {"ID": "9001"},
        {"account_id": 9001, "num": 3},
        {"accountId": 9001, "user_id": 101},
        {"invoice-id": "9001"},
        {"account": "9001", "sum": 1500},
        {"number": 9001},
        {"id": None, "num": "9001"},
        {"id": "A-15", "num": "9001"},
        {"account": {"id": 9001, "sum": "1500.50"}},
        {"user": {"id": 101}, "invoice": {"id": 9001}},
        {"id": 9001, "items": [{"id": 1}, {"id": 2}]},
        {"account_id": 9001, "items": [{"id": 1}]},
        {"data": [{"id": 9001}]},
        {"id": ["9001"]},
        {"id": 9001, "copy": {"id": "9001"}},
        {"a": {"id": 9001}, "b": {"id": "9001"}},
        {"schet": 9001, "summa": "1500.50"},
        {"nomer": "9001", "s": "1500.50", "valuta": "RUR"},
        {"Номер": "9001"},
        {"schet": 9001, "status": 1, "date": "20261122", "user_id": 101, "ok": True},
        {"": "9001"},
    ],
)
def test_the_number_is_found(answer: dict[str, Any]) -> None:
    assert find_number(answer, REQUESTED) == "9001"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"sum": 1500},
        {"schet": 9001, "akt": 9002},
        {"a": {"id": 9001}, "b": {"id": 9002}},
        {"schet": True},
        {"id": True},
        {"id": Decimal("9001.0")},
        {"id": 0},
        {"id": "0"},
        {"id": -9001},
        {"id": "-9001"},
        {"id": "9001 "},
        {"id": "№ 9001"},
        {"id": "９００１"},
        {"id": "9" * 21},
        {"id": 10**20},
        {"id": 10**4000},
        {"id": {}},
        {"ok": 1, "user_id": 101},
        {"user": {"schet": 9001}},
    ],
)
def test_no_number_is_guessed(answer: dict[str, Any]) -> None:
    assert find_number(answer, REQUESTED) is None


def test_an_unnamed_member_equal_to_the_amount_is_not_the_number() -> None:
    assert find_number({"x": 1500}, Decimal("1500.00")) is None
    assert find_number({"x": 9001, "y": "1500"}, Decimal("1500.00")) == "9001"
    assert find_number({"id": 1500}, Decimal("1500.00")) == "1500"


def test_the_number_keeps_its_form() -> None:
    assert find_number({"id": "0009001"}, REQUESTED) == "0009001"
    assert find_number({"id": 10**20 - 1}, REQUESTED) == "9" * 20


@pytest.mark.parametrize(
    "answer",
    [
        {"id": 1, "sum": "1500.50"},
        {"id": 1, "sum": "1500,50"},
        {"id": 1, "SUM": Decimal("1500.5")},
        {"id": 1, "amount": "1500.50", "total": "1800.60"},
        {"account": {"sum": "1500.500"}},
        {"x": "1500.50", "y": 7},
    ],
)
def test_the_amount_is_found(answer: dict[str, Any]) -> None:
    assert find_amount(answer, REQUESTED) == REQUESTED


def test_another_amount_than_requested_is_reported_as_it_is() -> None:
    assert find_amount({"id": 1, "sum": 7}, REQUESTED) == 7


@pytest.mark.parametrize(
    "value",
    [True, None, "", "x", "1 500", "1e3", "-5", 0, Decimal(-1), 10**12, Decimal("1E+999999"), "NaN", "9" * 13, [], {}],
)
def test_no_amount_is_guessed(value: object) -> None:
    assert find_amount({"id": 1, "sum": value}, REQUESTED) is None
    assert find_amount({"a": {"sum": 1}, "b": {"sum": 2}}, REQUESTED) is None


@pytest.mark.parametrize(
    "answer",
    [{"error_code": 1}, {"error_code": None}, {"error": "x"}, {"a": {"error": "x"}}, {"a": [{"Errors": ["x"]}]}],
)
def test_errors_are_noticed_at_any_depth(answer: dict[str, Any]) -> None:
    assert mentions_error(answer)


@pytest.mark.parametrize("answer", [{}, {"id": 1}, {"error": ""}, {"error": None}, {"errors": []}, {"text": "error"}])
def test_success_is_not_taken_for_an_error(answer: dict[str, Any]) -> None:
    assert not mentions_error(answer)


def test_deep_answers_do_not_exhaust_the_stack() -> None:
    deep: dict[str, Any] = {"id": 9001}
    for _ in range(5000):
        deep = {"x": deep}
    assert find_number(deep, REQUESTED) == "9001"
    assert not mentions_error(deep)
