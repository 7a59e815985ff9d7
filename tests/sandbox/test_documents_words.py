"""Sums in words, figures and dates as Russian documents write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.documents.formats import long_date, money, quantity
from sandbox.documents.words import plural, rubles_in_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "Ноль рублей 00 копеек"),
        ("0.01", "Ноль рублей 01 копейка"),
        ("1", "Один рубль 00 копеек"),
        ("2.02", "Два рубля 02 копейки"),
        ("5.05", "Пять рублей 05 копеек"),
        ("11.11", "Одиннадцать рублей 11 копеек"),
        ("14.14", "Четырнадцать рублей 14 копеек"),
        ("21.21", "Двадцать один рубль 21 копейка"),
        ("42.42", "Сорок два рубля 42 копейки"),
        ("100", "Сто рублей 00 копеек"),
        ("111", "Сто одиннадцать рублей 00 копеек"),
        ("1000", "Одна тысяча рублей 00 копеек"),
        ("1500.50", "Одна тысяча пятьсот рублей 50 копеек"),
        ("2003", "Две тысячи три рубля 00 копеек"),
        ("12000", "Двенадцать тысяч рублей 00 копеек"),
        ("321000.9", "Триста двадцать одна тысяча рублей 90 копеек"),
        ("1000000", "Один миллион рублей 00 копеек"),
        ("2000001", "Два миллиона один рубль 00 копеек"),
        ("5000000000", "Пять миллиардов рублей 00 копеек"),
        ("719013016.1", "Семьсот девятнадцать миллионов тринадцать тысяч шестнадцать рублей 10 копеек"),
    ],
)
def test_sums_are_said_with_the_right_gender_and_case(amount: str, words: str) -> None:
    assert rubles_in_words(Decimal(amount)) == words


def test_the_greatest_sum_can_be_said() -> None:
    nines = "девятьсот девяносто девять"
    words = f"{nines} миллиардов {nines} миллионов {nines} тысяч {nines} рублей 99 копеек"
    assert rubles_in_words(Decimal("999999999999.99")) == words.capitalize()


@pytest.mark.parametrize("amount", ["-0.01", "1000000000000", "0.001", "NaN", "Infinity"])
def test_what_is_no_sum_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="words"):
        rubles_in_words(Decimal(amount))


def test_different_sums_are_said_differently() -> None:
    said = {rubles_in_words(Decimal(number)) for number in range(3000)}
    assert len(said) == 3000


@given(st.integers(min_value=0, max_value=10**14 - 1))
def test_any_sum_has_single_spaces_and_ends_with_its_kopecks(kopecks: int) -> None:
    words = rubles_in_words(Decimal(kopecks) / 100)
    assert words == " ".join(words.split())
    assert words.split()[-2] == f"{kopecks % 100:02}"


def test_plural_of_teens_is_many() -> None:
    forms = [plural(number, "1", "2", "5") for number in (0, 1, 4, 5, 11, 12, 14, 21, 22, 25, 101, 111, 112)]
    assert "".join(forms) == "5125555125155"


def test_figures_have_no_break_spaces_and_a_comma() -> None:
    assert money(Decimal("1234567.5")) == "1\u00a0234\u00a0567,50"
    assert money(Decimal(0)) == "0,00"
    assert quantity(Decimal(1200)) == "1\u00a0200"
    assert quantity(Decimal("1.50")) == "1,5"


def test_dates_name_the_month() -> None:
    assert long_date(date(2026, 11, 2)) == "2\u00a0ноября\u00a02026\u00a0г."
    assert long_date(date(2027, 1, 31)) == "31\u00a0января\u00a02027\u00a0г."
