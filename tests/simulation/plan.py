"""A schedule, drawn from its seed: who sends what and when, what goes wrong, and where the process dies."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from tests.simulation.cast import (
    ANNA,
    BORIS,
    ELSEWHERE,
    IVAN,
    LOGINS,
    MANAGERS,
    OLGA,
    PEOPLE,
    TEAM,
    TOPICS,
    Person,
)
from tests.simulation.journal import Want

_MISTAKES = ("/invoice", "/invoice alice", "/invoice alice -5", "/invoice alice 1e3", "/getinvoice alice x", "/act")
_SMALL_TALK = ("/whoami", "/help", "/queue", "/queue", "/queue", "/client alice", "/client", "hello")
_FOR_ADMINS = ("/logins", "/unresolved", "/unresolved", "/resume acme", "/queue")


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody is going to send."""

    at: float
    person: Person
    chat: int
    text: str
    want: Want
    marker: str | None = None
    login: str | None = None
    creates: bool = False
    repeats: bool = False
    topic: int | None = None
    deleted_after: float | None = None
    """After how many seconds the person deletes the message."""


@dataclass(frozen=True, slots=True)
class Doom:
    """Where one process dies: at its `nth` await point whose name begins with `point`."""

    point: str
    nth: int


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is decided beforehand. Times are seconds from the beginning."""

    seed: int
    logins: tuple[str, ...]
    team_login: str | None
    boris_login: str | None
    backup_host: bool
    lines: tuple[Line, ...]
    heals_at: float
    vendor_trouble: float
    """How likely a call of SMS Center goes wrong."""
    telegram_trouble: float
    poll_trouble: float
    disk_trouble: tuple[tuple[float, float], ...]
    """From when to when the database fails, every fifth operation or so."""
    lost_commits: bool
    """Whether a commit that worked may be reported as failed, as over a network that breaks."""
    dooms: tuple[Doom | None, ...]
    """How each process ends, one after the other; None and all further ones: not before they are told to."""
    stops: tuple[float, ...]
    """When the process is asked to end (SIGTERM)."""
    blocked: tuple[tuple[float, float, int], ...]
    """From when to when Telegram forbids a chat: a person who blocked the bot, a group that threw it out."""
    migrates_at: float | None
    ends_in_peace: bool
    reactions: int = 8
    """How many buttons the people press, questions included, before they have had enough."""
    first_calls: tuple[str, ...] = ()
    """What becomes of the first calls of SMS Center; then chance decides."""
    disk_full: tuple[tuple[float, float], ...] = ()
    """From when to when nothing can be written, while everything can be read."""
    forum: bool = False
    """Whether the team's group has topics."""
    closed_topics: tuple[tuple[float, int], ...] = ()
    """When a topic is deleted, with all that is in it."""
    russian: frozenset[int] = frozenset()
    """Whose Telegram is in Russian."""
    commit_takes: float = 0.0
    """Seconds that the disk needs for each commit."""
    expires: tuple[tuple[int, float], ...] = ()
    """Whose time on the allowlist ends, and when."""
    downtimes: tuple[float, ...] = (0.0, 0.5, 5.0, 30.0, 200.0)
    """How long no process runs between two; one is drawn each time."""


def quiet(*texts: str, **changes: Any) -> Plan:
    """Make a schedule in which nothing goes wrong but by `changes`: Anna sends these texts, a second apart."""
    markers = [next((word for word in text.split() if word.startswith("kim")), None) for text in texts]
    plan = Plan(
        seed=0,
        logins=LOGINS[:1],
        team_login=None,
        boris_login=None,
        backup_host=False,
        lines=tuple(
            Line(
                at=5.0 + n,
                person=ANNA,
                chat=ANNA.id,
                text=text,
                want=Want.OUTCOME if marker and texts.count(text) == 1 else Want.REPLY,
                marker=marker,
                login=LOGINS[0],
                creates=text.startswith("/invoice"),
                repeats=texts.count(text) > 1,
            )
            for n, (text, marker) in enumerate(zip(texts, markers, strict=True))
        ),
        heals_at=0.0,
        vendor_trouble=0.0,
        telegram_trouble=0.0,
        poll_trouble=0.0,
        disk_trouble=(),
        lost_commits=False,
        dooms=(),
        stops=(),
        blocked=(),
        migrates_at=None,
        ends_in_peace=False,
    )
    return replace(plan, **changes)


