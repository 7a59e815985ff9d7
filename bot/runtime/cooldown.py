"""Saying something once in a while."""

from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime, timedelta

from bot.runtime.clock import Clock

_REMEMBERED = 10_000


class Cooldown:
    """Remembers, in memory and of a bounded number of keys, what was said lately; a restart may repeat it."""

    def __init__(self, clock: Clock, pause: timedelta) -> None:
        self._clock = clock
        self._pause = pause
        self._said: OrderedDict[Hashable, datetime] = OrderedDict()

    def first(self, key: Hashable) -> bool:
        """Say whether this is the first time within the pause, and count it as said."""
        now = self._clock.now()
        last = self._said.get(key)
        if last is not None and now - last < self._pause:
            return False
        self._said[key] = now
        self._said.move_to_end(key)
        if len(self._said) > _REMEMBERED:
            self._said.popitem(last=False)
        return True
