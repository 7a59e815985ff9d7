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
        if self.is_said(key):
            return False
        self._said[key] = self._clock.now()
        self._said.move_to_end(key)
        if len(self._said) > _REMEMBERED:
            self._said.popitem(last=False)
        return True

    def is_said(self, key: Hashable) -> bool:
        """Say whether it was said within the pause."""
        last = self._said.get(key)
        return last is not None and self._clock.now() - last < self._pause

    def forget(self, key: Hashable) -> None:
        """Have it be the first time again."""
        self._said.pop(key, None)
