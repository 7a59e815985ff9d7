"""Asking to be let in: a person for themselves, or for a group that they added the bot to. The first decision wins."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access import entries
from bot.access.policy import is_over
from bot.domain import Decision, Person, PetitionKind, Role
from bot.runtime.clock import Clock
from bot.runtime.signals import Signal
from db import allowlist, audit, petitions
from db.audit import AuditAction
from db.engine import Database
from db.models import Petition

_log = logging.getLogger(__name__)

_DAY = timedelta(days=1)
REFUSED_FOR = timedelta(days=7)
"""How long the admins are not asked again after a no."""
MAX_CARDS_A_DAY = 20
"""Cards for petitions of each kind, all askers together: nobody can flood the admins. The others are in `/access`."""
MAX_A_DAY = 1000
"""Petitions of each kind that are taken at all."""
MAX_GROUPS_OF_ONE = 3
"""Groups a day that one person who is no admin can ask for."""


_ASKED = {PetitionKind.PERSON: AuditAction.PETITION_PERSON, PetitionKind.GROUP: AuditAction.PETITION_GROUP}
_DECIDED = {
    Decision.MANAGER: AuditAction.PETITION_MANAGER,
    Decision.ADMIN: AuditAction.PETITION_ADMIN,
    Decision.ALLOWED: AuditAction.PETITION_ALLOWED,
    Decision.REFUSED: AuditAction.PETITION_REFUSED,
}


class Asked(StrEnum):
    """What became of a wish to ask the admins."""

    NOW = "now"
    BEFORE = "before"
    """They were asked within the last day, and nobody has decided."""
    TOO_EARLY = "too_early"
    """They have decided lately."""
    TOO_MANY = "too_many"
    """Too many others have asked today."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What to tell who asks; `again_at` is when asking makes sense again."""

    asked: Asked
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A petition after somebody's press."""

    petition: Petition | None
    by_this_press: bool
    """Whether this press, or the same one delivered before, is what decided."""


