"""Mishaps to order: what goes wrong, for whom, how often."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from sandbox.smscentre.calls import Method
from sandbox.smscentre.refusals import ErrorCode


@dataclass(frozen=True, slots=True)
class Delay:
    """Handle the request at once but answer `seconds` later; goes together with any other mishap."""

    seconds: float
    kind: Literal["delay"] = "delay"


@dataclass(frozen=True, slots=True)
class Fail:
    """Answer with a vendor error, not handling the request."""

    code: ErrorCode
    kind: Literal["fail"] = "fail"
    handled: ClassVar[bool] = False

    def __str__(self) -> str:
        """Say what it does in a word or two, for the journal."""
        return f"fail {self.code}"


@dataclass(frozen=True, slots=True)
class Cut:
    """Cut the connection: `before` handling, `after` it without a word, or `midway` through the answer's PDF."""

    point: Literal["before", "after", "midway"]
    kind: Literal["cut"] = "cut"

    @property
    def handled(self) -> bool:
        """Whether the request is handled first."""
        return self.point != "before"

    def __str__(self) -> str:
        """Say what it does in a word or two, for the journal."""
        return f"cut {self.point}"


@dataclass(frozen=True, slots=True)
class Page:
    """Answer with this instead of a document; with `handled` only after the request has been handled."""

    status: int
    body: str = ""
    content_type: str = "text/html; charset=utf-8"
    location: str | None = None
    handled: bool = False
    kind: Literal["page"] = "page"

    def __str__(self) -> str:
        """Say what it does in a word or two, for the journal."""
        return f"page {self.status}"


@dataclass(frozen=True, slots=True)
class Hang:
    """Never answer: hold the connection until the client leaves or the faults are cleared."""

    handled: bool = False
    kind: Literal["hang"] = "hang"

    def __str__(self) -> str:
        """Say what it does in a word or two, for the journal."""
        return "hang"


Effect = Delay | Fail | Cut | Page | Hang

PAGES = {
    "500": Page(500, "<html><head><title>500 Internal Server Error</title></head><body>Oops</body></html>"),
    "502": Page(502, "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"),
    "empty": Page(200, "", "text/plain"),
    "garbage": Page(200, '\u0000\u0007<<PDF?>> {"error_code": "nine", --boundary', "application/octet-stream"),
    "redirect": Page(302, "", location="https://login.example.org/"),
}
"""The usual strange answers, by name."""


@dataclass(slots=True)
class Fault:
    """An effect and whom it hits: a login and a method (None: any), `times` more times (None: until cleared)."""

    effect: Effect
    login: str | None = None
    method: Method | None = None
    times: int | None = 1


@dataclass(slots=True)
class Faults:
    """The mishaps that are still to come, first ordered first; `held` ends the answers that hang now."""

    pending: list[Fault] = field(default_factory=list)
    held: set[Callable[[], None]] = field(default_factory=set)

    def add(
        self, effect: Effect, *, login: str | None = None, method: Method | None = None, times: int | None = 1
    ) -> None:
        """Order a mishap; see Fault. One that needs a handled request waits for one that is not refused."""
        self.pending.append(Fault(effect, login, method, times))

    def clear(self) -> None:
        """Call off what is still to come, and cut the connections that are held."""
        self.pending.clear()
        for release in tuple(self.held):
            release()

    def take_delay(self, login: str | None, method: Method | None) -> float:
        """Use up a delay ordered for this request; return its seconds, 0 if there is none."""
        effect = self._take(login, method, lambda effect: isinstance(effect, Delay))
        return effect.seconds if isinstance(effect, Delay) else 0

    def take(self, login: str | None, method: Method | None, *, handled: bool) -> Effect | None:
        """Use up a mishap, other than a delay, of those that strike before or after handling."""
        return self._take(login, method, lambda effect: not isinstance(effect, Delay) and effect.handled == handled)

    def _take(self, login: str | None, method: Method | None, fits: Callable[[Effect], bool]) -> Effect | None:
        for fault in self.pending:
            if fault.login in {None, login} and fault.method in {None, method} and fits(fault.effect):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.pending.remove(fault)
                return fault.effect
        return None
