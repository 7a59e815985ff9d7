"""Sums: every written form that is understood, and every one that must not be guessed."""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.parsing import (
    MoneyWords,
    ParseError,
    Problem,
    parse_act,
    parse_client,
    parse_get_invoice,
    parse_invoice,
    parse_sub_client,
    parse_sum,
)

ROUBLES = MoneyWords("₽")
NBSP, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


def amount_of(text: str) -> Decimal:
    """Read a text that is nothing but a sum."""
    amount, service = parse_sum(text, ROUBLES)
    assert service is None
    return amount


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1500", "1500.00"),
        ("1500.5", "1500.50"),
        ("1500,50", "1500.50"),
        ("1 500,50", "1500.50"),
        ("1 500.50", "1500.50"),
        (f"1{NBSP}500,50", "1500.50"),
        (f"1{NARROW}500,50", "1500.50"),
        (f"1{NBSP}234 567{NARROW}890,12", "1234567890.12"),
        ("0,01", "0.01"),
        ("0.50", "0.50"),
        ("123456789012", "123456789012.00"),
        ("1500₽", "1500.00"),
        ("1500 ₽", "1500.00"),
        (f"1500{NBSP}₽", "1500.00"),
        ("1500руб", "1500.00"),
        ("1500 руб", "1500.00"),
        ("1500руб.", "1500.00"),
        ("1 500,50 руб.", "1500.50"),
        ("1 500,50руб.", "1500.50"),
        ("1500р", "1500.00"),
        ("1500 р", "1500.00"),
        ("1500р.", "1500.00"),
        ("1500 Р.", "1500.00"),
        ("1500 РУБ", "1500.00"),
        ("1500 рублей", "1500.00"),
        ("1500 RUB", "1500.00"),
        ("1500 руб., ", "1500.00"),
        ("1500\n", "1500.00"),
        ("1500\t", "1500.00"),
        ("15\u2009000", "15000.00"),
        ("1\u2003500\u205f000,5", "1500000.50"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("12.345.678,9 ₽", "12345678.90"),
        ("₽1500", "1500.00"),
        ("₽ 1 500", "1500.00"),
        ("руб. 1500", "1500.00"),
        ("[1500]", "1500.00"),
    ],
)
def test_sums_as_people_write_them(text: str, canonical: str) -> None:
    assert format(amount_of(text), "f") == canonical


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Problem.MISSING),
        ("0", Problem.AMOUNT_ZERO),
        ("0,00", Problem.AMOUNT_ZERO),
        ("000", Problem.AMOUNT_ZERO),
        ("0 ₽", Problem.AMOUNT_ZERO),
        ("-5", Problem.AMOUNT_NEGATIVE),
        ("−5", Problem.AMOUNT_NEGATIVE),
        ("–5", Problem.AMOUNT_NEGATIVE),
        ("+5", Problem.AMOUNT_PLUS_SIGN),
        ("007", Problem.AMOUNT_LEADING_ZERO),
        ("0 500", Problem.AMOUNT_LEADING_ZERO),
        ("1e3", Problem.AMOUNT_EXPONENT),
        ("1.5E+3", Problem.AMOUNT_EXPONENT),
        ("1е3", Problem.AMOUNT_EXPONENT),
        ("nan", Problem.AMOUNT_NOT_A_NUMBER),
        ("inf", Problem.AMOUNT_NOT_A_NUMBER),
        ("0x10", Problem.AMOUNT_NOT_A_NUMBER),
        ("1_500", Problem.AMOUNT_NOT_A_NUMBER),
        ("1'500", Problem.AMOUNT_NOT_A_NUMBER),
        ("1500-00", Problem.AMOUNT_NOT_A_NUMBER),
        ("1500.", Problem.AMOUNT_NOT_A_NUMBER),
        ("1500,", Problem.AMOUNT_NOT_A_NUMBER),
        (".50", Problem.AMOUNT_NOT_A_NUMBER),
        ("1..5", Problem.AMOUNT_NOT_A_NUMBER),
        ("15тыс", Problem.AMOUNT_MULTIPLIER),
        ("₽", Problem.AMOUNT_CURRENCY),
        ("$1500", Problem.AMOUNT_CURRENCY),
        ("1500€", Problem.AMOUNT_CURRENCY),
        ("1500 $", Problem.AMOUNT_CURRENCY),
        ("1500 usd", Problem.AMOUNT_CURRENCY),
        ("50 копеек", Problem.AMOUNT_CURRENCY),
        ("15 тыс. руб.", Problem.AMOUNT_MULTIPLIER),
        ("15 т.р.", Problem.AMOUNT_MULTIPLIER),
        ("1,5 млн", Problem.AMOUNT_MULTIPLIER),
        ("1500,123", Problem.AMOUNT_TOO_MANY_DECIMALS),
        ("0,123", Problem.AMOUNT_TOO_MANY_DECIMALS),
        ("1,2345", Problem.AMOUNT_TOO_MANY_DECIMALS),
        ("1 500,123", Problem.AMOUNT_TOO_MANY_DECIMALS),
        ("1,234", Problem.AMOUNT_AMBIGUOUS_SEPARATOR),
        ("1.234", Problem.AMOUNT_AMBIGUOUS_SEPARATOR),
        ("999.999 ₽", Problem.AMOUNT_AMBIGUOUS_SEPARATOR),
        ("1.234.567", Problem.AMOUNT_AMBIGUOUS_SEPARATOR),
        ("1.23,45", Problem.AMOUNT_AMBIGUOUS_SEPARATOR),
        ("0.123,45", Problem.AMOUNT_AMBIGUOUS_SEPARATOR),
        ("(1500)", Problem.AMOUNT_NOT_A_NUMBER),
        ("-₽5", Problem.AMOUNT_CURRENCY),
        ("1,234,567", Problem.AMOUNT_AMBIGUOUS_SEPARATOR),
        ("1234567890123", Problem.AMOUNT_TOO_LONG),
        ("12345678901,23", Problem.AMOUNT_TOO_LONG),
        ("1 234 567 890 123", Problem.AMOUNT_TOO_LONG),
        ("１５００", Problem.FOREIGN_DIGITS),
        ("١٥٠٠", Problem.FOREIGN_DIGITS),
        ("1 ５００", Problem.FOREIGN_DIGITS),
        ("15½", Problem.FOREIGN_DIGITS),
        ("1²", Problem.FOREIGN_DIGITS),
        ("15 00", Problem.AMOUNT_AMBIGUOUS),
        ("1500 250", Problem.AMOUNT_AMBIGUOUS),
        ("1 50", Problem.AMOUNT_AMBIGUOUS),
        ("1 500 ₽ 250", Problem.AMOUNT_AMBIGUOUS),
        ("1500\u200b", Problem.HIDDEN_CHARACTERS),
        ("\u202e1500", Problem.HIDDEN_CHARACTERS),
    ],
)
def test_sums_that_are_refused(text: str, problem: Problem) -> None:
    with pytest.raises(ParseError) as caught:
        amount_of(text)
    assert caught.value.problem is problem


