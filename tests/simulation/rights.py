"""Who may use the bot, and since when, as far as people know: by what the admin said and the bot answered."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from math import inf

from tests.simulation import cast
from tests.simulation.journal import Journal, Pressed, Said, Want
from tests.simulation.phrases import welcomes

_CHANGE = re.compile(r"/(allow|revoke) (?:chat )?(-?\d+)(?: (everyone|listed))?(?: login (\w+))?")
_ALLOWED = frozenset(person.id for person in cast.ALLOWED)


class Right(Enum):
    """What is known of a person's right in a chat at a moment."""

    YES = auto()
    NO = auto()
    PERHAPS = auto()
    """It is just being changed."""


class Fact(Enum):
    """What the allowlist says of a person or a group."""

    LISTED = auto()
    EVERYONE = auto()
    """Of a group: whether it is for everyone in it."""
    LOGIN = auto()
    """Its own login; None: the default one, or none."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a fact: it happens after `from_`, and before `until` if the bot has answered then."""

    fact: Fact
    subject: int
    value: bool | str | None
    from_: float
    until: float | None

    @property
    def moments(self) -> tuple[float, ...]:
        return (self.from_,) if self.until is None else (self.from_, self.until)


class Rights:
    """The changes of a schedule."""

    def __init__(self, journal: Journal) -> None:
        changes = (*_said(journal), *_pressed(journal), *_expired(journal))
        self._changes = sorted(changes, key=lambda change: change.from_)
        self._logins = journal.logins
        self._own_logins = journal.own_logins

    def may_have(self, person: int, chat: int, login: str, begin: float, end: float) -> bool:
        """Say whether a person may have had a login in a chat at any time between two moments."""
        return any(
            self.of(person, chat, at) is not Right.NO and login in self._possible_logins(person, chat, at)
            for at in self._turns(begin, end)
        )

    def may_be_shown(self, person: int, chat: int, begin: float, end: float) -> bool:
        """Say whether a person may have been shown something in a chat at any time between two moments."""
        return self._ever(lambda at: self.of(person, chat, at) is not Right.NO, begin, end)

    def may_be_open(self, chat: int, begin: float, end: float) -> bool:
        """Say whether a chat may have been on the list at any time between two moments."""
        return chat > 0 or self._ever(lambda at: True in self._values(Fact.LISTED, _place(chat), at), begin, end)

    def surely_has(self, person: int, chat: int, login: str | None) -> bool:
        """Say whether a person had a login in a chat all the time, and whatever else they may do."""
        if any(change.subject in _touched(person, chat) for change in self._changes):
            return False
        return login is not None and self.may_have(person, chat, login, 0.0, 0.0)

    def login_changed(self, person: int, chat: int, since: float = 0.0) -> bool:
        """Say whether the login of a person's commands in a chat changes after a moment, or just then."""
        return any(
            change.fact is Fact.LOGIN
            and change.subject in _touched(person, chat)
            and (change.until is None or change.until > since)
            for change in self._changes
        )

    def of(self, person: int, chat: int, at: float) -> Right:
        """Return what is known of a person's right in a chat at a moment."""
        known = {value is True for value in self._values(Fact.LISTED, person, at)}
        if chat < 0:
            if True in self._values(Fact.EVERYONE, _place(chat), at):
                known |= {True}
                if False not in self._values(Fact.EVERYONE, _place(chat), at):
                    known = {True}
            is_open = {value is True for value in self._values(Fact.LISTED, _place(chat), at)}
            known = {one and other for one in known for other in is_open}
        if len(known) > 1:
            return Right.PERHAPS
        return Right.YES if True in known else Right.NO

    def want(self, said: Said) -> Want:
        """Return what a person has a right to; a later change may still hit what waits."""
        if said.want is Want.NOTHING:
            return Want.NOTHING
        rights = {self.of(said.person, said.chat, at) for at in self._turns(said.at, inf)}
        if rights == {Right.YES}:
            return Want.EITHER if self.login_changed(said.person, said.chat, said.at) else said.want
        return Want.NOTHING if rights == {Right.NO} else Want.EITHER

    def may_press(self, pressed: Pressed) -> bool:
        """Say whether a press may count: it is handled a little later, when its person may be let in."""
        return self.may_be_shown(pressed.person, pressed.chat, pressed.at, inf)

    def _possible_logins(self, person: int, chat: int, at: float) -> set[str]:
        of_group = self._values(Fact.LOGIN, _place(chat), at) if chat < 0 else {None}
        own: set[str] = set()
        listed = self._values(Fact.LISTED, person, at)
        if person == cast.OLGA.id:
            own = set(self._logins)
        elif True in listed:
            own = {str(login or self._logins[0]) for login in self._values(Fact.LOGIN, person, at)}
        if False in listed and len(self._logins) == 1:
            # Where there is only one, it is nobody's in particular.
            own |= set(self._logins)
        return {str(login) for login in of_group if login is not None} | (own if None in of_group else set())

    def _ever(self, is_so: Callable[[float], bool], begin: float, end: float) -> bool:
        return any(is_so(at) for at in self._turns(begin, end))

    def _turns(self, begin: float, end: float) -> set[float]:
        """Return moments between two, both included, of which one lies in each span without a change."""
        turns = {moment for change in self._changes for moment in change.moments if begin < moment < end}
        return {begin, *turns, *(() if end == inf else (end,))}

    def _values(self, fact: Fact, subject: int, at: float) -> set[bool | str | None]:
        """Return what the allowlist may say at a moment."""
        values = {self._at_first(fact, subject)}
        for change in self._changes:
            if change.fact is fact and change.subject == subject and change.from_ <= at:
                sure = change.until is not None and change.until <= at
                values = {change.value} if sure else values | {change.value}
        return values

    def _at_first(self, fact: Fact, subject: int) -> bool | str | None:
        match fact:
            case Fact.LISTED:
                return subject in _ALLOWED or subject == cast.TEAM
            case Fact.EVERYONE:
                return False
            case Fact.LOGIN:
                return self._own_logins.get(subject)


