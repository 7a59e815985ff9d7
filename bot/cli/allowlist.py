"""`docsbot allow`, `revoke` and `allowlist`: the allowlist from the command line, also while the bot runs."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.entries import ChatChange, PersonChange, Until, changed_chat, changed_person, summary
from bot.access.stopping import Stopped, Stopping
from bot.cli.output import Row, local, print_rows, printable
from bot.cli.waking import wake_bot
from bot.domain import ConfiguredLogins, Decision, PetitionKind, Role
from bot.process.database import existing_database, opened_database
from bot.runtime.clock import LoopClock, last_day
from bot.settings import DatabaseSettings
from db import allowlist as entries
from db import audit, petitions
from db.audit import AuditAction
from db.engine import Database
from db.models import AllowedChat, AllowedPerson

_ALLOWED = {"user": AuditAction.ALLOW_USER, "chat": AuditAction.ALLOW_CHAT}
_REVOKED = {"user": AuditAction.REVOKE_USER, "chat": AuditAction.REVOKE_CHAT}
_COLUMNS = ("what", "id", "who", "logins", "until", "added", "name")


@dataclass(frozen=True, slots=True)
class Told:
    """What `docsbot allow` was told; None leaves that part of an entry as it is, or as it is by default."""

    name: str | None = None
    role: Role | None = None
    logins: Sequence[str] | None = None
    """Empty: the default login."""
    until: Until | None = None
    everyone: bool | None = None

    def end_of(self, entry: AllowedPerson | AllowedChat | None) -> Until | None:
        """Return the end to set: told nothing at all lets somebody in anew, told something else keeps their end."""
        if self.until is not None or entry is None or self == Told():
            return self.until
        return Until(entry.expires_at)


async def allow(
    settings: DatabaseSettings, what: str, id_: int, told: Told, *, known_logins: Sequence[str] | None = None
) -> int:
    """Put a person or a group on the allowlist, or change what is told of their entry."""
    now = datetime.now(UTC)
    wrong = _wrong_id(what, id_) or _wrong_for(what, told) or _wrong_logins(told, known_logins) or _wrong_end(told, now)
    if wrong:
        print(f"docsbot: {wrong}")
        return 2
    async with opened_database(settings) as database:
        async with database.write() as session:
            if what == "user":
                entry: AllowedPerson | AllowedChat = await _changed_person(session, id_, told, now)
            else:
                only = known_logins[0] if known_logins and len(known_logins) == 1 else None
                entry = await _changed_chat(session, id_, told, now, only)
            entry.name = told.name or entry.name
            await entries.put(session, entry)
            audit.record(session, _ALLOWED[what], now=now, subject_id=id_, detail=summary(entry))
            stopped = await _stop(database, session, settings, id_, known_logins)
        await wake_bot(settings, database)
    if stopped:
        print(_stopped(stopped))
    print(f"{what} {id_} is on the allowlist: {printable(summary(entry))}.")
    return 0


async def revoke(settings: DatabaseSettings, what: str, id_: int, *, known_logins: Sequence[str] | None = None) -> int:
    """Take a person or a group off the allowlist, and cancel what waits of theirs.

    A running bot is told. Without the logins of the settings it cancels, each when its turn comes.
    """
    async with opened_database(settings) as database:
        async with database.write() as session:
            remove = entries.remove_person if what == "user" else entries.remove_chat
            removed = await remove(session, id_)
            if removed:
                audit.record(session, _REVOKED[what], now=datetime.now(UTC), subject_id=id_)
            stopped = await _stop(database, session, settings, id_, known_logins)
        await wake_bot(settings, database)
    if what == "user" and id_ in settings.admin_ids:
        print(f"user {id_} stays an admin as long as ADMIN_IDS names them.")
        return 1
    if stopped:
        print(_stopped(stopped))
    print(f"{what} {id_} is off the allowlist." if removed else f"{what} {id_} was not on the allowlist.")
    return 0 if removed else 1


async def _stop(
    database: Database, session: AsyncSession, settings: DatabaseSettings, id_: int, known_logins: Sequence[str] | None
) -> Stopped:
    if not known_logins:
        return Stopped()
    clock = LoopClock(asyncio.get_running_loop())
    configured = ConfiguredLogins(tuple(known_logins), pace=timedelta(0))
    authorization = Authorization(database, clock, settings.admin_ids, configured)
    return await Stopping(authorization, clock).stop(session, id_)


async def allowlist(settings: DatabaseSettings, zone: tzinfo | None = None, *, as_json: bool = False) -> int:
    """Print who may use the bot."""
    async with existing_database(settings) as database, database.read() as session:
        people, chats = await entries.people(session), await entries.chats(session)
    rows = [_admin_row(id_) for id_ in sorted(settings.admin_ids)]
    rows += [_row("user", p.user_id, p.role.value, p.logins, p, zone) for p in people]
    rows += [_row("chat", c.chat_id, _who(c), [c.login] if c.login else [], c, zone) for c in chats]
    nobody = "Nobody may use the bot yet: docsbot allow user ID --role admin"
    print_rows(_COLUMNS, rows, as_json=as_json, empty=nobody)
    return 0


async def _changed_person(session: AsyncSession, user_id: int, told: Told, now: datetime) -> AllowedPerson:
    logins = None if told.logins is None else tuple(told.logins)
    before = await entries.person(session, user_id)
    change = PersonChange(name=told.name, role=told.role, logins=logins, until=told.end_of(before))
    after = changed_person(before, user_id, change, None, now)
    decision = Decision(after.role.value)
    await petitions.settle(session, PetitionKind.PERSON, user_id, decision, by=None, now=now)
    return after


async def _changed_chat(
    session: AsyncSession, chat_id: int, told: Told, now: datetime, only: str | None
) -> AllowedChat:
    login = None if told.logins is None else next(iter(told.logins), "")
    chat_id = await entries.id_now(session, chat_id)
    # An open petition says that the bot is in the group.
    returned = await petitions.settle(session, PetitionKind.GROUP, chat_id, Decision.ALLOWED, by=None, now=now)
    before = await entries.chat(session, chat_id)
    until = told.end_of(before)
    change = ChatChange(name=told.name, login=login, everyone=told.everyone, until=until, returned=returned)
    return changed_chat(before, chat_id, change, None, now, only=only)


def _stopped(stopped: Stopped) -> str:
    later = "; what waits behind them is cancelled when its turn comes" if stopped.more else ""
    return f"cancelled: {len(stopped.cancelled)}; with SMS Center already: {len(stopped.running)}{later}."


def _wrong_id(what: str, id_: int) -> str | None:
    if what == "user" and id_ <= 0:
        return "a person's id is a positive number; a group is `docsbot allow chat ID`"
    if what == "chat" and id_ >= 0:
        return "a group's id is a negative number; a person is `docsbot allow user ID`"
    return None if abs(id_) < 2**52 else f"{id_} is no id of Telegram's: those have at most 52 bits"


def _wrong_for(what: str, told: Told) -> str | None:
    if what == "user" and told.everyone is not None:
        return "--everyone and --listed are for groups"
    if what == "chat" and told.role is not None:
        return "--role is for people: a group has none"
    return "a group has one --login at most" if what == "chat" and len(told.logins or ()) > 1 else None


def _wrong_logins(told: Told, known: Sequence[str] | None) -> str | None:
    unknown = [login for login in told.logins or () if known is not None and login not in known]
    return f"--login {printable(unknown[0])}: the settings have {', '.join(known or ())}" if unknown else None


def _wrong_end(told: Told, now: datetime) -> str | None:
    if told.until is not None and told.until.at is not None and told.until.at <= now:
        return "--until: that day is over"
    return None


def _who(chat: AllowedChat) -> str:
    if chat.left_at is not None:
        return "left"
    return "everyone" if chat.everyone else "listed"


def _admin_row(id_: int) -> Row:
    return dict.fromkeys(_COLUMNS) | {"what": "user", "id": id_, "who": "admin", "logins": [], "added": "ADMIN_IDS"}


def _row(
    what: str, id_: int, who: str, logins: Sequence[str], entry: AllowedPerson | AllowedChat, zone: tzinfo | None
) -> Row:
    until = None if entry.expires_at is None else str(last_day(entry.expires_at, zone))
    by = "" if entry.added_by is None else f" by {entry.added_by}"
    return {
        "what": what,
        "id": id_,
        "who": who,
        "logins": list(logins),
        "until": until,
        "added": f"{local(entry.added_at, zone)}{by}",
        "name": entry.name,
    }