class Petitions:
    """Takes petitions and the admins' decisions; announces each commit that the cards have to show."""

    def __init__(self, database: Database, clock: Clock, changes: Signal[None], *, only_login: str | None) -> None:
        """`only_login` is the login where there is but one: a group for everyone gets it."""
        self._database = database
        self._clock = clock
        self._changes = changes
        self._only_login = only_login

    async def ask(self, person: Person) -> Reply:
        """Ask the admins to let a person in: once a day, not for a week after a no, and not with too many others."""
        async with self._database.write() as session:
            reply = await self._ask(session, person)
        return self._announced(reply)

    async def _ask(self, session: AsyncSession, person: Person) -> Reply:
        now = self._clock.now()
        refused = await self._too_soon(session, PetitionKind.PERSON, person.id, now)
        if refused is not None:
            return refused
        if await petitions.count(session, PetitionKind.PERSON, since=now - _DAY) >= MAX_A_DAY:
            _log.warning("person %d asks for access, but %d have asked today", person.id, MAX_A_DAY)
            return Reply(Asked.TOO_MANY)
        await self._add(session, PetitionKind.PERSON, person.id, person.name, person, now)
        return Reply(Asked.NOW)

    async def ask_for_group(self, chat_id: int, title: str, asker: Person, *, by_admin: bool) -> Reply:
        """Ask the admins about a group that somebody added the bot to; an admin may ask at any time."""
        async with self._database.write() as session:
            reply = await self._ask_for_group(session, chat_id, title, asker, by_admin=by_admin)
        return self._announced(reply)

    async def _ask_for_group(
        self, session: AsyncSession, chat_id: int, title: str, asker: Person, *, by_admin: bool
    ) -> Reply:
        now = self._clock.now()
        refused = await self._too_soon(session, PetitionKind.GROUP, chat_id, now)
        if refused is not None and (not by_admin or refused.asked is Asked.BEFORE):
            return refused
        if not by_admin:
            of_all = await petitions.count(session, PetitionKind.GROUP, since=now - _DAY)
            own = await petitions.count(session, PetitionKind.GROUP, since=now - _DAY, asker_id=asker.id)
            if of_all >= MAX_A_DAY or own >= MAX_GROUPS_OF_ONE:
                _log.warning("person %d added the bot to group %d: one of too many", asker.id, chat_id)
                return Reply(Asked.TOO_MANY)
        await self._add(session, PetitionKind.GROUP, chat_id, title, asker, now)
        return Reply(Asked.NOW)

    def _announced(self, reply: Reply) -> Reply:
        """Announce a petition, also one that was there: its commit may have been reported as failed."""
        if reply.asked in {Asked.NOW, Asked.BEFORE}:
            self._changes.announce(None)
        return reply

    async def waiting(self, limit: int) -> Sequence[Petition]:
        """Return petitions that nobody has decided, oldest first."""
        async with self._database.read() as session:
            return await petitions.open_page(session, offset=0, limit=limit)

    async def open(self, petition_id: int) -> Petition | None:
        """Return a petition that nobody has decided."""
        async with self._database.read() as session:
            petition = await petitions.get(session, petition_id)
        return petition if petition is not None and petition.decision is None else None

    async def decide(
        self, petition_id: int, decision: Decision, admin: Person, login: str | None = None, *, on_card: bool = True
    ) -> Decided:
        """Take the first decision and put it into the allowlist, in one transaction; `login` is a group's own.

        `on_card` says that the admin pressed a button of their card, and sees the outcome there as the answer.
        """
        async with self._database.write() as session:
            petition = await petitions.get(session, petition_id, to_decide=True)
            if petition is None:
                return Decided(None, by_this_press=False)
            if petition.decision is None:
                await self._take(session, petition, decision, admin, login, on_card=on_card)
            same = petition.decision is decision and petition.decided_by_id == admin.id
        # Also where it was decided before: that commit may have been reported as failed, so that nobody knows.
        self._changes.announce(None)
        return Decided(petition, by_this_press=same)

    async def _take(
        self,
        session: AsyncSession,
        petition: Petition,
        decision: Decision,
        admin: Person,
        login: str | None,
        *,
        on_card: bool,
    ) -> None:
        now = self._clock.now()
        petition.decision, petition.decided_at = decision, now
        petition.decided_by_id, petition.decided_by = admin.id, admin.name
        if decision is not Decision.REFUSED:
            await self._let_in(session, petition, decision, admin, login, now)
        if on_card:
            await petitions.card_shown(session, petition.id, admin.id)
        audit.record(
            session,
            _DECIDED[decision],
            now=now,
            actor=admin,
            subject_id=petition.subject_id,
            detail="; ".join(filter(None, [petition.subject_name, login])),
        )
        _log.info("petition %d: person %d says %s", petition.id, admin.id, decision)

    async def _too_soon(
        self, session: AsyncSession, kind: PetitionKind, subject_id: int, now: datetime
    ) -> Reply | None:
        """Say why the admins are not asked now; an open petition that is older than a day gives way to a new one."""
        latest = await petitions.latest(session, kind, subject_id)
        if latest is None:
            return None
        if latest.decision is None:
            if now - latest.asked_at < _DAY:
                return Reply(Asked.BEFORE)
            await petitions.settle(session, kind, subject_id, Decision.GONE, by=None, now=now)
            return None
        free_at = latest.asked_at + _DAY
        if latest.decision is Decision.REFUSED and latest.decided_at is not None:
            free_at = latest.decided_at + REFUSED_FOR
        return Reply(Asked.TOO_EARLY, free_at) if now < free_at else None

    async def _add(
        self, session: AsyncSession, kind: PetitionKind, subject_id: int, name: str, asker: Person, now: datetime
    ) -> None:
        session.add(
            Petition(
                kind=kind,
                subject_id=subject_id,
                subject_name=name[:256],
                asker_id=asker.id,
                asker_name=asker.name[:256],
                language=asker.language,
                asked_at=now,
            )
        )
        audit.record(session, _ASKED[kind], now=now, actor=asker, subject_id=subject_id, detail=name)

    async def _let_in(
        self,
        session: AsyncSession,
        petition: Petition,
        decision: Decision,
        admin: Person,
        login: str | None,
        now: datetime,
    ) -> None:
        subject_id, name = petition.subject_id, petition.subject_name
        if petition.kind is PetitionKind.PERSON:
            known = await allowlist.person(session, subject_id)
            if known is not None and not is_over(known, now):
                return
            role = Role.ADMIN if decision is Decision.ADMIN else Role.MANAGER
            await allowlist.put(session, entries.admitted_person(known, subject_id, name, role, by=admin.id, now=now))
            return
        before, chat_id = await allowlist.chat(session, subject_id), await allowlist.id_now(session, subject_id)
        only = self._only_login
        entry = entries.admitted_chat(before, chat_id, name, login, by=admin.id, now=now, only=only)
        await allowlist.put(session, entry)
