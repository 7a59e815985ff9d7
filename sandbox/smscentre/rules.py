"""The vendor's limits as numbers to turn, and the block of an address that sends wrong requests."""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from sandbox.smscentre.dialect import DIALECTS, Dialect


@dataclass(frozen=True, slots=True)
class Rules:
    """The vendor's limits and moods; all times in seconds.

    `pace` lies between the arrivals of two accepted requests of a login; of `concurrent` requests that a login
    has open at once the last is refused. `wrong_limit` wrong requests (errors 1 and 2) of an address within
    `wrong_window` block it for `block_for`, from the latest of them. `blocked` refuses everybody with error 4,
    `creation_fails` every new invoice with error 5.
    """

    pace: float = 60
    concurrent: int = 15
    wrong_limit: int = 10
    wrong_window: float = 60
    block_for: float = 900
    blocked: bool = False
    creation_fails: bool = False
    dialect: Dialect = DIALECTS["mixed"]


@dataclass(slots=True)
class Blocks:
    """Addresses that are blocked, and the wrong requests that lead there; times are monotonic seconds."""

    _until: dict[str, float] = field(default_factory=dict)
    _wrong: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def is_blocked(self, ip: str, now: float) -> bool:
        """Say whether the address is blocked at this time."""
        return now < self._until.get(ip, now)

    def count_wrong(self, ip: str, now: float, rules: Rules) -> None:
        """Count a wrong request; enough of them block the address, and more of them prolong that."""
        wrong = self._wrong[ip]
        wrong.append(now)
        while wrong and wrong[0] <= now - rules.wrong_window:
            wrong.popleft()
        if len(wrong) >= rules.wrong_limit or self.is_blocked(ip, now):
            self._until[ip] = now + rules.block_for

    def clear(self) -> None:
        """Forget all blocks and what led to them."""
        self._until.clear()
        self._wrong.clear()