def _place(chat: int) -> int:
    """Return the group as the allowlist has it from the beginning, whatever its id became."""
    return chat if chat == cast.ELSEWHERE else cast.TEAM


def _touched(person: int, chat: int) -> set[int]:
    return {person, _place(chat)} if chat < 0 else {person}


def _said(journal: Journal) -> Iterator[Change]:
    """Yield what the admin said with a command of her own; the bot's answer names its subject by the id."""
    for said in journal.said:
        found = _CHANGE.fullmatch(said.text)
        if found is None or said.person != cast.OLGA.id or said.borrowed:
            continue
        allows = found[1] == "allow"
        facts: dict[Fact, bool | str | None] = {Fact.LISTED: allows}
        if found[4] or not allows:
            # Who is taken off the list has no login of their own any more.
            facts[Fact.LOGIN] = found[4]
        if found[3] or not allows:
            facts[Fact.EVERYONE] = found[3] == "everyone"
        answered_at = _answered_at(journal, said, found[2])
        for fact, value in facts.items():
            yield Change(fact, int(found[2]), value, said.at, answered_at)


def _expired(journal: Journal) -> Iterator[Change]:
    for subject, at in journal.expires.items():
        yield Change(Fact.LISTED, subject, value=False, from_=at, until=at)


def _answered_at(journal: Journal, said: Said, subject: str) -> float | None:
    """Return when the bot answered, which names the person or the group by its id; None if it never did."""
    answers = [
        sent.at
        for sent in journal.sent
        if (sent.bot, sent.chat, sent.reply_to) == (said.bot, said.chat, said.message_id)
        and f"<code>{subject}</code>" in sent.text
    ]
    return min(answers, default=None)


def _pressed(journal: Journal) -> Iterator[Change]:
    """Yield what the admin said with a button: under somebody's petition, where the bot tells them, or for a group."""
    for pressed in journal.pressed:
        action, _, args = pressed.data.partition(":")
        subject = re.search(r"<code>(-?\d+)</code>", pressed.message.text)
        if subject is None or pressed.person != cast.OLGA.id:
            continue
        if action == "everyone":
            yield Change(Fact.EVERYONE, int(subject[1]), value=args.endswith(":1"), from_=pressed.at, until=None)
        elif action == "asmanager":
            told = [
                sent.at
                for sent in journal.sent
                if sent.chat == int(subject[1]) and sent.at >= pressed.at and welcomes(sent)
            ]
            yield Change(Fact.LISTED, int(subject[1]), value=True, from_=pressed.at, until=min(told, default=None))
