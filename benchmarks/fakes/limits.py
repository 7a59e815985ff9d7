"""Telegram's limits on how fast a bot may write (Bot FAQ): 30 a second overall, 20 a minute in one group."""

import time
from collections import defaultdict, deque

_OVERALL = (30, 1.0)
_GROUP = (20, 60.0)
_PERSON = (60, 60.0)


class Limits:
    """Sliding windows over what was accepted; edits count as sends do."""

    def __init__(self) -> None:
        self._accepted: dict[int | None, deque[float]] = defaultdict(deque)

    def seconds_to_wait(self, chat_id: int) -> float:
        """Return how long the bot has to wait before it may write to this chat; 0 counts the message as written."""
        now = time.monotonic()
        per_chat = _GROUP if chat_id < 0 else _PERSON
        wait = max(self._wait(None, _OVERALL, now), self._wait(chat_id, per_chat, now))
        if wait <= 0:
            self._accepted[None].append(now)
            self._accepted[chat_id].append(now)
        return max(wait, 0.0)

    def _wait(self, key: int | None, rate: tuple[int, float], now: float) -> float:
        count, seconds = rate
        accepted = self._accepted[key]
        while accepted and accepted[0] <= now - seconds:
            accepted.popleft()
        return accepted[0] + seconds - now if len(accepted) >= count else 0.0