def draw(seed: int) -> Plan:
    """Draw the schedule of a seed."""
    random = Random(seed)
    calm = random.random() < 0.15
    logins = LOGINS[: random.choice((1, 2))]
    team_login = random.choice((None, logins[-1]))
    boris_login = random.choice((None, logins[-1]))
    migrates = not calm and random.random() < 0.07
    forum = not migrates and random.random() < 0.3
    lines = _Script(random, logins, team_login, boris_login, forum=forum).lines(random.randint(2, 7))
    if migrates:
        # In the new group answers are no replies any more: two commands that look the same could not be told apart.
        lines = [line for line in lines if not line.repeats]
    lines += _rights(random, [ANNA] if boris_login else [ANNA, BORIS])
    if changes := _login_changes(Random(f"{seed} logins"), logins):
        # Which of two equal invoices was asked about depends on the logins that both were for.
        lines = [line for line in lines if not line.repeats] + changes
    expires = _expiries(Random(f"{seed} expiries"), lines)
    lines = lines or [Line(5.0, ANNA, ANNA.id, "/help", Want.REPLY)]
    last = max(line.at for line in lines)
    heals_at = 0.0 if calm else last + random.uniform(0, 240)

    def between(length: float) -> tuple[float, float]:
        begin = random.uniform(0, heals_at)
        return begin, min(heals_at, begin + random.uniform(0, length))

    def sometimes(probability: float) -> bool:
        return not calm and random.random() < probability

    return Plan(
        seed=seed,
        logins=logins,
        team_login=team_login,
        boris_login=boris_login,
        backup_host=random.random() < 0.3,
        lines=tuple(lines),
        heals_at=heals_at,
        vendor_trouble=random.choice((0, 0.2, 0.5, 0.9)) if not calm else 0,
        telegram_trouble=random.choice((0, 0.1, 0.3)) if not calm else 0,
        poll_trouble=random.choice((0, 0.2, 0.5)) if not calm else 0,
        disk_trouble=(between(20),) if sometimes(0.25) else (),
        lost_commits=sometimes(0.3),
        dooms=() if calm else tuple(_doom(random) for _ in range(random.choice((0, 1, 1, 2, 3, 4)))),
        stops=(random.uniform(1, heals_at + 60),) if sometimes(0.15) else (),
        blocked=tuple((*between(200), chat) for chat in (ANNA.id, BORIS.id, TEAM) if sometimes(0.07)),
        migrates_at=random.uniform(0, heals_at) if migrates else None,
        ends_in_peace=random.random() < 0.2,
        disk_full=(between(150),) if sometimes(0.15) else (),
        forum=forum,
        closed_topics=tuple((random.uniform(0, heals_at), topic) for topic in TOPICS if forum and sometimes(0.2)),
        russian=frozenset(person.id for person in PEOPLE.values() if random.random() < 0.3),
        commit_takes=random.choice((0.0, 0.0, 0.05)),
        expires=expires,
    )


def _login_changes(random: Random, logins: tuple[str, ...]) -> list[Line]:
    """Have the admin give somebody, or the team's group, another login, once or twice."""
    if len(logins) == 1 or random.random() >= 0.25:
        return []
    subjects = (f"{BORIS.id}", f"{BORIS.id}", f"{ANNA.id}", f"chat {TEAM}")
    return [
        Line(
            random.uniform(0, 400),
            OLGA,
            OLGA.id,
            f"/allow {random.choice(subjects)} login {random.choice(logins)}",
            Want.REPLY,
        )
        for _ in range(random.choice((1, 1, 2)))
    ]


def _expiries(random: Random, lines: list[Line]) -> tuple[tuple[int, float], ...]:
    """Have somebody's time end of whom the admin says nothing else."""
    person = random.choice(MANAGERS)
    if random.random() >= 0.12 or any(str(person.id) in line.text for line in lines):
        return ()
    return ((person.id, random.uniform(0, 400)),)


def _rights(random: Random, managers: list[Person]) -> list[Line]:
    """Have the admin take somebody off the list, perhaps let them in again, or let the stranger in."""
    lines = []
    if random.random() < 0.15:
        manager, at = random.choice(managers), random.uniform(0, 400)
        lines.append(Line(at, OLGA, OLGA.id, f"/revoke {manager.id}", Want.REPLY))
        if random.random() < 0.6:
            back_at = at + random.choice((1.0, random.uniform(0, 200)))
            lines.append(Line(back_at, OLGA, OLGA.id, f"/allow {manager.id}", Want.REPLY))
    if random.random() < 0.1:
        lines.append(Line(random.uniform(0, 400), OLGA, OLGA.id, f"/allow {IVAN.id}", Want.REPLY))
    return lines


