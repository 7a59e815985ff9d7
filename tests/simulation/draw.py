"""A schedule, drawn from its seed."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

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
from tests.simulation.draw_repeats import Repeating, draw_repeats
from tests.simulation.journal import Borrowed, FileRow, Want
from tests.simulation.plan import Doom, Line, Plan

_MISTAKES = ("/invoice", "/invoice alice", "/invoice alice -5", "/invoice alice 1e3", "/getinvoice alice x", "/act")
_SMALL_TALK = ("/whoami", "/help", "/queue", "/queue", "/queue", "/client alice", "/client", "hello")
_BESIDE_REPEATS = 3
"""How much else is sent at most where something repeats: such a schedule is long enough."""
_FOR_ADMINS = ("/logins", "/unresolved", "/unresolved", "/resume acme", "/queue")


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
    lines = _borrow(Random(f"{seed} borrowed"), lines)
    lines += _group_changes(Random(f"{seed} group"), logins)
    script = _Script(Random(f"{seed} files"), logins, team_login, boris_login, forum=False)
    repeating = Repeating()
    if not migrates:
        # Whose file a message is about can be told by what it answers alone, and in the new group it answers nothing.
        lines += script.files()
        repeating = draw_repeats(Random(f"{seed} repeats"), script.login)
    away, amid_an_album = _away(Random(f"{seed} away"), lines)
    if repeating.lines:
        lines = [*lines[-_BESIDE_REPEATS:], *repeating.lines]
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
        dooms=() if calm else (*amid_an_album, *_dooms(random), *repeating.dooms),
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
        leaps=repeating.leaps,
        telegram_away=away,
        other_bot_at=_other_bot(Random(f"{seed} bot"), heals_at) if not (migrates or forum or calm) else None,
    )


def _borrow(random: Random, lines: list[Line]) -> list[Line]:
    """Have some of it be words of others: forwarded, or written by another bot."""

    def some(line: Line) -> Line:
        asks = line.want is Want.OUTCOME and not line.repeats
        changes = line.text.startswith(("/allow", "/revoke"))
        if not (asks or changes) or random.random() >= 0.06:
            return line
        return replace(line, borrowed=random.choice(tuple(Borrowed)), want=Want.REPLY)

    return [some(line) for line in lines]


def _group_changes(random: Random, logins: tuple[str, ...]) -> list[Line]:
    """Have the admin take the team's group off the list and perhaps put it back, or open it to everyone in it."""
    if random.random() >= 0.12:
        return []
    texts = random.choice(
        (
            (f"/revoke chat {TEAM}",),
            (f"/revoke chat {TEAM}", f"/allow chat {TEAM} login {logins[-1]}"),
            (f"/allow chat {TEAM} everyone",),
            (f"/allow chat {TEAM} everyone", f"/allow chat {TEAM} listed"),
            (f"/allow chat {TEAM} everyone", f"/revoke chat {TEAM}"),
        )
    )
    moments = sorted(random.uniform(0, 400) for _ in texts)
    return [Line(at, OLGA, OLGA.id, text, Want.REPLY) for at, text in zip(moments, texts, strict=True)]


def _away(random: Random, lines: list[Line]) -> tuple[tuple[tuple[float, float], ...], tuple[Doom, ...]]:
    """Have Telegram take nothing for a while, more often where there are files: what they lead to comes in albums then.

    The process may die amid the first one.
    """
    files = [line.at for line in lines if line.rows]
    if random.random() >= (0.5 if files else 0.04):
        return (), ()
    begin = random.uniform(0, 200) + max(files, default=0.0)
    points = ("telegram send album", "after telegram send album")
    dooms = (Doom(random.choice(points), random.randint(1, 3)),) if random.random() < 0.5 else ()
    return ((begin, begin + random.uniform(60, 400)),), dooms


def _other_bot(random: Random, heals_at: float) -> float | None:
    return random.uniform(0, heals_at + 60) if random.random() < 0.08 else None


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
    """Have the time of somebody, or of the group, end of whom the admin says nothing else."""
    subject = random.choice((*(person.id for person in MANAGERS), TEAM))
    if random.random() >= 0.15 or any(str(subject) in line.text for line in lines):
        return ()
    return ((subject, random.uniform(0, 400)),)


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


def _dooms(random: Random) -> tuple[Doom, ...]:
    return tuple(_doom(random) for _ in range(random.choice((0, 1, 1, 2, 3, 4))))


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

    def files(self) -> list[Line]:
        """One or two files with many wishes, of which each may be sent again."""
        if self.random.random() >= 0.15:
            return []
        return [line for _ in range(self.random.choice((1, 2))) for line in self._file()]

    def _file(self) -> list[Line]:
        person = self.random.choice((ANNA, ANNA, BORIS, OLGA))
        rows = [self._row() for _ in range(self.random.randint(1, 4))]
        if self.random.random() < 0.25:
            rows.append(self.random.choice(rows))
        if self.random.random() < 0.25:
            rows.insert(0, FileRow("nobody;-5;"))
        at = self.random.uniform(0, 200)
        lines = [self._with_rows(at, person, tuple(rows))]
        if self.random.random() < 0.3:
            again = at + self.random.choice((1.0, self.random.uniform(0, 600)))
            lines.append(self._with_rows(again, self.random.choice((person, OLGA)), tuple(rows)))
        return lines

    def _with_rows(self, at: float, person: Person, rows: tuple[FileRow, ...]) -> Line:
        chat = self.random.choice((person.id, person.id, TEAM))
        line = self._line(at, person, chat, "/batch", Want.REPLY, None)
        return replace(line, rows=rows, deleted_after=None)

    def _row(self) -> FileRow:
        self._n += 1
        marker = f"kimr{self._n:02}k"
        wish = self.random.choice((f"{2000 + self._n};", f"{2000 + self._n},50;", f";{self.random.randint(1, 99)}"))
        return FileRow(f"{marker};{wish}", marker)

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
            login=self.login(person, chat),
            creates=text.startswith("/invoice"),
            topic=self.random.choice((None, *TOPICS)) if self.forum and chat == TEAM else None,
            deleted_after=self.random.uniform(0, 120) if self.random.random() < 0.07 else None,
        )

    def login(self, person: Person, chat: int) -> str:
        """Return the login of a person in a chat."""
        own = self.boris_login if person is BORIS else None
        return (self.team_login if chat == TEAM else None) or own or self.logins[0]

    def _marker(self) -> str:
        self._n += 1
        return f"kim{self._n:03}k"
