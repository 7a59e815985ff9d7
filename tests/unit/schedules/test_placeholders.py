"""Months, quarters and years in a service, in the language chosen for it."""

from datetime import date

import pytest

from bot.schedules.placeholders import fill, longest, unknown_placeholders


@pytest.mark.parametrize(
    ("service", "language", "filled"),
    [
        ("SMS, {month} {year}", "ru", "SMS, ноябрь 2026"),
        ("SMS, {month} {year}", "en", "SMS, November 2026"),
        ("{quarter} {year}", "ru", "4-й квартал 2026"),
        ("{quarter} {year}", "en", "4th quarter 2026"),
        ("{Месяц} { год } {квартал}", "ru", "ноябрь 2026 4-й квартал"),
        ("{moth} {} {0} {month", "en", "{moth} {} {0} {month"),
        ("{{month}}", "en", "{November}"),
    ],
)
def test_words_of_a_date(service: str, language: str, filled: str) -> None:
    assert fill(service, date(2026, 11, 1), language) == filled


def test_placeholders_that_nobody_knows_are_named() -> None:
    assert unknown_placeholders("{month} {moth} {} {year.real}") == ("{moth}", "{}", "{year.real}")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_longest_text_is_known_before(language: str) -> None:
    service = "SMS, {month} {quarter} {year}"
    for month in range(1, 13):
        assert len(fill(service, date(2026, month, 1), language)) <= len(longest(service, language))
