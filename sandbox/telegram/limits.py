"""Telegram's limits on how fast a bot may write (Bot FAQ, "My bot is hitting limits"). Off unless handed in."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.telegram.refusals import too_many_requests


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` messages in any `seconds`."""

    count: int
    seconds: float


class Limits:
    """Sliding windows over a bot's accepted messages: all of them, those to one person, those to one group.

    An edit counts as a message, an album as one for each of its items. Telegram lets short bursts to one person pass,
    so that limit is one message a second taken over a minute.
    """

    def __init__(
        self,
        *,
        overall: Rate = Rate(30, 1),
        person: Rate = Rate(60, 60),
        group: Rate = Rate(20, 60),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._overall, self._person, self._group = overall, person, group
        self._clock = clock
        self._sent: dict[tuple[int, int | None], deque[float]] = defaultdict(deque)

    def check(self, bot_id: int, chat_id: int, messages: int = 1) -> None:
        """Refuse messages that come too soon (429 with `retry_after`)."""
        overall, chat = (bot_id, None), (bot_id, chat_id)
        wait = max(self._wait(overall, self._overall, messages), self._wait(chat, self._rate(chat_id), messages))
        if wait > 0:
            raise too_many_requests(math.ceil(wait))

    def count(self, bot_id: int, chat_id: int, messages: int = 1) -> None:
        """Count messages that were accepted."""
        moments = [self._clock()] * messages
        self._sent[bot_id, None] += moments
        self._sent[bot_id, chat_id] += moments

    def _rate(self, chat_id: int) -> Rate:
        return self._group if chat_id < 0 else self._person

    def _wait(self, key: tuple[int, int | None], rate: Rate, messages: int) -> float:
        """Return the seconds until there is room for so many messages; where there never is, until all is free."""
        sent, now = self._sent[key], self._clock()
        while sent and sent[0] <= now - rate.seconds:
            sent.popleft()
        too_many = min(len(sent) + messages - rate.count, len(sent))
        return sent[too_many - 1] + rate.seconds - now if too_many > 0 else 0.0
