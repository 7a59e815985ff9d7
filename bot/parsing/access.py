"""The words of `/allow` and `/revoke`, in any order: whom, as what, with which logins, until when."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from bot.domain import Role
from bot.parsing.problem import Missing, ParseError, Problem
from bot.parsing.words import exact, split_words
from bot.runtime.days import read_day

_ROLES = {
    "manager": Role.MANAGER,
    "менеджер": Role.MANAGER,
    "admin": Role.ADMIN,
    "админ": Role.ADMIN,
}
_GROUP = frozenset({"chat", "group", "чат", "группа", "группу"})
_PERSON = frozenset({"user", "person"})
_UNTIL = frozenset({"until", "до"})
_FOREVER = frozenset({"forever", "бессрочно"})
_EVERYONE = frozenset({"everyone", "все"})
_LISTED = frozenset({"listed", "список"})
_LOGIN = frozenset({"login", "логин"})
_DEFAULT = frozenset({"default"})
T = TypeVar("T")
_ID = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Whom:
    """A person or a group; no id: whoever the message is about, or this group."""

    group: bool = False
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Allow:
    """What `/allow` says; None is what it does not say."""

    whom: Whom
    role: Role | None = None
    logins: tuple[str, ...] | None = None
    """Empty: the default one."""
    until: date | None = None
    forever: bool = False
    everyone: bool | None = None


def parse_allow(args: str, logins: Collection[str]) -> Allow:
    """Read the words of `/allow`; `logins` are those of the settings. Raises `ParseError`."""
    words = map(exact, split_words(args))
    group, id_, role, until, forever, everyone = False, None, None, None, False, None
    names: list[str] | None = None
    for word in words:
        small = word.lower()
        if small in _GROUP:
            group = True
        elif small in _ROLES:
            role = _once(role, _ROLES[small], word)
        elif small in _UNTIL:
            until = _once(until, _date(next(words, "")), word)
        elif small in _FOREVER:
            forever = True
        elif small in _EVERYONE | _LISTED:
            everyone = _once(everyone, small in _EVERYONE, word)
        elif small in _LOGIN:
            names = [*(names or []), _login(next(words, ""), logins)]
        elif small in _DEFAULT:
            names = []
        elif word in logins:
            names = [*(names or []), word]
        elif small not in _PERSON:
            id_ = _once(id_, _id(word), word)
    whom = _whom(group, id_)
    _check(whom, role, names, everyone)
    return Allow(whom, role, None if names is None else tuple(dict.fromkeys(names)), until, forever, everyone)


def parse_whom(args: str) -> Whom:
    """Read the words of `/revoke`. Raises as `parse_allow` does."""
    group, id_ = False, None
    for word in _nothing_else([exact(word) for word in split_words(args)]):
        if word.lower() in _GROUP:
            group = True
        elif word.lower() not in _PERSON:
            id_ = _once(id_, _id(word), word)
    return _whom(group, id_)


def _nothing_else(words: list[str]) -> Iterator[str]:
    if len(words) > 2:
        raise ParseError(Problem.UNKNOWN_WORD, words[2])
    yield from words


def _whom(group: bool, id_: int | None) -> Whom:  # noqa: FBT001
    if id_ == 0 or (group and id_ is not None and id_ > 0):
        raise ParseError(Problem.WRONG_KIND_OF_ID, str(id_))
    return Whom(group or (id_ is not None and id_ < 0), id_)


def _check(whom: Whom, role: Role | None, logins: list[str] | None, everyone: bool | None) -> None:  # noqa: FBT001
    if whom.group and role is not None:
        raise ParseError(Problem.GROUP_HAS_NO_ROLE, role)
    if whom.group and len(logins or ()) > 1:
        raise ParseError(Problem.GROUP_HAS_ONE_LOGIN, " ".join(logins or ()))
    if not whom.group and everyone is not None:
        raise ParseError(Problem.PERSON_IS_NOT_EVERYONE, "everyone" if everyone else "listed")


def _once(before: T | None, now: T, word: str) -> T:
    if before is not None and before != now:
        raise ParseError(Problem.SAID_TWICE, word)
    return now


def _id(word: str) -> int:
    if word[0] in "–—−":  # phones type the longer dashes by themselves
        word = f"-{word[1:]}"
    if word.startswith("@"):
        raise ParseError(Problem.USERNAME, word)
    if not _ID.fullmatch(word):
        raise ParseError(Problem.UNKNOWN_WORD, word)
    return int(word)


def _login(word: str, logins: Collection[str]) -> str:
    if not word:
        raise ParseError.lacking(Missing.LOGIN)
    if word not in logins:
        raise ParseError(Problem.UNKNOWN_WORD, word)
    return word


def _date(word: str) -> date:
    if not word:
        raise ParseError.lacking(Missing.DATE)
    try:
        return read_day(word)
    except ValueError as error:
        raise ParseError(Problem.BAD_DATE, word) from error
