"""The months of a schedule: when a repeat is due in each, and which ones a text of the bot names. Pure."""

import re
from datetime import UTC, datetime, timedelta

from tests.support.loop import BEGAN

DAY = 22
"""Of each month; the first one is that on which a schedule begins, at 09:00."""
SERVICE = "SMS {month} {year}"
"""What every repeat is for."""

_FIRST = (2026, 11)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_IN_RUSSIAN = ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")


def moment(month: int, seconds: float = 0.0) -> float:
    """Return when it is so many seconds after 09:00 on the day of a month (from 0), in a schedule's time."""
    year, index = divmod(_FIRST[0] * 12 + _FIRST[1] - 1 + month, 12)
    return (datetime(year, index + 1, DAY, 9, tzinfo=UTC) - BEGAN).total_seconds() + seconds


def month_at(at: float) -> int:
    """Return the month (from 0) in which a moment lies."""
    day = BEGAN + timedelta(seconds=at)
    return (day.year - _FIRST[0]) * 12 + day.month - _FIRST[1]


def named_in(text: str, marker: str = "") -> set[int]:
    """Return the months (from 0) that a text names together with a marker: in its line, or in the next one."""
    found = re.findall(rf"{marker}[^\n]*?\n?SMS (\w{{3}})\w* (\d{{4}})", text)
    return {_month(name.lower(), int(year)) for name, year in found}


def _month(name: str, year: int) -> int:
    names = _MONTHS if name in _MONTHS else _IN_RUSSIAN
    return (year - _FIRST[0]) * 12 + names.index(name) + 1 - _FIRST[1]
