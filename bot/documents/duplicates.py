"""The duplicate guard: finds the invoice that a wish looks like, if it may exist and a person has to say so first."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.documents.intents import Intent
from bot.runtime.clock import Clock
from db import duplicates
from db.models import Request

_LONGEST_DELAY = timedelta(days=7)
"""Telegram keeps updates for a day, and the bot may be down for longer: anything older comes from a wrong clock."""


class DuplicateGuard:
    """Looks for invoices of the same login, sub-client, sum and service. A `window` of nothing switches it off."""

    def __init__(self, clock: Clock, *, window: timedelta) -> None:
        self._clock = clock
        self._window = window

    async def find(self, session: AsyncSession, intent: Intent) -> Request | None:
        """Return the invoice that this one would be like; None if there is none, or the wish makes none.

        What waits, runs, or may exist without anybody knowing counts however old it is. What was made counts for the
        window, from its end. The window counts back from when the wish was said (a press: from now): of two equal
        commands sent together the second is asked about, however late a process that was down comes to it. Called
        within the transaction that would queue it, so that of two equal commands at once the second is asked about.
        """
        likeness = intent.likeness
        if likeness is None or not intent.makes_invoice or not self._window:
            return None
        now = self._clock.now()
        since = now - _delay(intent.said_at, now) - self._window
        return await duplicates.like(session, likeness, intent.login, since=since)


def _delay(said_at: datetime | None, now: datetime) -> timedelta:
    """Return how long a command has waited for us; a date that Telegram cannot mean counts as none."""
    delay = now - (said_at or now)
    return delay if timedelta(0) < delay <= _LONGEST_DELAY else timedelta(0)
