"""What reads the answers of a conversation. Pure."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.parsing import MoneyWords
from bot.schedules.recurrence import Rule
from bot.schedules.words import parse_rule


@dataclass(frozen=True, slots=True)
class Reader:
    """What it takes to read words: the money's, and now and the team's time zone for those that say when."""

    money: MoneyWords
    now: datetime
    zone: tzinfo | None

    def rule(self, words: str) -> Rule:
        """Read when something repeats; raises `ParseError`."""
        return parse_rule(words, now=self.now, zone=self.zone)