@pytest.mark.parametrize(
    ("words", "canonical", "service"),
    [
        ("1 500 SMS", "1500.00", "SMS"),
        ("1 500,50 SMS", "1500.50", "SMS"),
        ("1500 р SMS", "1500.00", "SMS"),
        ("1500 р. SMS", "1500.00", "SMS"),
        ("1500 руб, SMS", "1500.00", "SMS"),
        ("1500₽ 2026 год", "1500.00", "2026 год"),
        ("1 500 ₽ 2026 год", "1500.00", "2026 год"),
        ("1500 ₽ 50 SMS", "1500.00", "50 SMS"),
        ("1500 ₽ - аванс", "1500.00", "- аванс"),
        ("1500 ₽ к договору 12", "1500.00", "к договору 12"),
        ("1500 реклама", "1500.00", "реклама"),
        ("1500 рубрика", "1500.00", "рубрика"),
        ("1500 копирование", "1500.00", "копирование"),
        ("1500 ₽ Чемпионат Евро-2026", "1500.00", "Чемпионат Евро-2026"),
        ("1500 «SMS»", "1500.00", "«SMS»"),
        ("1500 (аванс)", "1500.00", "(аванс)"),
        ("1500 №5", "1500.00", "№5"),
        ("1500 #5", "1500.00", "#5"),
    ],
)
def test_where_the_sum_ends_and_the_service_begins(words: str, canonical: str, service: str) -> None:
    wish = parse_invoice(f"alice {words}", ROUBLES)
    assert (format(wish.amount, "f"), wish.service) == (canonical, service)


