"""What reads the answers of a conversation. Pure."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.parsing import MoneyWords, ParseError, Problem
from bot.schedules.recurrence import Rule
from bot.schedules.words import parse_rule, with_frequency


@dataclass(frozen=True, slots=True)
class Reader:
    """What it takes to read words: the money's, and now and the team's time zone for those that say when."""

    money: MoneyWords
    now: datetime
    zone: tzinfo | None

    def rule(self, words: str) -> Rule:
        """Read when something repeats; raises `ParseError`."""
        return parse_rule(words, now=self.now, zone=self.zone)

    def how_often(self, words: str) -> str:
        """Return the words that say how often something repeats; they may say all of when. Raises `ParseError`."""
        when = with_frequency(words)
        try:
            self.rule(when)
        except ParseError as error:
            if error.problem is not Problem.NO_DAY:
                raise
        return when

    def day(self, often: str, words: str) -> str:
        """Return when something repeats; the words may say anew how often. Raises `ParseError`."""
        when = with_frequency(words, often)
        self.rule(when)
        return when
