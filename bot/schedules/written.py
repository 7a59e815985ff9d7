"""A rule in the words that `/repeat` takes, to be sent back with something changed. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from bot.schedules import vocabulary as says
from bot.schedules.recurrence import Frequency, MonthEnd, Rule, Weekend

_FREQUENCIES = {
    "en": {frequency: frequency.value for frequency in Frequency},
    "ru": {
        Frequency.WEEKLY: "еженедельно",
        Frequency.MONTHLY: "ежемесячно",
        Frequency.QUARTERLY: "ежеквартально",
        Frequency.YEARLY: "ежегодно",
    },
}
_ENDS = {
    "en": {MonthEnd.LAST_DAY: "last day", MonthEnd.LAST_WORKING_DAY: "last working day"},
    "ru": {MonthEnd.LAST_DAY: "последний день", MonthEnd.LAST_WORKING_DAY: "последний рабочий день"},
}
_WEEKENDS = {
    "en": {Weekend.BEFORE: "weekend before", Weekend.AFTER: "weekend after"},
    "ru": {Weekend.BEFORE: "выходные раньше", Weekend.AFTER: "выходные позже"},
}
_UNTIL = {"en": "until", "ru": "до"}
_DATES = {"en": "%Y-%m-%d", "ru": "%d.%m.%Y"}
_TIMES = {"en": "times", "ru": "раз"}
_WEEKDAYS = {"en": ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "ru": ("пн", "вт", "ср", "чт", "пт", "сб", "вс")}


def written(rule: Rule, language: str, *, passed: int = 0) -> str:
    """Return the words that `parse_rule` reads as this rule; of its times `passed` are left out, as they were."""
    return " ".join(_words(rule, language, passed))


def _words(rule: Rule, language: str, passed: int) -> Iterator[str]:
    yield _FREQUENCIES[language][rule.frequency]
    yield from _day(rule, language)
    yield f"{rule.at:%H:%M}"
    if rule.weekend in _WEEKENDS[language]:
        yield _WEEKENDS[language][rule.weekend]
    if rule.until is not None:
        yield f"{_UNTIL[language]} {rule.until:{_DATES[language]}}"
    if rule.times is not None:
        yield f"{max(1, rule.times - passed)} {_TIMES[language]}"


def _day(rule: Rule, language: str) -> Iterable[str]:
    yearly = rule.frequency is Frequency.YEARLY
    month = (_name(says.MONTHS, rule.anchor.month, language),) if yearly else ()
    match rule.day:
        case None:
            return (_WEEKDAYS[language][rule.anchor.weekday()],)
        case MonthEnd():
            return (_ENDS[language][rule.day], *month)
        case day if yearly and language == "ru":
            return (f"{day:02}.{rule.anchor.month:02}",)
        case day:
            return (str(day), *month)


def _name(words: Mapping[str, int], number: int, language: str) -> str:
    """Return the first word for a number in a language."""
    return next(word for word, one in words.items() if one == number and word.isascii() == (language == "en"))
