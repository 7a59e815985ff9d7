"""The words of `/repeat`, in English and Russian."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.domain import CreateInvoice, SubClient
from bot.parsing import Missing, MoneyWords, ParseError, Problem, Understood
from bot.schedules.recurrence import Frequency, Weekend, upcoming
from bot.schedules.words import parse_repeat, parse_rule

_NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)  # a Sunday
_ZONE = ZoneInfo("Europe/Moscow")
_MONEY = MoneyWords("₽")


def _dates(text: str, now: datetime = _NOW) -> list[str]:
    rule = parse_rule(text, now=now, zone=_ZONE)
    return [f"{found.due_at.astimezone(_ZONE):%Y-%m-%d %H:%M}" for found in upcoming(rule, now, 3)]


@pytest.mark.parametrize(
    ("texts", "dates"),
    [
        (
            "monthly 1 09:00|Monthly on the 1st at 9:00|every month 1|ежемесячно 1 числа в 9:00|каждый месяц 1-го 9:00",
            ["2026-12-01 09:00", "2027-01-01 09:00", "2027-02-01 09:00"],
        ),
        ("monthly 31|ежемесячно 31-го", ["2026-11-30 09:00", "2026-12-31 09:00", "2027-01-31 09:00"]),
        (
            "monthly last day 18:30|monthly on the last day of the month at 18:30|ежемесячно последний день 18:30",
            ["2026-11-30 18:30", "2026-12-31 18:30", "2027-01-31 18:30"],
        ),
        (
            "monthly last working day|monthly last workday|каждый месяц в последний рабочий день",
            ["2026-11-30 09:00", "2026-12-31 09:00", "2027-01-29 09:00"],
        ),
        (
            "weekly monday 10:00|every week on mon 10:00|еженедельно пн 10:00|каждую неделю по понедельникам в 10:00",
            ["2026-11-16 10:00", "2026-11-23 10:00", "2026-11-30 10:00"],
        ),
        ("weekly sunday 15:01", ["2026-11-15 15:01", "2026-11-22 15:01", "2026-11-29 15:01"]),
        ("weekly sunday 15:00", ["2026-11-22 15:00", "2026-11-29 15:00", "2026-12-06 15:00"]),
        ("quarterly 10|ежеквартально 10", ["2027-01-10 09:00", "2027-04-10 09:00", "2027-07-10 09:00"]),
        (
            "quarterly last|every quarter on the last day|каждый квартал последний день",
            ["2026-12-31 09:00", "2027-03-31 09:00", "2027-06-30 09:00"],
        ),
        (
            "yearly 25.12|annually 12-25|yearly 25 december|yearly on dec 25|ежегодно 25 декабря|каждый год 25.12",
            ["2026-12-25 09:00", "2027-12-25 09:00", "2028-12-25 09:00"],
        ),
        ("yearly 29.02", ["2027-02-28 09:00", "2028-02-29 09:00", "2029-02-28 09:00"]),
        ("monthly 1 2 times|ежемесячно 1 2 раза", ["2026-12-01 09:00", "2027-01-01 09:00"]),
        ("monthly 1 until 2027-01-01|ежемесячно 1 до 01.01.2027", ["2026-12-01 09:00", "2027-01-01 09:00"]),
        (
            "monthly 1 from 01.02.2027|ежемесячно 1 с 2027-01-02",
            ["2027-02-01 09:00", "2027-03-01 09:00", "2027-04-01 09:00"],
        ),
        (
            "monthly 15 weekend before|ежемесячно 15 выходные раньше",
            ["2026-12-15 09:00", "2027-01-15 09:00", "2027-02-15 09:00"],
        ),
        (
            "monthly 15 weekend after 18:00|ежемесячно 15 выходные позже 18:00",
            ["2026-11-16 18:00", "2026-12-15 18:00", "2027-01-15 18:00"],
        ),
    ],
)
def test_when(texts: str, dates: list[str]) -> None:
    assert {text: _dates(text) for text in texts.split("|")} == dict.fromkeys(texts.split("|"), dates)


def test_an_occurrence_that_the_weekend_moved_into_the_next_month_is_not_lost() -> None:
    now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert _dates("monthly 31 weekend after", now)[0] == "2026-11-02 09:00"


def test_from_a_date_is_about_the_date_and_not_the_day_that_the_weekend_moves_it_to() -> None:
    assert _dates("monthly 1 weekend before from 01.08.2027")[0] == "2027-07-30 09:00"


@pytest.mark.parametrize(
    ("text", "problem", "word"),
    [
        ("", Problem.NO_FREQUENCY, ""),
        ("1 09:00", Problem.NO_FREQUENCY, "1"),
        ("every 1", Problem.NO_FREQUENCY, "every"),
        ("monthly", Problem.NO_DAY, ""),
        ("weekly", Problem.NO_DAY, ""),
        ("yearly", Problem.NO_DAY, ""),
        ("monthly 0", Problem.BAD_DAY, "0"),
        ("monthly 32", Problem.BAD_DAY, "32"),
        ("monthly monday", Problem.BAD_DAY, ""),
        ("monthly 5 december", Problem.BAD_DAY, "5"),
        ("weekly 5", Problem.BAD_DAY, "5"),
        ("yearly 5", Problem.BAD_DAY, "5"),
        ("yearly 31.02", Problem.BAD_DAY, "31"),
        ("yearly 25.13", Problem.BAD_DAY, "25"),
        ("yearly 25.0", Problem.BAD_DAY, "25"),
        ("monthly 1 24:00", Problem.BAD_TIME, "24:00"),
        ("monthly 1 9:5", Problem.BAD_TIME, "9:5"),
        ("monthly 1 until", Problem.BAD_DATE, "until"),
        ("monthly 1 until 31.02.2027", Problem.BAD_DATE, "31.02.2027"),
        ("monthly 1 until 01.11.2026", Problem.NEVER, "2026-11-01"),
        ("monthly 1 0 times", Problem.BAD_TIMES, "0"),
        ("monthly 1 1000 times", Problem.BAD_TIMES, "1000"),
        ("monthly 1 2 times until 01.01.2028", Problem.SAID_TWICE, "2"),
        ("monthly 1 5", Problem.SAID_TWICE, "5"),
        ("monthly 1 last", Problem.SAID_TWICE, "last"),
        ("monthly 1 09:00 10:00", Problem.SAID_TWICE, "10:00"),
        ("monthly 1 soon", Problem.UNKNOWN_WORD, "soon"),
        ("monthly 1 weekend never", Problem.UNKNOWN_WORD, "never"),
        ("monthly 1 weekly mon", Problem.UNKNOWN_WORD, "weekly"),
    ],
)
def test_words_that_are_refused(text: str, problem: Problem, word: str) -> None:
    with pytest.raises(ParseError) as refused:
        parse_rule(text, now=_NOW, zone=_ZONE)
    assert (refused.value.problem, refused.value.word) == (problem, word)


@pytest.mark.parametrize(
    ("text", "invoice"),
    [
        ("alice 1500 monthly 1", CreateInvoice(SubClient(name="alice"), Decimal("1500.00"))),
        (
            "#101 1 500,50 ₽ SMS {month} {year} monthly 1",
            CreateInvoice(SubClient(id=101), Decimal("1500.50"), "SMS {month} {year}"),
        ),
        ("bob 5 отчёт ежемесячно monthly 1", CreateInvoice(SubClient(name="bob"), Decimal("5.00"), "отчёт ежемесячно")),
    ],
)
def test_what_and_when_are_told_apart(text: str, invoice: CreateInvoice) -> None:
    repeat = parse_repeat(text, _MONEY, now=_NOW, zone=_ZONE, language="ru")
    assert repeat.invoice == invoice
    assert (repeat.rule.frequency, repeat.rule.weekend) == (Frequency.MONTHLY, Weekend.KEEP)


def test_what_cannot_be_made_is_refused_now_and_not_on_the_day() -> None:
    for text, problem in (
        ("alice 15 тыс monthly 1", Problem.AMOUNT_MULTIPLIER),
        ("alice monthly 1", Problem.MISSING),
        ("alice 5 " + "x" * 195 + "{month} monthly 1", Problem.SERVICE_TOO_LONG),
    ):
        with pytest.raises(ParseError) as refused:
            parse_repeat(text, _MONEY, now=_NOW, zone=_ZONE, language="ru")
        assert refused.value.problem is problem
    with pytest.raises(ParseError) as unknown:
        parse_repeat("alice 5 SMS {moth} monthly 1", _MONEY, now=_NOW, zone=_ZONE, language="ru")
    assert (unknown.value.problem, unknown.value.word) == (Problem.UNKNOWN_PLACEHOLDER, "{moth}")
    with pytest.raises(ParseError) as when:
        parse_repeat("alice 5", _MONEY, now=_NOW, zone=_ZONE, language="ru")
    assert (when.value.missing, when.value.understood) == (
        Missing.WHEN,
        Understood(SubClient(name="alice"), Decimal("5.00")),
    )
