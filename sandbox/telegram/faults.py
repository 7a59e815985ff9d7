"""Scripted trouble: what Telegram, or the network on the way to it, does wrong on purpose."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.telegram.refusals import Refusal, too_many_requests


class Trouble(StrEnum):
    """What the bot gets in place of its answer."""

    REFUSE = "refuse"
    CUT = "cut"
    HANG = "hang"
    GARBLE = "garble"


@dataclass(slots=True)
class Fault:
    """Trouble for the next calls of a method.

    `method` is a Bot API method, or `*` for all but `getUpdates`. `accepted`: Telegram does what was asked before the
    trouble starts, so that the message is in the chat and the bot never hears of it. `skip` calls pass unharmed
    first; then `count` calls are hit, None meaning all until `Faults.clear`. `refusal` is the answer of `REFUSE`.
    """

    method: str
    trouble: Trouble
    accepted: bool = False
    skip: int = 0
    count: int | None = 1
    refusal: Refusal | None = None

    def describe(self) -> dict[str, Any]:
        """Return the fault as JSON."""
        shown = {"method": self.method, "trouble": self.trouble, "accepted": self.accepted, "count": self.count}
        return shown | ({"answer": self.refusal.body()} if self.refusal else {})


class Faults:
    """The troubles that are still to come."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []

    def __len__(self) -> int:
        return len(self._coming)

    def too_many_requests(self, method: str = "*", retry_after: int = 1, **when: Any) -> Fault:
        """429 with `retry_after` seconds. `when`: `accepted`, `skip`, `count` of `Fault`, here and below."""
        return self.add(Fault(method, Trouble.REFUSE, refusal=too_many_requests(retry_after), **when))

    def server_error(self, method: str = "*", status: int = 502, **when: Any) -> Fault:
        """A 5xx as Telegram's front servers give it."""
        names = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}
        return self.add(Fault(method, Trouble.REFUSE, refusal=Refusal(status, names.get(status, "Error")), **when))

    def refuse(self, method: str, status: int, description: str, **when: Any) -> Fault:
        """Any other refusal."""
        return self.add(Fault(method, Trouble.REFUSE, refusal=Refusal(status, description), **when))

    def unauthorized(self, method: str = "getUpdates", **when: Any) -> Fault:
        """401: the token was revoked."""
        return self.refuse(method, 401, "Unauthorized", **when)

    def cut(self, method: str = "*", **when: Any) -> Fault:
        """The connection breaks: before the call is looked at, or with `accepted` after it was done."""
        return self.add(Fault(method, Trouble.CUT, **when))

    def hang(self, method: str = "*", **when: Any) -> Fault:
        """No answer until the bot gives up."""
        return self.add(Fault(method, Trouble.HANG, **when))

    def garble(self, method: str = "*", **when: Any) -> Fault:
        """Status 200 with a body that is no JSON."""
        return self.add(Fault(method, Trouble.GARBLE, **when))

    def add(self, fault: Fault) -> Fault:
        """Script a fault."""
        self._coming.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all that is still to come."""
        self._coming.clear()

    def coming(self) -> list[Fault]:
        """Return the faults that are still to come."""
        return list(self._coming)

    def take(self, method: str) -> Fault | None:
        """Return the fault that hits this call, and count it."""
        for fault in self._coming:
            if fault.method.lower() != method.lower() and (fault.method != "*" or method.lower() == "getupdates"):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.count is not None:
                fault.count -= 1
                if not fault.count:
                    self._coming.remove(fault)
            return fault
        return None
