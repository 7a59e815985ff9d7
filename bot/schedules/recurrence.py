"""The dates of what repeats: the n-th is reckoned from the first, never from the one before, so that none drifts. Pure.

An occurrence is known by its nominal date, which no clock and no weekend changes; its instant follows from the rule's
time of day, weekend rule and time zone. Every nominal date has one instant: a time that a clock change skips is taken
as late as the change makes it (02:30 becomes 03:30), one that comes twice is the first.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import count, islice, takewhile

_SATURDAY = 5
LONGEST_SHIFT = timedelta(days=4)
"""By how much an instant may be away from its nominal date: a weekend, and any zone's offset and its change."""


class Frequency(StrEnum):
    """How often something repeats."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


class MonthEnd(StrEnum):
    """Days that months have at different places."""

    LAST_DAY = "last_day"
    LAST_WORKING_DAY = "last_working_day"
    """The last one from Monday to Friday; holidays are not known."""


class Weekend(StrEnum):
    """What is done on a Saturday or Sunday."""

    KEEP = "keep"
    BEFORE = "before"
    """On the Friday before."""
    AFTER = "after"
    """On the Monday after."""


_MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.YEARLY: 12}


@dataclass(frozen=True, slots=True)
class Rule:
    """When something repeats.

    `anchor` is a weekly rule's first date. Of other rules its year and month are those of the first occurrence, and
    `day` (1 to 31, or an end of the month) is the day in each: 31 means the last day of a shorter month. At most one
    of `until` (the last nominal date that may be) and `times` (1 or more) is given.
    """

    frequency: Frequency
    anchor: date
    at: time
    zone: tzinfo | None
    """None: the system's."""
    day: int | MonthEnd | None = None
    weekend: Weekend = Weekend.KEEP
    until: date | None = None
    times: int | None = None

    def __post_init__(self) -> None:
        if (self.frequency is Frequency.WEEKLY) != (self.day is None):
            raise ValueError("a day in the month is for all rules but weekly ones")
        if isinstance(self.day, int) and not 1 <= self.day <= 31:
            raise ValueError("a month has days 1 to 31")
        if self.at.tzinfo is not None:
            raise ValueError("the time of day is the zone's")
        if self.times is not None and (self.times < 1 or self.until is not None):
            raise ValueError("a rule ends once: after a number of times, or on a day")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of a rule: its number from 0, its nominal date, and when it is due (UTC)."""

    number: int
    nominal: date
    due_at: datetime


def occurrence(rule: Rule, number: int) -> Occurrence | None:
    """Return the occurrence with a number (from 0), or None if the rule, or the calendar, ends before it."""
    if rule.times is not None and number >= rule.times:
        return None
    try:
        nominal = _nominal(rule, number)
        day = _off_the_weekend(nominal, rule.weekend)
        due_at = datetime.combine(day, rule.at.replace(fold=0), tzinfo=rule.zone).astimezone(UTC)
    except (ValueError, OverflowError):  # after the year 9999
        return None
    if rule.until is not None and nominal > rule.until:
        return None
    return Occurrence(number, nominal, due_at)


def occurrences(rule: Rule, after: datetime) -> Iterator[Occurrence]:
    """Yield the occurrences that are due later than an instant, in order; often without an end."""
    for number in count(_number_before(rule, after)):
        found = occurrence(rule, number)
        if found is None:
            return
        if found.due_at > after:
            yield found


def upcoming(rule: Rule, after: datetime, most: int) -> list[Occurrence]:
    """Return at most so many of the occurrences that are due later than an instant."""
    return list(islice(occurrences(rule, after), most))


def missed(rule: Rule, after: datetime, until: datetime) -> Iterator[Occurrence]:
    """Yield the occurrences that are due later than one instant and no later than another."""
    return takewhile(lambda found: found.due_at <= until, occurrences(rule, after))


def starting(rule: Rule, *, after: datetime, since: date | None = None) -> Rule | None:
    """Return the rule that begins with its first occurrence due after an instant and on or after a nominal date.

    Its `times` count from there. None if it has ended by then.
    """
    every = occurrences(replace(rule, times=None), after)
    first = next((found for found in every if since is None or found.nominal >= since), None)
    return None if first is None else replace(rule, anchor=first.nominal)


def _nominal(rule: Rule, number: int) -> date:
    if rule.day is None:
        return rule.anchor + timedelta(weeks=number)
    months = rule.anchor.month - 1 + _MONTHS[rule.frequency] * number
    year, month = rule.anchor.year + months // 12, months % 12 + 1
    length = monthrange(year, month)[1]
    if isinstance(rule.day, int):
        return date(year, month, min(rule.day, length))
    last = date(year, month, length)
    return last if rule.day is MonthEnd.LAST_DAY else _off_the_weekend(last, Weekend.BEFORE)


def _off_the_weekend(day: date, weekend: Weekend) -> date:
    into = day.weekday() - _SATURDAY  # 0 on a Saturday, 1 on a Sunday
    if into < 0 or weekend is Weekend.KEEP:
        return day
    return day - timedelta(days=into + 1) if weekend is Weekend.BEFORE else day + timedelta(days=2 - into)


def _number_before(rule: Rule, after: datetime) -> int:
    """Return a number (from 0) no later than that of the first occurrence after an instant, and close to it."""
    try:
        day = after.astimezone(rule.zone).date() - LONGEST_SHIFT
    except OverflowError:
        return 0
    if rule.day is None:
        passed = (day - rule.anchor).days // 7
    else:
        months = (day.year - rule.anchor.year) * 12 + day.month - rule.anchor.month
        passed = months // _MONTHS[rule.frequency]
    return max(passed, 0)
