"""Repeats of a schedule, and the months that it lasts for them, drawn from its seed."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.simulation.cast import ANNA, BORIS, MANAGERS, OLGA, TEAM, Person
from tests.simulation.journal import Want, Wish
from tests.simulation.months import DAY, SERVICE
from tests.simulation.plan import Doom, Leap, Line

LATEST = 7
"""Minutes after nine at which a repeat may be due."""
_SHARE = 0.2
"""In how many schedules somebody has something repeated."""


@dataclass(frozen=True, slots=True)
class Repeating:
    """What repeats add to a schedule."""

    lines: tuple[Line, ...] = ()
    leaps: tuple[Leap, ...] = ()
    dooms: tuple[Doom, ...] = ()


def draw_repeats(random: Random, login: Callable[[Person, int], str]) -> Repeating:
    """Draw what is repeated, if anything; `login` tells which one a person has in a chat."""
    if random.random() >= _SHARE:
        return Repeating()
    person, chat = _somebody(random)
    minute = random.randint(1, LATEST)
    lines = [_repeat(random, 1, person, chat, minute, login)]
    if random.random() < 0.4:
        if random.random() < 0.4:
            person, chat, minute = *_somebody(random), random.randint(1, LATEST)
        lines.append(_repeat(random, 2, person, chat, minute, login))
    if random.random() < 0.5:
        lines.append(_repeats(random, person, chat, 400))
    leaps = tuple(_leap(random, n, person, chat, login) for n in range(random.choice((0, 1, 2, 2, 3, 3))))
    dooms = tuple(_doom(random) for _ in range(random.choice((0, 1, 2, 3))))
    return Repeating(tuple(lines), leaps, dooms)


def repeat_words(wish: Wish, amount: int) -> str:
    """Return the command that has an invoice made every month."""
    times = "" if wish.times is None else f" {wish.times} times"
    return f"/repeat {wish.marker} {amount} {SERVICE} monthly {DAY} 09:{wish.minute:02}{times}"


def _somebody(random: Random) -> tuple[Person, int]:
    person = random.choice((ANNA, ANNA, BORIS, OLGA))
    return person, random.choice((person.id, person.id, TEAM))


def _repeat(
    random: Random, n: int, person: Person, chat: int, minute: int, login: Callable[[Person, int], str]
) -> Line:
    wish = Wish(f"kimp{n:02}k", minute, random.choice((None, None, None, 2, 3)))
    at = random.choice((5.0, random.uniform(0, 60 * LATEST)))
    return Line(at, person, chat, repeat_words(wish, 3000 + n), Want.REPLY, login=login(person, chat), wish=wish)


def _repeats(random: Random, person: Person, chat: int, within: float) -> Line:
    """Have somebody look at the list, to press what is below one."""
    who = random.choice((person, person, OLGA))
    where = chat if chat < 0 else who.id
    text = "/repeats all" if where == OLGA.id and random.random() < 0.5 else "/repeats"
    return Line(random.uniform(0, within), who, where, text, Want.REPLY)


def _leap(random: Random, n: int, person: Person, chat: int, login: Callable[[Person, int], str]) -> Leap:
    lines = []
    if random.random() < 0.5:
        lines.append(_repeats(random, person, chat, 300))
    if random.random() < 0.4:
        marker, at = f"kim8{n:02}k", random.uniform(60, 60 * LATEST)
        text = f"/invoice {marker} {1800 + n}"
        lines.append(Line(at, person, chat, text, Want.OUTCOME, marker, login(person, chat), creates=True))
    if person in MANAGERS and random.random() < 0.15:
        lines.append(Line(random.uniform(0, 400), OLGA, OLGA.id, f"/revoke {person.id}", Want.REPLY))
        if random.random() < 0.5:
            lines.append(Line(random.uniform(400, 500), OLGA, OLGA.id, f"/allow {person.id}", Want.REPLY))
    return Leap(
        months=random.choice((1, 1, 2)),
        lands=random.choice((-30.0, 60.0 * LATEST, random.uniform(-60, 60 * LATEST + 20))),
        dies=random.random() < 0.5,
        heals_after=random.choice((0.0, random.uniform(0, 500))),
        lines=tuple(lines),
    )


def _doom(random: Random) -> Doom:
    point = random.choice(("db commit", "after db commit", "after db commit", "vendor", "after telegram send"))
    return Doom(point, int(random.expovariate(1 / 12)) + 1)
