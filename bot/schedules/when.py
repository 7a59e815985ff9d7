"""The words that say when something repeats, such as `monthly last working 09:00 until 31.12.2026`. Pure."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TypeVar

from bot.parsing import ParseError, Problem
from bot.runtime.days import read_day
from bot.schedules import vocabulary as says
from bot.schedules.recurrence import LONGEST_SHIFT, Frequency, MonthEnd, Rule, Weekend, starting

_DEFAULT_TIME = time(9)
_MAX_TIMES = 999
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_DAY = re.compile(r"([0-9]{1,2})(?:-?(?:st|nd|rd|th|е|го))?[.,]?")
_DAY_AND_MONTH = (
    re.compile(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.?"),
    re.compile(r"(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"),
)
_WHOLE = re.compile(r"[0-9]+")
_A_LEAP_YEAR = 2028
T = TypeVar("T")


def read_rule(words: list[str], *, now: datetime, zone: tzinfo | None) -> Rule:
    """Read words that begin with how often; the rule begins with the first time that is due after now.

    Raises `ParseError`.
    """
    found = frequency_at(words, 0)
    if found is None:
        raise ParseError(Problem.NO_FREQUENCY, words[0] if words else "")
    return _Reader(found[0], words[found[1] :], now, zone).rule()


def frequency_at(words: list[str], index: int) -> tuple[Frequency, int] | None:
    """Return what the words at an index say about how often, and how many of them say it."""
    word, after = (words[i].lower() if i < len(words) else "" for i in (index, index + 1))
    if word in says.FREQUENCIES:
        return says.FREQUENCIES[word], 1
    if word in says.EVERY and after in says.PERIODS:
        return says.PERIODS[after], 2
    return None


class _Reader:
    """Takes the words that say when, one after the other."""

    def __init__(self, frequency: Frequency, words: list[str], now: datetime, zone: tzinfo | None) -> None:
        self._frequency = frequency
        self._words = words
        self._now = now
        self._zone = zone
        self._day: int | MonthEnd | None = None
        self._month: int | None = None
        self._weekday: int | None = None
        self._at: time | None = None
        self._weekend: Weekend | None = None
        self._until: date | None = None
        self._from: date | None = None
        self._times: int | None = None

    def rule(self) -> Rule:
        while self._words:
            self._take(self._words.pop(0))
        if self._until is not None and self._times is not None:
            raise ParseError(Problem.SAID_TWICE, str(self._times))
        rule = starting(self._whole(), after=self._now, since=self._from)
        if rule is None:
            raise ParseError(Problem.NEVER, "" if self._until is None else self._until.isoformat())
        return rule

    def _take(self, word: str) -> None:
        small = word.lower()
        if small in says.UNTIL:
            self._until = _once(self._until, _date(self._next() or word), word)
        elif small in says.FROM:
            self._from = _once(self._from, _date(self._next() or word), word)
        elif small in says.WEEKEND:
            self._weekend = _once(self._weekend, _known(self._next(), says.WEEKENDS), word)
        elif ":" in small:
            self._at = _once(self._at, _time(word), word)
        elif _WHOLE.fullmatch(small) and self._follows(says.TIMES):
            self._times = _once(self._times, _number_of_times(small), word)
        elif small in says.WEEKDAYS:
            self._weekday = _once(self._weekday, says.WEEKDAYS[small], word)
        elif small in says.LAST:
            self._set_day(says.ENDS[self._follows(says.WORKING)], word)
        elif small in says.MONTHS:
            self._month = _once(self._month, says.MONTHS[small], word)
        elif small not in says.FILLERS:
            self._take_day(small, word)

    def _take_day(self, small: str, word: str) -> None:
        for form in _DAY_AND_MONTH:
            match = form.fullmatch(small)
            if match:
                self._set_day(int(match["day"]), word)
                self._month = _once(self._month, int(match["month"]), word)
                return
        match = _DAY.fullmatch(small)
        if match is None:
            raise ParseError(Problem.UNKNOWN_WORD, word)
        self._set_day(int(match[1]), word)

    def _set_day(self, day: int | MonthEnd, word: str) -> None:
        self._day = _once(self._day, day, word)

    def _whole(self) -> Rule:
        """Return the rule as its words say it, reckoned from the period in which it begins."""
        # Of an occurrence that a weekend or a clock change moves, the period may be over already.
        begin = max(self._now.astimezone(self._zone).date() - LONGEST_SHIFT, self._from or date.min)
        weekly = self._frequency is Frequency.WEEKLY
        day = None if weekly else self._day_in_month()
        return Rule(
            self._frequency,
            begin - timedelta(days=(begin.weekday() - self._day_in_week()) % 7) if weekly else self._first_month(begin),
            self._at or _DEFAULT_TIME,
            self._zone,
            day=day,
            weekend=self._weekend or Weekend.KEEP,
            until=self._until,
            times=self._times,
        )

    def _day_in_week(self) -> int:
        if self._day is not None or self._month is not None:
            raise ParseError(Problem.BAD_DAY, _shown(self._day))
        if self._weekday is None:
            raise ParseError(Problem.NO_DAY)
        return self._weekday

    def _day_in_month(self) -> int | MonthEnd:
        if self._day is None and self._weekday is None:
            raise ParseError(Problem.NO_DAY)
        if (
            self._day is None
            or self._weekday is not None
            or (self._month is None) == (self._frequency is Frequency.YEARLY)
        ):
            raise ParseError(Problem.BAD_DAY, _shown(self._day))
        if isinstance(self._day, int):
            try:
                date(_A_LEAP_YEAR, 1 if self._month is None else self._month, self._day)
            except ValueError as error:
                raise ParseError(Problem.BAD_DAY, _shown(self._day)) from error
        return self._day

    def _first_month(self, begin: date) -> date:
        """Return the begin of the first occurrence's month; a quarter's days are in its first, its end in its last."""
        month = begin.month
        if self._frequency is Frequency.YEARLY:
            month = begin.month if self._month is None else self._month
        elif self._frequency is Frequency.QUARTERLY:
            month -= (month - 1) % 3
            if isinstance(self._day, MonthEnd):
                month += 2
        return date(begin.year, month, 1)

    def _next(self) -> str:
        return self._words.pop(0) if self._words else ""

    def _follows(self, words: frozenset[str]) -> bool:
        """Say whether one of these words comes next, and take it."""
        if not self._words or self._words[0].lower() not in words:
            return False
        self._words.pop(0)
        return True


def _known(word: str, words: Mapping[str, T]) -> T:
    if word.lower() not in words:
        raise ParseError(Problem.UNKNOWN_WORD, word)
    return words[word.lower()]


def _once(before: T | None, now: T, word: str) -> T:
    if before is not None and before != now:
        raise ParseError(Problem.SAID_TWICE, word)
    return now


def _time(word: str) -> time:
    match = _TIME.fullmatch(word)
    try:
        if match:
            return time(int(match[1]), int(match[2]))
    except ValueError:
        pass
    raise ParseError(Problem.BAD_TIME, word)


def _date(word: str) -> date:
    try:
        return read_day(word)
    except ValueError as error:
        raise ParseError(Problem.BAD_DATE, word) from error


def _number_of_times(digits: str) -> int:
    if not 1 <= int(digits[:9]) <= _MAX_TIMES:
        raise ParseError(Problem.BAD_TIMES, digits)
    return int(digits)


def _shown(day: int | MonthEnd | None) -> str:
    return "" if day is None else str(day)
