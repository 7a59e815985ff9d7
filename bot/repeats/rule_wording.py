"""When something repeats, as people read it. Pure."""

from datetime import date, datetime, tzinfo

from babel.dates import format_date
from markupsafe import Markup

from bot.language.translator import Translator
from bot.schedules.recurrence import Frequency, MonthEnd, Occurrence, Rule, Weekend

_IN_EVERY_MONTH = 28


def rule_words(t: Translator, rule: Rule) -> Markup:
    """Say how often, on which day, at which time, and until when."""
    parts = [_days(t, rule), t.say("at {time}", time=f"{rule.at:%H:%M}")]
    if isinstance(rule.day, int) and rule.day > _IN_EVERY_MONTH and rule.frequency is not Frequency.YEARLY:
        parts.append(t.say("or the last day of a shorter month"))
    match rule.weekend:
        case Weekend.BEFORE:
            parts.append(t.say("on Friday instead of a weekend"))
        case Weekend.AFTER:
            parts.append(t.say("on Monday instead of a weekend"))
        case Weekend.KEEP:
            pass
    if rule.until is not None:
        parts.append(t.say("until {day}", day=t.day(rule.until)))
    if rule.times is not None:
        parts.append(t.say_n("{n} time", "{n} times", rule.times))
    return Markup(", ").join(parts)


def date_words(t: Translator, one: Occurrence, zone: tzinfo | None) -> str:
    """Say when an occurrence is due: weekday, day and time."""
    return moment_words(t, one.due_at, zone)


def moment_words(t: Translator, moment: datetime, zone: tzinfo | None) -> str:
    local = moment.astimezone(zone)
    return f"{format_date(local, 'EEE', locale=t.language)} {t.day(local.date())} {local:%H:%M}"


def _days(t: Translator, rule: Rule) -> Markup:
    match rule.frequency, rule.day:
        case Frequency.WEEKLY, _:
            return t.say("every week on {weekday}", weekday=_named(t, rule.anchor, "EEEE"))
        case Frequency.MONTHLY, MonthEnd.LAST_DAY:
            return t.say("every month on its last day")
        case Frequency.MONTHLY, MonthEnd.LAST_WORKING_DAY:
            return t.say("every month on its last working day")
        case Frequency.MONTHLY, day:
            return t.say("every month on day {day}", day=day)
        case Frequency.QUARTERLY, MonthEnd.LAST_DAY:
            return t.say("every quarter on its last day")
        case Frequency.QUARTERLY, MonthEnd.LAST_WORKING_DAY:
            return t.say("every quarter on its last working day")
        case Frequency.QUARTERLY, day:
            return t.say("every quarter on day {day} of its first month", day=day)
        case Frequency.YEARLY, MonthEnd.LAST_DAY:
            return t.say("every year on the last day of {month}", month=_named(t, rule.anchor, "MMMM"))
        case Frequency.YEARLY, MonthEnd.LAST_WORKING_DAY:
            return t.say("every year on the last working day of {month}", month=_named(t, rule.anchor, "MMMM"))
        case _, day:
            return t.say("every year on {day} {month}", day=day, month=_named(t, rule.anchor, "MMMM"))


def _named(t: Translator, day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=t.language)
