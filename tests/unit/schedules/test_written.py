"""Whatever rule there is can be written in words that are read as the same rule."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.schedules.recurrence import Frequency, MonthEnd, Rule, Weekend, upcoming
from bot.schedules.words import parse_rule
from bot.schedules.written import written

_NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    frequency = draw(st.sampled_from(Frequency))
    days = st.one_of(st.integers(1, 28 if frequency is Frequency.YEARLY else 31), st.sampled_from(MonthEnd))
    end = draw(st.sampled_from(["none", "until", "times"]))
    return Rule(
        frequency,
        draw(st.dates(date(2026, 11, 16), date(2027, 11, 15))),
        draw(st.times().map(lambda at: time(at.hour, at.minute))),
        UTC,
        day=None if frequency is Frequency.WEEKLY else draw(days),
        weekend=draw(st.sampled_from(Weekend)),
        until=date(2040, 1, 1) if end == "until" else None,
        times=draw(st.integers(1, 999)) if end == "times" else None,
    )


@pytest.mark.parametrize("language", ["en", "ru"])
@given(rule=rules())
def test_what_is_written_is_read(language: str, rule: Rule) -> None:
    read = parse_rule(written(rule, language), now=_NOW, zone=UTC)
    assert written(read, language) == written(rule, language)
    assert (read.frequency, read.at, read.day, read.weekend, read.until, read.times) == (
        rule.frequency,
        rule.at,
        rule.day,
        rule.weekend,
        rule.until,
        rule.times,
    )
    if rule.frequency is Frequency.YEARLY:
        assert read.anchor.month == rule.anchor.month
    if rule.frequency is Frequency.WEEKLY:
        assert read.anchor.weekday() == rule.anchor.weekday()
    assert upcoming(read, _NOW, 1)


def test_times_that_have_passed_are_left_out() -> None:
    rule = parse_rule("monthly 1 12 times", now=_NOW, zone=UTC)
    assert written(rule, "en", passed=5) == "monthly 1 09:00 7 times"
