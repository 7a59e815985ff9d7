"""Dates of what repeats: month ends, leap years, weekends, and clocks that are changed."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedules.recurrence import (
    Frequency,
    MonthEnd,
    Occurrence,
    Rule,
    Weekend,
    missed,
    occurrence,
    occurrences,
    starting,
    upcoming,
)

_BERLIN, _MOSCOW = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Moscow")
_NINE = time(9)
_ZONES = [ZoneInfo(name) for name in ("Europe/Moscow", "Europe/Berlin", "America/New_York", "Asia/Kamchatka", "UTC")]


def _rule(frequency: Frequency, anchor: date, day: int | MonthEnd | None = None, **others: Any) -> Rule:
    return Rule(frequency, anchor, others.pop("at", _NINE), others.pop("zone", _MOSCOW), day=day, **others)


def _nominal(rule: Rule, many: int) -> list[str]:
    begin = datetime(1970, 1, 1, tzinfo=UTC)
    return [str(found.nominal) for found in islice(occurrences(rule, begin), many)]


_RULES = st.builds(
    lambda frequency, anchor, at, zone, day, weekend: Rule(
        frequency, anchor, at, zone, day=None if frequency is Frequency.WEEKLY else day, weekend=weekend
    ),
    st.sampled_from(Frequency),
    st.dates(date(1980, 1, 1), date(2040, 12, 31)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(_ZONES),
    st.integers(1, 31) | st.sampled_from(MonthEnd),
    st.sampled_from(Weekend),
)
_INSTANTS = st.datetimes(datetime(1985, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - see timezones


@pytest.mark.parametrize(
    ("rule", "dates"),
    [
        (_rule(Frequency.MONTHLY, date(2027, 1, 1), 31), ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        (_rule(Frequency.MONTHLY, date(2028, 1, 1), 30), ["2028-01-30", "2028-02-29", "2028-03-30", "2028-04-30"]),
        (_rule(Frequency.MONTHLY, date(2027, 2, 1), 31), ["2027-02-28", "2027-03-31", "2027-04-30"]),
        (_rule(Frequency.QUARTERLY, date(2026, 11, 1), 31), ["2026-11-30", "2027-02-28", "2027-05-31", "2027-08-31"]),
        (_rule(Frequency.YEARLY, date(2027, 2, 1), 29), ["2027-02-28", "2028-02-29", "2029-02-28"]),
        (_rule(Frequency.MONTHLY, date(2099, 12, 1), MonthEnd.LAST_DAY), ["2099-12-31", "2100-01-31", "2100-02-28"]),
        (
            _rule(Frequency.MONTHLY, date(2026, 10, 1), MonthEnd.LAST_WORKING_DAY),
            ["2026-10-30", "2026-11-30", "2026-12-31"],
        ),
        (_rule(Frequency.WEEKLY, date(2026, 12, 24)), ["2026-12-24", "2026-12-31", "2027-01-07"]),
        (_rule(Frequency.MONTHLY, date(2026, 11, 1), 5, times=2), ["2026-11-05", "2026-12-05"]),
        (
            _rule(Frequency.MONTHLY, date(2026, 11, 1), 5, until=date(2027, 1, 5)),
            ["2026-11-05", "2026-12-05", "2027-01-05"],
        ),
        (_rule(Frequency.MONTHLY, date(2026, 11, 1), 5, until=date(2027, 1, 4)), ["2026-11-05", "2026-12-05"]),
    ],
)
def test_dates(rule: Rule, dates: list[str]) -> None:
    more = 1 if rule.until or rule.times else 0
    assert _nominal(rule, len(dates) + more) == dates


@pytest.mark.parametrize("day", range(1, 32))
def test_a_day_of_the_month_never_drifts(day: int) -> None:
    rule = _rule(Frequency.MONTHLY, date(2023, 1, 1), day)
    for number in range(12 * 12):
        year, month = 2023 + number // 12, number % 12 + 1
        found = occurrence(rule, number)
        assert found is not None
        assert found.nominal == date(year, month, min(day, monthrange(year, month)[1]))


@pytest.mark.parametrize(("weekend", "day"), [(Weekend.KEEP, 1), (Weekend.BEFORE, 30), (Weekend.AFTER, 2)])
def test_a_weekend_moves_the_day_and_not_the_date(weekend: Weekend, day: int) -> None:
    [found] = upcoming(
        _rule(Frequency.MONTHLY, date(2026, 11, 1), 1, weekend=weekend, times=1), datetime(2026, 10, 1, tzinfo=UTC), 3
    )
    assert found.nominal == date(2026, 11, 1)
    assert found.due_at.astimezone(_MOSCOW).day == day


@pytest.mark.parametrize(
    ("zone", "anchor", "at", "due"),
    [
        # Skipped hours: as late as the change makes it.
        (_BERLIN, date(2026, 3, 22), time(2, 30), ["2026-03-22T01:30", "2026-03-29T01:30", "2026-04-05T00:30"]),
        (_MOSCOW, date(2010, 3, 21), time(2, 30), ["2010-03-20T23:30", "2010-03-27T23:30", "2010-04-03T22:30"]),
        (_MOSCOW, date(2011, 3, 20), time(2, 30), ["2011-03-19T23:30", "2011-03-26T23:30", "2011-04-02T22:30"]),
        # Hours that come twice: the first.
        (_BERLIN, date(2026, 10, 18), time(2, 30), ["2026-10-18T00:30", "2026-10-25T00:30", "2026-11-01T01:30"]),
        (_MOSCOW, date(2010, 10, 24), time(2, 30), ["2010-10-23T22:30", "2010-10-30T22:30", "2010-11-06T23:30"]),
        (_MOSCOW, date(2014, 10, 19), time(1, 30), ["2014-10-18T21:30", "2014-10-25T21:30", "2014-11-01T22:30"]),
    ],
)
def test_clock_changes_neither_double_nor_drop(zone: ZoneInfo, anchor: date, at: time, due: list[str]) -> None:
    rule = _rule(Frequency.WEEKLY, anchor, zone=zone, at=at)
    found = upcoming(rule, datetime.combine(anchor, time(), UTC) - timedelta(days=2), 3)
    assert [one.due_at.isoformat(timespec="minutes").removesuffix("+00:00") for one in found] == due


def test_an_hour_that_comes_twice_is_its_first_whatever_the_rule_came_from() -> None:
    early, late = (
        occurrence(_rule(Frequency.WEEKLY, date(2026, 10, 25), zone=_BERLIN, at=time(2, 30, fold=fold)), 0)
        for fold in (0, 1)
    )
    assert early == late


@given(_RULES, st.integers(0, 400))
def test_every_occurrence_has_one_instant_later_than_the_one_before(rule: Rule, number: int) -> None:
    before, after = occurrence(rule, number), occurrence(rule, number + 1)
    assert before is not None
    assert after is not None
    assert before.nominal < after.nominal
    assert before.due_at < after.due_at
    local = before.due_at.astimezone(rule.zone)
    assert abs(local.date() - before.nominal) <= timedelta(days=2)
    if rule.weekend is not Weekend.KEEP:
        assert local.weekday() < 5


@settings(max_examples=40, deadline=None)
@given(_RULES, _INSTANTS, _INSTANTS)
def test_what_is_missed_and_what_comes_is_all_there_is(rule: Rule, one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    gone = list(missed(rule, first, second))
    every = [found for number in range(3500) if (found := occurrence(rule, number)) and found.due_at <= second]
    assert gone == [found for found in every if found.due_at > first]
    [following] = upcoming(rule, second, 1)
    assert following.number == len(every)


@given(_RULES, _INSTANTS, st.integers(1, 5))
def test_a_rule_that_starts_later_has_the_same_dates_and_counts_from_there(
    rule: Rule, after: datetime, times: int
) -> None:
    expected = upcoming(rule, after, times)
    started = starting(Rule(**_fields(rule), times=times), after=after)
    assert started is not None
    found = list(occurrences(started, after))
    assert [(one.nominal, one.due_at) for one in found] == [(one.nominal, one.due_at) for one in expected]
    assert [one.number for one in found] == list(range(times))


def _fields(rule: Rule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in ("frequency", "anchor", "at", "zone", "day", "weekend")}


def test_the_calendar_ends() -> None:
    rule = _rule(Frequency.YEARLY, date(9998, 12, 1), 31)
    assert [found.nominal.year for found in occurrences(rule, datetime(9998, 1, 1, tzinfo=UTC))] == [9998, 9999]
    assert occurrence(_rule(Frequency.WEEKLY, date(9999, 12, 31)), 1) is None


def test_a_rule_that_is_over_has_nothing_to_come() -> None:
    rule = _rule(Frequency.MONTHLY, date(2026, 1, 1), 1, times=3)
    assert (
        starting(
            _rule(Frequency.MONTHLY, date(2026, 1, 1), 1, until=date(2026, 3, 1)),
            after=datetime(2026, 4, 1, tzinfo=UTC),
        )
        is None
    )
    assert upcoming(rule, datetime(2026, 4, 1, tzinfo=UTC), 3) == []
    assert occurrence(rule, 2) == Occurrence(2, date(2026, 3, 1), datetime(2026, 3, 1, 6, tzinfo=UTC))


_MAY_BE_MADE: dict[str, Any] = {"anchor": date(2026, 1, 1), "at": _NINE, "zone": _MOSCOW}


@pytest.mark.parametrize(
    "fields",
    [
        {"frequency": Frequency.WEEKLY, "day": 1},
        {"frequency": Frequency.MONTHLY},
        {"frequency": Frequency.MONTHLY, "day": 0},
        {"frequency": Frequency.MONTHLY, "day": 32},
        {"frequency": Frequency.MONTHLY, "day": 1, "times": 0},
        {"frequency": Frequency.MONTHLY, "day": 1, "times": 1, "until": date(2027, 1, 1)},
        {"frequency": Frequency.MONTHLY, "day": 1, "at": time(9, tzinfo=UTC)},
    ],
)
def test_rules_that_make_no_sense_are_not_made(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Rule(**_MAY_BE_MADE | fields)
