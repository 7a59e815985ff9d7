"""Who may use the bot, and since when, as far as people know: by what the admin said and the bot answered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from tests.simulation import cast
from tests.simulation.journal import Journal, Pressed, Said, Want
from tests.simulation.phrases import welcomes

_CHANGE = re.compile(r"/(allow|revoke) (?:chat )?(-?\d+)(?: login (\w+))?")
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


@dataclass(frozen=True, slots=True)
class LoginChange:
    """A change of what the allowlist names for a person or a group; None: the default login, or no own one."""

    subject: int
    login: str | None
    from_: float
    until: float | None


class Rights:
    """The changes of a schedule."""

    def __init__(self, journal: Journal) -> None:
        changes = (*_said(journal), *_pressed(journal), *_expired(journal))
        self._changes = sorted(changes, key=lambda change: change.from_)
        self._login_changes = sorted(_login_changes(journal), key=lambda change: change.from_)
        self._logins = journal.logins
        self._own_logins = journal.own_logins

    def may_have(self, person: int, chat: int, login: str, begin: float, end: float) -> bool:
        """Say whether a person may have had a login in a chat at any time between two moments."""
        turns = [moment for change in self._changes for moment in (change.from_, change.until)]
        turns += [moment for change in self._login_changes for moment in (change.from_, change.until)]
        moments = {begin, end, *(moment for moment in turns if moment is not None and begin < moment < end)}
        return any(
            self.of(person, at) is not Right.NO and login in self._possible_logins(person, chat, at) for at in moments
        )

    def surely_has(self, person: int, chat: int, login: str | None) -> bool:
        """Say whether a person had a login in a chat all the time, and whatever else they may do."""
        touched = {person, cast.TEAM} if chat < 0 else {person}
        if not self.never_changed(person) or any(change.subject in touched for change in self._login_changes):
            return False
        return login is not None and self.may_have(person, chat, login, 0.0, 0.0)

    def login_changed(self, person: int, chat: int, since: float = 0.0) -> bool:
        """Say whether the login of a person's commands in a chat changes after a moment, or just then."""
        touched = {person, cast.TEAM} if chat < 0 else {person}
        return any(
            change.subject in touched and (change.until is None or change.until > since)
            for change in self._login_changes
        )

    def _possible_logins(self, person: int, chat: int, at: float) -> set[str]:
        of_group = self._named(cast.TEAM, at) if chat < 0 else {None}
        if person == cast.OLGA.id:
            own = set(self._logins)
        else:
            own = {login or self._logins[0] for login in self._named(person, at)}
        return {login for login in of_group if login is not None} | (own if None in of_group else set())

    def _named(self, subject: int, at: float) -> set[str | None]:
        """Return what the allowlist may name for a person or a group at a moment."""
        named = {self._own_logins.get(subject)}
        for change in self._login_changes:
            if change.subject == subject and change.from_ <= at:
                sure = change.until is not None and change.until <= at
                named = {change.login} if sure else named | {change.login}
        return named

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
            return Want.EITHER if self.login_changed(said.person, said.chat, said.at) else said.want
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
        if found is not None and said.person == cast.OLGA.id and int(found[2]) > 0:
            yield Change(int(found[2]), found[1] == "allow", said.at, _answered_at(journal, said, found[2]))


def _login_changes(journal: Journal) -> Iterator[LoginChange]:
    """Yield what the admin said of logins; who is taken off the list has none any more."""
    for said in journal.said:
        found = _CHANGE.fullmatch(said.text)
        if found is not None and said.person == cast.OLGA.id and (found[3] or found[1] == "revoke"):
            yield LoginChange(int(found[2]), found[3], said.at, _answered_at(journal, said, found[2]))


def _expired(journal: Journal) -> Iterator[Change]:
    for person, at in journal.expires.items():
        yield Change(person, allows=False, from_=at, until=at)


def _answered_at(journal: Journal, said: Said, subject: str) -> float | None:
    """Return when the bot answered, which names the person or the group by its id; None if it never did."""
    answers = [
        sent.at
        for sent in journal.sent
        if (sent.chat, sent.reply_to) == (said.chat, said.message_id) and f"<code>{subject}</code>" in sent.text
    ]
    return min(answers, default=None)


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
