"""What came in and what became of it: for oracles in tests and for a timeline on a screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.smscentre.calls import Method, method_of
from sandbox.smscentre.clock import Moment
from sandbox.smscentre.refusals import ErrorCode

_SECRETS = frozenset({"psw", "apikey"})


class Outcome(StrEnum):
    """What the rules made of a request, whatever the client heard of it."""

    UNHANDLED = "unhandled"
    CREATED = "created"
    FOUND = "found"
    REFUSED = "refused"


@dataclass(slots=True)
class Entry:
    """One request. `login` is the one that signed in, or else the one that was claimed.

    `parameters` are without secrets; `in_url` names those (secrets too) that came in the URL and not in the body.
    `ended` is when the vendor was done with it; `delivered` is whether a whole answer went out to a client that
    was still there, an ordered mishap's page included; `fault` says in words which mishap befell it.
    """

    number: int
    arrived: Moment
    ip: str
    verb: str
    login: str | None
    method: Method | None
    parameters: dict[str, str]
    in_url: tuple[str, ...]
    outcome: Outcome = Outcome.UNHANDLED
    error_code: ErrorCode | None = None
    invoice: int | None = None
    fault: str | None = None
    ended: Moment | None = None
    delivered: bool = False

    def __str__(self) -> str:
        """Return a line for a person: `#3 demo add_account created 9001`."""
        words = (self.login or "?", self.method or "?", self.outcome, self.error_code, self.invoice, self.fault)
        return f"#{self.number} " + " ".join(str(word) for word in words if word is not None)


@dataclass(slots=True)
class Journal:
    """All requests in the order in which they arrived."""

    entries: list[Entry] = field(default_factory=list)

    def open(
        self, arrived: Moment, ip: str, verb: str, login: str | None, query: Mapping[str, str], form: Mapping[str, str]
    ) -> Entry:
        """Write down a request that has just arrived; `query` came in its URL, `form` is all of it."""
        entry = Entry(
            number=len(self.entries) + 1,
            arrived=arrived,
            ip=ip,
            verb=verb,
            login=login,
            method=method_of(form),
            parameters={name: value for name, value in form.items() if name not in _SECRETS},
            in_url=tuple(query),
        )
        self.entries.append(entry)
        return entry

    def of(self, login: str | None = None, method: Method | None = None) -> list[Entry]:
        """Return the entries of a login and a method, of any where it is None."""
        return [entry for entry in self.entries if login in {None, entry.login} and method in {None, entry.method}]
