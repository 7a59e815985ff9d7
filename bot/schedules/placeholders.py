"""`{month}`, `{quarter}` and `{year}` in a service: each time it repeats they become words of its own date. Pure."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from babel.dates import format_date

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_MEANINGS: Mapping[str, Callable[[date, str], str]] = {
    "month": lambda day, language: format_date(day, "LLLL", locale=language),
    "quarter": lambda day, language: format_date(day, "QQQQ", locale=language),
    "year": lambda day, _: f"{day.year}",
}
_SYNONYMS = {"месяц": "month", "квартал": "quarter", "год": "year"}
_ANY_YEAR = 2028


def unknown_placeholders(service: str) -> tuple[str, ...]:
    """Return the placeholders that would never become anything, in braces as they were written."""
    return tuple(match[0] for match in _PLACEHOLDER.finditer(service) if _meaning(match[1]) is None)


def fill(service: str, nominal: date, language: str) -> str:
    """Return the service for a date: `SMS, {month} {year}` is "SMS, ноябрь 2026" in Russian; unknown ones stay."""

    def words(match: re.Match[str]) -> str:
        meaning = _meaning(match[1])
        return match[0] if meaning is None else meaning(nominal, language)

    return _PLACEHOLDER.sub(words, service)


def longest(service: str, language: str) -> str:
    """Return the longest text that a service becomes in any month, to be held against limits beforehand."""
    return max((fill(service, date(_ANY_YEAR, month, 1), language) for month in range(1, 13)), key=len)


def speaks(service: str | None) -> bool:
    """Say whether a service has words that depend on the language."""
    return service is not None and any(
        _SYNONYMS.get(name := match[1].strip().lower(), name) in {"month", "quarter"}
        for match in _PLACEHOLDER.finditer(service)
    )


def _meaning(name: str) -> Callable[[date, str], str] | None:
    word = name.strip().lower()
    return _MEANINGS.get(_SYNONYMS.get(word, word))