@pytest.mark.parametrize(
    ("words", "problem", "shown"),
    [
        ("15 00", Problem.AMOUNT_AMBIGUOUS, "15 00"),
        ("1500 250 SMS", Problem.AMOUNT_AMBIGUOUS, "1500 250"),
        ("1 500 2026 год", Problem.AMOUNT_AMBIGUOUS, "1 500 2026"),
        ("1500 01.05.2026", Problem.AMOUNT_AMBIGUOUS, "1500 01.05.2026"),
        ("1500,50 2026 год", Problem.SERVICE_BEGINS_WITH_DIGIT, "2026"),
        ("1 500,50 250 SMS", Problem.SERVICE_BEGINS_WITH_DIGIT, "250"),
        ("1500 3G", Problem.SERVICE_BEGINS_WITH_DIGIT, "3G"),
        ("1 5OO", Problem.SERVICE_BEGINS_WITH_DIGIT, "5OO"),
        ("1500 ½", Problem.SERVICE_BEGINS_WITH_DIGIT, "½"),
        ("1500 .50", Problem.SERVICE_BEGINS_WITH_SIGN, ".50"),
        ("1500 -50", Problem.SERVICE_BEGINS_WITH_SIGN, "-50"),
        ("1500 + 50", Problem.SERVICE_BEGINS_WITH_SIGN, "+"),
        ("1500 р. 50 коп. SMS", Problem.AMOUNT_AMBIGUOUS, "50 коп. SMS"),
        ("1500 р. 50к", Problem.AMOUNT_AMBIGUOUS, "50к"),
        ("1500 руб., 50 копеек", Problem.AMOUNT_AMBIGUOUS, "50 копеек"),
        ("1 ₽ 500", Problem.AMOUNT_AMBIGUOUS, "500"),
        ("1 р 500 р SMS", Problem.AMOUNT_AMBIGUOUS, "500 р SMS"),
        ("1 р.500", Problem.AMOUNT_AMBIGUOUS, "р.500"),
        ("1500 р50к", Problem.AMOUNT_AMBIGUOUS, "р50к"),
        ("15 тыс SMS", Problem.AMOUNT_MULTIPLIER, "тыс"),
        ("15 к SMS", Problem.AMOUNT_MULTIPLIER, "к"),
        ("15 K SMS", Problem.AMOUNT_MULTIPLIER, "K"),
        ("50 коп. SMS", Problem.AMOUNT_CURRENCY, "коп."),
        ("15 EUR SMS", Problem.AMOUNT_CURRENCY, "EUR"),
        ("1500 Евро-2026", Problem.AMOUNT_CURRENCY, "Евро-2026"),
        ("1e3 SMS", Problem.AMOUNT_EXPONENT, "1e3"),
        ("1,234 SMS", Problem.AMOUNT_AMBIGUOUS_SEPARATOR, "1,234"),
        ("1" * 100 + " SMS", Problem.AMOUNT_TOO_LONG, "1" * 64),
    ],
)
def test_money_that_could_be_misread_is_refused(words: str, problem: Problem, shown: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_invoice(f"alice {words}", ROUBLES)
    assert (caught.value.problem, caught.value.word) == (problem, shown)


PIECES = st.sampled_from(
    [*"0123456789", "00", "500", "1500", ",", ".", " ", " ", NBSP, NARROW, "-", "+", "e", "₽", "руб.", "р.", "р", "SMS"]
)
SUM_LIKE = st.lists(PIECES, min_size=1, max_size=12).map("".join) | st.from_regex(
    r"[0-9]{1,4}([ \u00a0\u202f][0-9]{2,3}){0,3}([.,][0-9]{1,3})?( ?(₽|руб\.|р))?", fullmatch=True
)
SERVICE_LIKE = st.text(st.sampled_from("0123456789 SMSгодркоп₽.,-№"), max_size=12)


def by_hand(text: str) -> tuple[str, int]:
    """Read a sum letter by letter: its digits, and how many of them are decimals."""
    digits, decimals, in_decimals = "", 0, False
    for character in text:
        if character in "0123456789":
            digits += character
            decimals += in_decimals
        elif character in ",." and digits and not in_decimals:
            in_decimals = True
        elif digits and character not in f" {NBSP}{NARROW}":
            break
    return digits, decimals


@given(SUM_LIKE)
@example("1 500,50 руб.")
def test_an_accepted_sum_is_the_one_that_was_typed(text: str) -> None:
    try:
        amount, _ = parse_sum(text, ROUBLES)
    except ParseError:
        return
    digits, decimals = by_hand(text)
    assert amount > 0
    assert amount * 10**decimals == int(digits)
    canonical = format(amount, "f")
    assert re.fullmatch(r"(0|[1-9]\d*)\.\d\d", canonical)
    assert canonical.replace(".", "") == digits + "0" * (2 - decimals)
    if len(digits) - decimals <= 10:
        assert amount_of(canonical) == amount


@given(
    st.integers(1, 10**10 - 1).map(lambda cents: Decimal(cents).scaleb(-2)),
    st.sampled_from([" ", NBSP, NARROW]),
    st.sampled_from([".", ","]),
    st.sampled_from(["", "₽", " ₽", "р", " р.", " руб", "руб."]),
)
def test_a_formatted_sum_reads_back(amount: Decimal, space: str, separator: str, mark: str) -> None:
    text = f"{amount:,.2f}".replace(",", space).replace(".", separator) + mark
    assert amount_of(text) == amount


@given(SUM_LIKE, SERVICE_LIKE)
def test_no_digit_of_the_arguments_is_lost(sum_text: str, service: str) -> None:
    try:
        wish = parse_invoice(f"alice {sum_text} {service}", ROUBLES)
    except ParseError:
        return
    understood = format(wish.amount, "f") + (wish.service or "")
    typed = re.findall(r"[1-9]", sum_text + service)
    assert re.findall(r"[1-9]", understood) == typed


@given(st.text() | SUM_LIKE | SUM_LIKE.map("alice {}".format))
def test_no_text_breaks_the_parsers(args: str) -> None:
    for parse in (
        partial(parse_invoice, money=ROUBLES),
        partial(parse_sum, money=ROUBLES),
        parse_get_invoice,
        parse_act,
        parse_client,
        parse_sub_client,
    ):
        word = refused_word(parse, args)
        assert len(word) <= 64
        assert word.isprintable()


def refused_word(parse: Callable[[str], object], args: str) -> str:
    try:
        parse(args)
    except ParseError as error:
        return error.word
    return ""
