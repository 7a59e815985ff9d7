"""What an entry of the allowlist grants, and what becomes of it by a change. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.access.policy import is_over
from bot.domain import Role
from db.models import AllowedChat, AllowedPerson

_UNTIL = "until %Y-%m-%dT%H:%MZ"


@dataclass(frozen=True, slots=True)
class Until:
    """The end of an entry's time; None: it has none."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What is to become of a person's entry; None leaves it as it is."""

    name: str | None = None
    role: Role | None = None
    logins: tuple[str, ...] | None = None
    until: Until | None = None


@dataclass(frozen=True, slots=True)
class ChatChange:
    """What is to become of a group's entry; None leaves it as it is. The login is the empty text for the default."""

    name: str | None = None
    login: str | None = None
    everyone: bool | None = None
    until: Until | None = None
    returned: bool = False
    """Whether the bot is in the group again."""


def changed_person(
    before: AllowedPerson | None, user_id: int, change: PersonChange, by: int | None, now: datetime
) -> AllowedPerson:
    """Return a person's entry after a change; `before` is None for somebody new, `by` for the command line."""
    change = _filled(before, change, now)
    return AllowedPerson(
        user_id=user_id,
        name=_name(before.name if before else None, change.name, user_id),
        role=change.role or Role.MANAGER,
        logins=list(change.logins or ()),
        expires_at=change.until.at if change.until else None,
        added_by=before.added_by if before else by,
        added_at=before.added_at if before else now,
    )


def _filled(before: AllowedPerson | None, change: PersonChange, now: datetime) -> PersonChange:
    """Take from the entry what the change leaves as it is; time that is over is not taken: they are let in anew."""
    if before is None:
        return change
    over = is_over(before, now)
    return replace(
        change,
        role=change.role or before.role,
        logins=tuple(before.logins) if change.logins is None else change.logins,
        until=change.until or Until(None if over else before.expires_at),
    )


def changed_chat(
    before: AllowedChat | None, chat_id: int, change: ChatChange, by: int | None, now: datetime, *, only: str | None
) -> AllowedChat:
    """Return a group's entry after a change; `before` is None for a new one, `by` for the command line.

    A group for everyone needs a login for those who have none: it gets `only`, the login where there is but one.
    """
    kept = before.expires_at if before is not None and not is_over(before, now) else None
    login = change.login if change.login is not None else (before.login if before else None)
    everyone = change.everyone if change.everyone is not None else (before.everyone if before else False)
    return AllowedChat(
        chat_id=chat_id,
        name=_name(before.name if before else None, change.name, chat_id),
        login=login or (only if everyone else None),
        everyone=everyone,
        expires_at=change.until.at if change.until else kept,
        left_at=before.left_at if before is not None and not change.returned else None,
        added_by=before.added_by if before else by,
        added_at=before.added_at if before else now,
    )


def to_json(change: PersonChange) -> dict[str, Any]:
    """Return a change as it is kept with a question."""
    return {
        "name": change.name,
        "role": change.role,
        "logins": None if change.logins is None else list(change.logins),
        "until": None if change.until is None else [change.until.at and change.until.at.isoformat()],
    }


def from_json(kept: Mapping[str, Any]) -> PersonChange:
    """Read what `to_json` made; what an earlier version kept had only a name."""
    role, logins, until = kept.get("role"), kept.get("logins"), kept.get("until")
    return PersonChange(
        name=kept["name"],
        role=None if role is None else Role(role),
        logins=None if logins is None else tuple(logins),
        until=None if until is None else Until(until[0] and datetime.fromisoformat(until[0])),
    )


def admitted_person(
    known: AllowedPerson | None, user_id: int, name: str, role: Role, *, by: int | None, now: datetime
) -> AllowedPerson:
    """Return the entry of somebody who is let in anew: of an entry whose time is over only the logins stay."""
    logins = tuple(known.logins) if known is not None else ()
    return changed_person(None, user_id, PersonChange(name=name, role=role, logins=logins), by, now)


def admitted_chat(
    known: AllowedChat | None,
    chat_id: int,
    name: str,
    login: str | None,
    *,
    by: int | None,
    now: datetime,
    only: str | None,
) -> AllowedChat:
    """Return the entry of a group that is let in anew: who in it may use the bot stays as it was."""
    everyone = known.everyone if known is not None else False
    return changed_chat(None, chat_id, ChatChange(name=name, login=login, everyone=everyone), by, now, only=only)


def _name(before: str | None, now: str | None, id_: int) -> str:
    """Keep the name that somebody gave on the command line; the number stands in where there is none."""
    given = before if before != str(id_) else None
    return given or now or str(id_)


def summary(entry: AllowedPerson | AllowedChat) -> str:
    """Say in short what an entry grants, for the audit; two entries that say the same are the same."""
    words = [entry.name]
    if isinstance(entry, AllowedPerson):
        words += [entry.role.value, *entry.logins]
    else:
        words += ["everyone" if entry.everyone else "listed", entry.login or ""]
        words += ["left"] if entry.left_at is not None else []
    words += [entry.expires_at.astimezone(UTC).strftime(_UNTIL)] if entry.expires_at is not None else []
    return "; ".join(word for word in words if word)


def expiry(word: str) -> datetime | None:
    """Read the end of an entry's time out of a word of `summary`; None if the word says something else."""
    try:
        return datetime.strptime(word, _UNTIL).replace(tzinfo=UTC)
    except ValueError:
        return None
