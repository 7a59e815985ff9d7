"""Driving the SMS Center's rules without HTTP, on a clock that stands still."""

from datetime import UTC, datetime, timedelta

from sandbox.smscentre.answers import Answer, Visit
from sandbox.smscentre.centre import SmsCentre
from sandbox.smscentre.clock import Moment
from sandbox.smscentre.rules import Rules
from sandbox.smscentre.world import sample_world

CREATE = {"add_account": "1", "user": "alice", "sum": "1500.50"}


class StillClock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> Moment:
        """Return the present moment; the wall stood at 21:00 UTC on 22 November 2026 when the clock was made."""
        start = datetime(2026, 11, 22, 21, tzinfo=UTC)
        return Moment(self.seconds, start + timedelta(seconds=self.seconds - 1000))


class Desk:
    """An SMS Center and a client of it who signs in as `demo` unless told otherwise."""

    def __init__(self, rules: Rules | None = None, logins: tuple[str, ...] = ("demo",)) -> None:
        self.clock = StillClock()
        self.centre = SmsCentre(sample_world(*logins), rules, self.clock)

    def arrive(self, parameters: dict[str, str], *, login: str = "demo", ip: str = "10.0.0.1") -> Visit:
        """Let a request arrive and do no more."""
        form = {"login": login, "psw": f"{login}-psw", **parameters}
        return self.centre.arrive(self.clock.now(), ip, "POST", {}, form)

    def ask(self, parameters: dict[str, str], *, login: str = "demo", ip: str = "10.0.0.1") -> Answer:
        """Let a request arrive, be handled and end, all at once."""
        visit = self.arrive(parameters, login=login, ip=ip)
        answer = self.centre.handle(visit)
        self.centre.leave(visit, delivered=True)
        return answer
