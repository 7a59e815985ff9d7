"""Who may use the bot, and since when, as far as people know: by what the admin said and the bot answered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from tests.simulation import cast
from tests.simulation.journal import Journal, Pressed, Said, Want
from tests.simulation.phrases import welcomes

_CHANGE = re.compile(r"/(allow|revoke) (\d+)")
_ALLOWED = frozenset(person.id for person in cast.ALLOWED)


class Right(Enum):
    """What is known of a person's right at a moment."""

    YES = auto()
    NO = auto()
    PERHAPS = auto()
    """It is just being changed."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of somebody's right: it happens after `from_`, and before `until` if the bot has answered then."""

    person: int
    allows: bool
    from_: float
    until: float | None


class Rights:
    """The changes of a schedule."""

    def __init__(self, journal: Journal) -> None:
        self._changes = sorted((*_said(journal), *_pressed(journal)), key=lambda change: change.from_)

    def of(self, person: int, at: float) -> Right:
        """Return what is known of a person's right at a moment."""
        right = Right.YES if person in _ALLOWED else Right.NO
        for change in self._of(person):
            if change.from_ > at:
                continue
            if change.until is None or change.until > at:
                return Right.PERHAPS
            right = Right.YES if change.allows else Right.NO
        return right

    def want(self, said: Said) -> Want:
        """Return what a person has a right to; a later change may still hit what waits."""
        if said.want is Want.NOTHING:
            return Want.NOTHING
        right = self.of(said.person, said.at)
        later = {change.allows for change in self._of(said.person) if change.from_ > said.at}
        if right is Right.YES and False not in later:
            return said.want
        return Want.NOTHING if right is Right.NO and True not in later else Want.EITHER

    def may_press(self, pressed: Pressed) -> bool:
        """Say whether a press may count: it is handled a little later, when its person may be let in."""
        later = any(change.allows and change.from_ > pressed.at for change in self._of(pressed.person))
        return later or self.of(pressed.person, pressed.at) is not Right.NO

    def never_changed(self, person: int) -> bool:
        return not self._of(person)

    def outside(self, person: int) -> Iterator[tuple[float, float]]:
        """Yield from when to when a person was certainly not allowed."""
        since = None if person in _ALLOWED else 0.0
        for change in self._of(person):
            if change.allows and since is not None:
                yield since, change.from_
                since = None
            elif not change.allows and since is None and change.until is not None:
                since = change.until
        if since is not None:
            yield since, float("inf")

    def _of(self, person: int) -> list[Change]:
        return [change for change in self._changes if change.person == person]


def _said(journal: Journal) -> Iterator[Change]:
    """Yield what the admin said with a command; the bot's answer names the person by their id."""
    for said in journal.said:
        found = _CHANGE.fullmatch(said.text)
        if found is None or said.person != cast.OLGA.id:
            continue
        person = int(found[2])
        answers = [
            sent.at
            for sent in journal.sent
            if (sent.chat, sent.reply_to) == (said.chat, said.message_id) and f"<code>{person}</code>" in sent.text
        ]
        yield Change(person, found[1] == "allow", said.at, min(answers, default=None))


def _pressed(journal: Journal) -> Iterator[Change]:
    """Yield what the admin said with a button under somebody's petition; the bot tells them."""
    for pressed in journal.pressed:
        action, _, _ = pressed.data.partition(":")
        subject = re.search(r"<code>(\d+)</code>", pressed.message.text)
        if action != "asmanager" or subject is None:
            continue
        told = [
            sent.at
            for sent in journal.sent
            if sent.chat == int(subject[1]) and sent.at >= pressed.at and welcomes(sent)
        ]
        yield Change(int(subject[1]), allows=True, from_=pressed.at, until=min(told, default=None))
