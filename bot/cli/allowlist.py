"""`docsbot allow`, `revoke` and `allowlist`: the allowlist from the command line, also while the bot runs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from bot.access.entries import ChatChange, PersonChange, Until, changed_chat, changed_person, summary
from bot.domain import Decision, PetitionKind, Role
from bot.process.database import opened_database
from bot.runtime.clock import last_day
from bot.settings import DatabaseSettings
from db import allowlist as entries
from db import audit, petitions
from db.audit import AuditAction
from db.models import AllowedChat, AllowedPerson

_ALLOWED = {"user": AuditAction.ALLOW_USER, "chat": AuditAction.ALLOW_CHAT}
_REVOKED = {"user": AuditAction.REVOKE_USER, "chat": AuditAction.REVOKE_CHAT}


@dataclass(frozen=True, slots=True)
class Grant:
    """What an entry is to say: of people the role, of groups whether everyone in it may use the bot."""

    name: str = ""
    role: Role = Role.MANAGER
    logins: Sequence[str] = ()
    expires_at: datetime | None = None
    everyone: bool = False


async def allow(
    settings: DatabaseSettings, what: str, id_: int, grant: Grant, *, known_logins: Sequence[str] | None = None
) -> int:
    """Put a person or a group on the allowlist, or replace their entry; a group has one login of its own at most."""
    wrong = _wrong_id(what, id_) or _wrong_logins(what, grant.logins, known_logins) or _wrong_everyone(what, grant)
    if wrong:
        print(f"docsbot: {wrong}")
        return 2
    now = datetime.now(UTC)
    until = Until(grant.expires_at)
    entry: AllowedPerson | AllowedChat
    if what == "user":
        person = PersonChange(name=grant.name, role=grant.role, logins=tuple(grant.logins), until=until)
        entry = changed_person(None, id_, person, None, now)
    else:
        login = next(iter(grant.logins), None)
        entry = changed_chat(
            None, id_, ChatChange(name=grant.name, login=login, everyone=grant.everyone, until=until), None, now
        )
    async with opened_database(settings) as database, database.write() as session:
        await entries.put(session, entry)
        kind = PetitionKind.PERSON if what == "user" else PetitionKind.GROUP
        decision = Decision(grant.role.value) if what == "user" else Decision.ALLOWED
        await petitions.settle(session, kind, id_, decision, by=None, now=now)
        audit.record(session, _ALLOWED[what], now=now, subject_id=id_, detail=summary(entry))
    print(f"{what} {id_} is on the allowlist{f' as {grant.role}' if what == 'user' else ''}.")
    return 0


async def revoke(settings: DatabaseSettings, what: str, id_: int) -> int:
    """Take a person or a group off the allowlist; takes effect with the next command."""
    async with opened_database(settings) as database, database.write() as session:
        remove = entries.remove_person if what == "user" else entries.remove_chat
        removed = await remove(session, id_)
        if removed:
            audit.record(session, _REVOKED[what], now=datetime.now(UTC), subject_id=id_)
    if what == "user" and id_ in settings.admin_ids:
        print(f"user {id_} stays an admin as long as ADMIN_IDS names them.")
        return 1
    print(f"{what} {id_} is off the allowlist." if removed else f"{what} {id_} was not on the allowlist.")
    return 0 if removed else 1


async def allowlist(settings: DatabaseSettings, zone: tzinfo | None = None) -> int:
    """Print who may use the bot."""
    async with opened_database(settings) as database, database.read() as session:
        people, chats = await entries.people(session), await entries.chats(session)
    rows = [("user", str(id_), "admin", "", "", "ADMIN_IDS", "") for id_ in sorted(settings.admin_ids)]
    rows += [
        (
            "user",
            str(p.user_id),
            p.role.value,
            ", ".join(p.logins),
            _until(p, zone),
            _added(p.added_by, p.added_at),
            p.name,
        )
        for p in people
    ]
    rows += [
        ("chat", str(c.chat_id), _who(c), c.login or "", _until(c, zone), _added(c.added_by, c.added_at), c.name)
        for c in chats
    ]
    if not rows:
        print("Nobody may use the bot yet: docsbot allow user ID --role admin")
        return 0
    _print_table([("WHAT", "ID", "WHO", "LOGINS", "UNTIL", "ADDED", "NAME"), *rows])
    return 0


def _wrong_id(what: str, id_: int) -> str | None:
    if what == "user" and id_ <= 0:
        return "a person's id is a positive number; a group is `docsbot allow chat ID`"
    if what == "chat" and id_ >= 0:
        return "a group's id is a negative number; a person is `docsbot allow user ID`"
    return None


def _wrong_logins(what: str, logins: Sequence[str], known: Sequence[str] | None) -> str | None:
    if what == "chat" and len(logins) > 1:
        return "a group has one --login at most"
    unknown = [login for login in logins if known is not None and login not in known]
    return f"--login {unknown[0]}: the settings have {', '.join(known or ())}" if unknown else None


def _wrong_everyone(what: str, grant: Grant) -> str | None:
    return "--everyone is for groups" if grant.everyone and what == "user" else None


def _who(chat: AllowedChat) -> str:
    if chat.left_at is not None:
        return "left"
    return "everyone" if chat.everyone else "listed"


def _until(entry: AllowedPerson | AllowedChat, zone: tzinfo | None) -> str:
    return "" if entry.expires_at is None else f"{last_day(entry.expires_at, zone)}"


def _added(by: int | None, at: datetime) -> str:
    return f"{at:%Y-%m-%d}" + (f" by {by}" if by else "")


def _print_table(rows: Iterable[Sequence[str]]) -> None:
    lines = list(rows)
    widths = [max(len(row[column]) for row in lines) for column in range(len(lines[0]))]
    for row in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