def _doom(random: Random) -> Doom:
    point = random.choice(("", "db commit", "after db commit", "vendor", "telegram send", "after telegram send"))
    return Doom(point, int(random.expovariate(1 / (60 if not point else 6))) + 1)


@dataclass
class _Script:
    """Makes up what the people send."""

    random: Random
    logins: tuple[str, ...]
    team_login: str | None
    boris_login: str | None
    forum: bool
    _n: int = field(default=0, init=False)

    def lines(self, count: int) -> list[Line]:
        return [line for _ in range(count) for line in self._some()]

    def _some(self) -> list[Line]:
        at = self.random.choice((5.0, self.random.uniform(0, 60), self.random.uniform(0, 400)))
        person = self.random.choice((*MANAGERS, *MANAGERS, *MANAGERS, OLGA, IVAN))
        chat = self.random.choice((person.id, person.id, TEAM, TEAM, ELSEWHERE))
        kinds = (self._ask, self._chatter, self._question, self._burst, self._twins)
        kind = self.random.choices(kinds, (10, 3, 2, 2, 2))[0]
        return kind(at, person, chat)

    def _ask(self, at: float, person: Person, chat: int) -> list[Line]:
        marker = self._marker()
        forms: tuple[Callable[[], str], ...] = (
            lambda: f"/invoice {marker} {1000 + self._n}",
            lambda: f"/invoice {marker} {1000 + self._n},50 за услуги",
            lambda: f"/invoice {marker} {1000 + self._n}.5",
            lambda: f"/getinvoice {marker} {self.random.randint(1, 99999)}",
            lambda: f"/act {marker} {self.random.randint(1, 99)}",
            lambda: f"/act {marker} id:{self.random.randint(1, 99)}",
        )
        text = self.random.choice((*forms[:3], *forms))()
        return [self._line(at, person, chat, text, Want.OUTCOME, marker)]

    def _burst(self, at: float, person: Person, chat: int) -> list[Line]:
        return [line for index in range(self.random.randint(2, 4)) for line in self._ask(at + index / 10, person, chat)]

    def _twins(self, at: float, person: Person, chat: int) -> list[Line]:
        """The same invoice twice, as happens when two people do the same job, or one is impatient."""
        marker = self._marker()
        text = f"/invoice {marker} {1000 + self._n}"
        first = self._line(at, person, chat, text, Want.REPLY, marker)
        other = self.random.choice([(person, chat), (person, chat), (OLGA, OLGA.id), (ANNA, TEAM)])
        later = at + self.random.choice((0.0, 1.0, self.random.uniform(0, 200)))
        second = self._line(later, *other, text, Want.REPLY, marker)
        if person is IVAN or first.want is Want.NOTHING or first.login != second.login:
            return [first]
        # To tell the answers to the two apart, both messages have to stay.
        return [replace(line, repeats=True, deleted_after=None) for line in (first, second)]

    def _question(self, at: float, person: Person, chat: int) -> list[Line]:
        """`/act` of a chat without a sub-client: the bot has to ask; the answer makes it a request."""
        marker = self._marker()
        return [self._line(at, person, chat, f"/act {marker}", Want.REPLY, marker)]

    def _chatter(self, at: float, person: Person, chat: int) -> list[Line]:
        texts = _FOR_ADMINS if person is OLGA else (*_MISTAKES, *_SMALL_TALK)
        text = self.random.choice(texts)
        if chat < 0 and not text.startswith("/"):
            text = "/queue"
        return [self._line(at, person, chat, text, Want.REPLY, None)]

    def _line(self, at: float, person: Person, chat: int, text: str, want: Want, marker: str | None) -> Line:
        return Line(
            at=at,
            person=person,
            chat=chat,
            text=text,
            want=want if chat != ELSEWHERE else Want.NOTHING,
            marker=marker,
            login=self._login(person, chat),
            creates=text.startswith("/invoice"),
            topic=self.random.choice((None, *TOPICS)) if self.forum and chat == TEAM else None,
            deleted_after=self.random.uniform(0, 120) if self.random.random() < 0.07 else None,
        )

    def _login(self, person: Person, chat: int) -> str:
        own = self.boris_login if person is BORIS else None
        return (self.team_login if chat == TEAM else None) or own or self.logins[0]

    def _marker(self) -> str:
        self._n += 1
        return f"kim{self._n:03}k"
