"""A rule as it is stored. Pure."""

from datetime import date, time, tzinfo
from typing import Any

from bot.schedules.recurrence import Frequency, MonthEnd, Rule, Weekend


def rule_to_json(rule: Rule) -> dict[str, Any]:
    """Return what `json` can write of a rule; its zone is the team's, and not stored."""
    return {
        "frequency": rule.frequency.value,
        "anchor": rule.anchor.isoformat(),
        "at": rule.at.isoformat(timespec="minutes"),
        "day": rule.day,
        "weekend": rule.weekend.value,
        "until": None if rule.until is None else rule.until.isoformat(),
        "times": rule.times,
    }


def rule_from_json(stored: dict[str, Any], zone: tzinfo | None) -> Rule:
    """Return the rule that `rule_to_json` was given, in a zone."""
    day, until = stored["day"], stored["until"]
    return Rule(
        Frequency(stored["frequency"]),
        date.fromisoformat(stored["anchor"]),
        time.fromisoformat(stored["at"]),
        zone,
        day=MonthEnd(day) if isinstance(day, str) else day,
        weekend=Weekend(stored["weekend"]),
        until=None if until is None else date.fromisoformat(until),
        times=stored["times"],
    )
