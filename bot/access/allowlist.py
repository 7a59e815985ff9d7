"""Changing the allowlist in the chat: who is on it, as what, with which logins, and until when."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access import entries
from bot.access.entries import ChatChange, PersonChange, changed_chat, changed_person, summary
from bot.access.policy import Standing, is_over, standing_of
from bot.access.stopping import Stopped, Stopping
from bot.domain import Decision, Destination, Person, PetitionKind, Role
from bot.runtime.clock import Clock
from bot.runtime.signals import Signal
from db import allowlist, audit, petitions, preferences, questions
from db.audit import AuditAction
from db.engine import Database
from db.models import AllowedChat, AllowedPerson

_log = logging.getLogger(__name__)

_CANDIDATE = "contact"


class AllowlistRefusal(StrEnum):
    """Why an entry stays as it is."""

    NOT_LISTED = "not_listed"
    LAST_ADMIN = "last_admin"
    """Nobody would be left who could undo it."""
    ALWAYS_ADMIN = "always_admin"
    """The setting ADMIN_IDS names them: the chat cannot change that."""
    UNKNOWN_LOGIN = "unknown_login"


AllowlistResult = AllowlistRefusal | Stopped | None


@dataclass(frozen=True, slots=True)
class AllowlistEntries:
    """The allowlist."""

    always_admins: Mapping[int, str | None]
    """By id, with the name as far as it is known."""
    people: tuple[AllowedPerson, ...]
    chats: tuple[AllowedChat, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person whom an admin is about to let in."""

    user_id: int
    change: PersonChange


