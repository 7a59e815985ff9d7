"""A schedule: who sends what and when, what goes wrong, and where the process dies."""

from dataclasses import dataclass, replace
from typing import Any

from tests.simulation.cast import ANNA, LOGINS, Person
from tests.simulation.journal import Borrowed, FileRow, Want, Wish


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
    borrowed: Borrowed | None = None
    """How the person came to words that somebody else wrote."""
    rows: tuple[FileRow, ...] = ()
    """Those of the file that comes with it."""
    wish: Wish | None = None
    """What it asks to be repeated."""
    deleted_after: float | None = None
    """After how many seconds the person deletes the message."""


@dataclass(frozen=True, slots=True)
class Doom:
    """Where one process dies: at its `nth` await point whose name begins with `point`."""

    point: str
    nth: int


@dataclass(frozen=True, slots=True)
class Leap:
    """How time goes on to another month, once all has come to rest."""

    months: int
    lands: float
    """Seconds after 09:00 on the day of the month; less than 0: before."""
    dies: bool
    """Whether no process runs meanwhile; else the one that runs goes on afterwards, as after a sleep."""
    heals_after: float = 0.0
    """How long faults happen then, in seconds."""
    lines: tuple[Line, ...] = ()
    """What is sent then; times are seconds after the landing."""


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
    other_bot_at: float | None = None
    """When the bot is given another bot's token; people write to that one from then on."""
    downtimes: tuple[float, ...] = (0.0, 0.5, 5.0, 30.0, 200.0)
    """How long no process runs between two; one is drawn each time."""
    telegram_away: tuple[tuple[float, float], ...] = ()
    """From when to when Telegram takes nothing."""
    leaps: tuple[Leap, ...] = ()


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
