"""Days as people type them. Pure."""

import re
from datetime import date

_FORMS = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"),
    re.compile(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})"),
)
LAST_YEAR = 9998
"""The day after the last one of all cannot be said, nor that day's end in every time zone."""


def read_day(text: str) -> date:
    """Read `2027-01-31` or `31.01.2027`, which mean one day only; raises `ValueError` for anything else."""
    for form in _FORMS:
        match = form.fullmatch(text.rstrip(".,"))
        if match:
            day = date(int(match["year"]), int(match["month"]), int(match["day"]))
            if day.year <= LAST_YEAR:
                return day
    raise ValueError(f"{text!a} is no day")