class Allowlist:
    """The admins' changes, each in one transaction with its audit and with the end of what may go on no more.

    Each returns why nothing changed, or what it stopped; None if it stopped nothing. `changes` is announced after
    each.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        changes: Signal[None],
        stopping: Stopping,
        *,
        admin_ids: frozenset[int],
        names: Sequence[str],
    ) -> None:
        self._database = database
        self._clock = clock
        self._changes = changes
        self._stopping = stopping
        self.admin_ids = admin_ids
        self.names = tuple(names)
        """The logins of the settings, the default one first."""
        self._only = names[0] if len(names) == 1 else None

    async def entries(self) -> AllowlistEntries:
        async with self._database.read() as session:
            people, chats = await allowlist.people(session), await allowlist.chats(session)
            names = await audit.names_of(session, self.admin_ids)
        always = {id_: names.get(id_) for id_ in sorted(self.admin_ids)}
        return AllowlistEntries(always, tuple(people), tuple(chats))

    async def name_of(self, user_id: int) -> str | None:
        """Return what a person is called, whether listed or not; None if it is not known."""
        async with self._database.read() as session:
            return (await audit.names_of(session, [user_id])).get(user_id)

    async def called(self, subject_id: int) -> str | None:
        """Return what a person or a group is called on the list, else elsewhere; None if it is not known."""
        entry = await (self.chat(subject_id) if subject_id < 0 else self.person(subject_id))
        return entry.name if entry is not None else await self.name_of(subject_id)

    async def person(self, user_id: int) -> AllowedPerson | None:
        async with self._database.read() as session:
            return await allowlist.person(session, user_id)

    async def is_admin(self, user_id: int) -> bool:
        """Say whether somebody is an admin now."""
        standing = standing_of(await self.person(user_id), self._clock.now(), always_admin=user_id in self.admin_ids)
        return standing in {Standing.ADMIN, Standing.ALWAYS_ADMIN}

    async def chat(self, chat_id: int) -> AllowedChat | None:
        async with self._database.read() as session:
            return await allowlist.chat(session, chat_id)

    async def added_by(self, entry: AllowedPerson | AllowedChat | None) -> str | None:
        """Return the name of who added an entry; None if it is not known, or for the command line."""
        return None if entry is None or entry.added_by is None else await self.name_of(entry.added_by)

    async def put_person(
        self, user_id: int, change: PersonChange, admin: Person, *, only_listed: bool = False
    ) -> AllowlistResult:
        """Let a person in, or change their entry; `only_listed` is for old buttons, which let nobody in again."""
        if not set(change.logins or ()) <= set(self.names):
            return AllowlistRefusal.UNKNOWN_LOGIN
        async with self._database.write() as session:
            before = await allowlist.person(session, user_id)
            always = user_id in self.admin_ids
            if before is None and only_listed and not always:
                return AllowlistRefusal.NOT_LISTED
            if always and (change.role is Role.MANAGER or (change.until and change.until.at)):
                return AllowlistRefusal.ALWAYS_ADMIN
            now = self._clock.now()
            after = changed_person(before, user_id, change, admin.id, now)
            if always:
                after.role = Role.ADMIN
            if await self._leaves_no_admin(session, user_id, after, now):
                return AllowlistRefusal.LAST_ADMIN
            await _settle(session, PetitionKind.PERSON, user_id, Decision(after.role.value), admin, now)
            if before is None or summary(before) != summary(after):
                await allowlist.put(session, after)
                self._record(session, AuditAction.ALLOW_USER, admin, user_id, summary(after))
            stopped = await self._stopping.stop(session, user_id)
        return self._announced(stopped)

    async def put_chat(
        self, chat_id: int, change: ChatChange, admin: Person, *, only_listed: bool = False
    ) -> AllowlistResult:
        """Let a group in, or change its entry; `only_listed` as for people."""
        if change.login and change.login not in self.names:
            return AllowlistRefusal.UNKNOWN_LOGIN
        async with self._database.write() as session:
            chat_id = await allowlist.id_now(session, chat_id)
            before = await allowlist.chat(session, chat_id)
            if before is None and only_listed:
                return AllowlistRefusal.NOT_LISTED
            now = self._clock.now()
            settled = await _settle(session, PetitionKind.GROUP, chat_id, Decision.ALLOWED, admin, now)
            # An open petition says that the bot is in the group.
            change = replace(change, returned=change.returned or settled)
            after = changed_chat(before, chat_id, change, admin.id, now, only=self._only)
            if before is None or summary(before) != summary(after):
                await allowlist.put(session, after)
                self._record(session, AuditAction.ALLOW_CHAT, admin, chat_id, summary(after))
            stopped = await self._stopping.stop(session, after.chat_id)
        return self._announced(stopped)

    async def keep_candidate(self, user_id: int, change: PersonChange, admin: Person, origin: Destination) -> int:
        """Remember whom an admin is about to let in, and how, until they say so; return the question's id."""
        async with self._database.write() as session:
            question = await questions.ask(
                session,
                _CANDIDATE,
                asker_id=admin.id,
                destination=origin,
                payload={"id": user_id, **entries.to_json(change)},
                now=self._clock.now(),
            )
        return question.id

    async def candidate(self, question_id: int) -> Candidate | None:
        """Return whom an admin was asked about; None for any other question."""
        async with self._database.read() as session:
            question = await questions.get(session, question_id)
        if question is None or question.kind != _CANDIDATE:
            return None
        return Candidate(question.payload["id"], entries.from_json(question.payload))

    async def revoke_person(self, user_id: int, admin: Person) -> AllowlistResult:
        """Take a person off the list; what waits of theirs is cancelled."""
        if user_id in self.admin_ids:
            return AllowlistRefusal.ALWAYS_ADMIN
        async with self._database.write() as session:
            entry = await allowlist.person(session, user_id)
            if entry is None:
                return AllowlistRefusal.NOT_LISTED
            if await self._leaves_no_admin(session, user_id, None, self._clock.now()):
                return AllowlistRefusal.LAST_ADMIN
            await allowlist.remove_person(session, user_id)
            await preferences.forget_logins(session, user_id)
            self._record(session, AuditAction.REVOKE_USER, admin, user_id, entry.name)
            stopped = await self._stopping.stop(session, user_id)
        _log.info("person %d is off the list, by person %d", user_id, admin.id)
        return self._announced(stopped)

    async def revoke_chat(self, chat_id: int, admin: Person) -> AllowlistResult:
        """Take a group off the list; the bot stays in it, silent, and what waits for it is cancelled."""
        async with self._database.write() as session:
            entry = await allowlist.chat(session, chat_id)
            if entry is None:
                return AllowlistRefusal.NOT_LISTED
            await allowlist.remove_chat(session, chat_id)
            self._record(session, AuditAction.REVOKE_CHAT, admin, chat_id, entry.name)
            stopped = await self._stopping.stop(session, entry.chat_id)
        _log.info("group %d is off the list, by person %d", chat_id, admin.id)
        return self._announced(stopped)

    def _announced(self, stopped: Stopped) -> Stopped | None:
        self._changes.announce(None)
        if not stopped:
            return None
        self._stopping.stops.announce(stopped)
        return stopped

    def _record(self, session: AsyncSession, action: AuditAction, admin: Person, subject_id: int, detail: str) -> None:
        audit.record(session, action, now=self._clock.now(), actor=admin, subject_id=subject_id, detail=detail)

    async def _leaves_no_admin(
        self, session: AsyncSession, user_id: int, after: AllowedPerson | None, now: datetime
    ) -> bool:
        """Say whether an admin's new entry (None: off the list) would end the time in which somebody is one."""
        if self.admin_ids:
            return False
        listed = await allowlist.admins(session, to_change=True)
        if all(admin.user_id != user_id for admin in listed):
            return False
        others = [admin for admin in listed if admin.user_id != user_id and not is_over(admin, now)]
        left = [*others, after] if after is not None and after.role is Role.ADMIN else others
        lasts = any(admin.user_id == user_id and admin.expires_at is None for admin in listed)
        return not left or (lasts and all(admin.expires_at is not None for admin in left))


async def _settle(
    session: AsyncSession, kind: PetitionKind, subject_id: int, decision: Decision, admin: Person, now: datetime
) -> bool:
    return await petitions.settle(session, kind, subject_id, decision, by=admin, now=now)
