"""Telegram's limits on how fast a bot may write, and how they are shared out. Pure: whoever asks tells the time.

Telegram says (Bot FAQ): about 30 messages a second in all, 20 a minute in one group, about one a second in one chat,
short bursts allowed. An edit counts as a message, and an album as many.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Rank(IntEnum):
    """What goes first when not everything can go now."""

    ANSWER = 0
    """What a command or a press is answered with."""
    OUTCOME = 1
    RESULT = 2
    """Files of batches: what single commands led to never waits for them."""
    QUESTION = 3
    """What the bot has to know before it can go on."""
    NOTE = 4
    """What admins and petitioners read."""
    STRANGER = 5
    """What people hear who may not use the bot: nothing but courtesies waits for it."""
    COURTESY = 6
    """Status messages: nobody misses anything without them."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` messages within any `seconds`."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be written to one chat, or to all together; `shares` is what one rank may use of it at most."""

    rates: tuple[Rate, ...] = ()
    shares: Mapping[Rank, Rate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Budgets:
    """The budgets of a bot."""

    overall: Budget = Budget()
    group: Budget = Budget()
    person: Budget = Budget()

    def of_chat(self, chat_id: int) -> Budget:
        return self.group if chat_id < 0 else self.person


_SECOND, _MINUTE = 1.1, 61.0
"""A little longer than Telegram's: calls that leave evenly arrive in bunches."""

TELEGRAM = Budgets(
    overall=Budget((Rate(30, _SECOND),), {Rank.COURTESY: Rate(15, _SECOND), Rank.STRANGER: Rate(10, _SECOND)}),
    # A group in which people chat with the bot still gets its documents, and these never wait for a courtesy.
    group=Budget(
        (Rate(20, _MINUTE),),
        {Rank.ANSWER: Rate(14, _MINUTE), Rank.COURTESY: Rate(3, _MINUTE), Rank.STRANGER: Rate(3, _MINUTE)},
    ),
    person=Budget((Rate(20, 20.0),), {Rank.COURTESY: Rate(5, 20.0)}),
)
UNLIMITED = Budgets()


class Windows:
    """What was written lately under one budget."""

    def __init__(self, budget: Budget) -> None:
        self._rates = budget.rates
        self._taken: deque[float] = deque(maxlen=max((rate.count for rate in budget.rates), default=1))
        self._shares = {rank: (rate, deque[float](maxlen=rate.count)) for rank, rate in budget.shares.items()}
        self._remembers_s = max((rate.seconds for rate in (*budget.rates, *budget.shares.values())), default=0.0)

    def free_at(self, rank: Rank, size: int = 1) -> float:
        """Return from when on so many messages of this rank fit; minus infinity if nothing is in their way."""
        free_at = max((_free_at(rate, self._taken, size) for rate in self._rates), default=-float("inf"))
        share = self._shares.get(rank)
        return free_at if share is None else max(free_at, _free_at(*share, size))

    def take(self, rank: Rank, now: float, size: int = 1) -> None:
        """Count messages."""
        self._taken.extend([now] * size)
        if rank in self._shares:
            self._shares[rank][1].extend([now] * size)

    def is_forgotten(self, now: float) -> bool:
        """Say whether nothing is in here that still counts."""
        return not self._taken or self._taken[-1] + self._remembers_s <= now


def _free_at(rate: Rate, taken: deque[float], size: int) -> float:
    """Return when there is room for so many; for more than there ever is, when all of it is free."""
    in_the_way = rate.count + 1 - min(size, rate.count)
    return taken[-in_the_way] + rate.seconds if len(taken) >= in_the_way else -float("inf")
