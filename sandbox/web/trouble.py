"""The switches for trouble: what SMS Center, Telegram and the bot's machine may do wrong, on a visitor's word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.demo.stage import Stage
from sandbox.smscentre.calls import Method
from sandbox.smscentre.faults import Cut, Delay, Effect, Fail, Fault
from sandbox.smscentre.refusals import ErrorCode
from sandbox.telegram.updates import Update
from sandbox.web.posts import Handler, taking

SLOW = 4.0
"""Seconds that a slow SMS Center takes; the bot waits longer than that (`stage.ANSWER_TIMEOUT`)."""

FLOOD = 5
"""Seconds that Telegram asks to wait with its 429."""

_SOMEBODY = {"id": 4243, "is_bot": True, "first_name": "Somebody"}
UNREADABLE: tuple[Any, ...] = (
    {
        "my_chat_member": {
            "chat": {"id": -1001000000009, "type": "supergroup", "title": "An old group"},
            "from": _SOMEBODY,
            "date": 1,
            "old_chat_member": {"user": _SOMEBODY, "status": "member"},
            # Without its `until_date`.
            "new_chat_member": {"user": _SOMEBODY, "status": "kicked"},
        }
    },
    {"message": {"message_id": "1", "chat": None, "date": "today", "text": {}}},
)
"""Updates that cannot be read: as an older Bot API server may send them, and as none should."""

ErrorNumber = Literal[2, 4, 6, 9]


@dataclass
class Slow:
    """Let SMS Center be slow, or quick again."""

    on: bool


@dataclass
class Refuse:
    """Let SMS Center refuse the next request with this error."""

    code: ErrorNumber


@dataclass
class Pace:
    """Let SMS Center's minute last this many seconds."""

    seconds: Literal[5, 10, 60]


@dataclass
class Order:
    """An order without anything to choose."""


class Troubles:
    """The endpoints below `/trouble`, and what is still to come."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._poisons: list[Update] = []

    def routes(self) -> Mapping[str, Handler]:
        """Return the endpoints by name."""
        return {
            "slow": taking(Slow, self._slow),
            "refuse": taking(Refuse, lambda told: self._order(Fail(ErrorCode(told.code)))),
            "cut": taking(Order, lambda _: self._order(Cut("after"), Method.ADD_ACCOUNT)),
            "flood": taking(Order, lambda _: self._flood()),
            "poison": taking(Order, lambda _: self.poison()),
            "kill": taking(Order, lambda _: self._stage.bot.kill()),
            "calm": taking(Order, lambda _: self._calm()),
            "pace": taking(Pace, lambda told: self._stage.set_pace(told.seconds)),
        }

    def coming(self) -> dict[str, Any]:
        """Return what is switched on or still to come."""
        poison = sum(self._stage.cast.bot.updates.holds(update) for update in self._poisons)
        pending = [fault.effect for fault in self._stage.centre.faults.pending]
        return {
            "slow": any(isinstance(effect, Delay) for effect in pending),
            "refuse": [int(effect.code) for effect in pending if isinstance(effect, Fail)],
            "cut": sum(isinstance(effect, Cut) for effect in pending),
            "flood": len(self._stage.telegram.faults),
            "poison": poison,
            "poisonTaken": len(self._poisons) - poison,
        }

    def _slow(self, told: Slow) -> None:
        faults = self._stage.centre.faults
        faults.pending[:] = [fault for fault in faults.pending if not isinstance(fault.effect, Delay)]
        if told.on:
            faults.pending.append(Fault(Delay(SLOW), times=None))
        self._changed()

    def _order(self, effect: Effect, method: Method | None = None) -> None:
        self._stage.centre.faults.add(effect, method=method)
        self._changed()

    def _flood(self) -> None:
        self._stage.telegram.faults.too_many_requests("sendDocument", FLOOD)
        self._changed()

    def poison(self) -> None:
        """Send what bots have died of: a pin that cannot be seen, and an update as nobody expects it."""
        telegram, stranger = self._stage.telegram, self._stage.cast.ivan
        telegram.pin(stranger, stranger.id, 1, accessible=False)
        self._poisons += [telegram.inject(update) for update in UNREADABLE]

    def _calm(self) -> None:
        self._stage.centre.faults.clear()
        self._stage.telegram.faults.clear()
        self._changed()

    def _changed(self) -> None:
        self._stage.telegram.world.bell.ring()
