"""The bot comes into groups and is removed from them: the admins hear of it, and the list is kept true.

Channels it leaves, like a group that was refused: nobody can command it there, so nobody need decide.
"""

import logging
from dataclasses import dataclass

from bot.access.authorization import Authorization
from bot.access.petitions import Petitions
from bot.access.policy import Place, place_of
from bot.domain import Decision, Person, PetitionKind
from bot.messaging.profiles import Profiles
from bot.runtime.clock import Clock
from bot.runtime.signals import Signal
from db import allowlist, audit, petitions
from db.audit import AuditAction
from db.engine import Database

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Group:
    """A group as Telegram shows it."""

    id: int
    title: str


class Membership:
    """Follows Telegram's word on where the bot is. It says nothing in a group that is not allowed."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        authorization: Authorization,
        petitions_: Petitions,
        profiles: Profiles,
        changes: Signal[None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._authorization = authorization
        self._petitions = petitions_
        self._profiles = profiles
        self._changes = changes

    async def added(self, group: Group, by: Person) -> None:
        """Ask the admins about a group, unless the list has it; an admin may bring back what removed the bot."""
        async with self._database.write() as session:
            entry = await allowlist.chat(session, group.id)
            by_admin = by.id in await self._authorization.admins(session)
            now = self._clock.now()
            if entry is not None and entry.left_at is not None and by_admin:
                entry.left_at = None
                audit.record(
                    session, AuditAction.BACK_IN_CHAT, now=now, actor=by, subject_id=group.id, detail=group.title
                )
            is_open = place_of(entry, now, private=False) is not Place.CLOSED
        _log.info("person %d added the bot to group %d", by.id, group.id)
        if not is_open:
            await self._petitions.ask_for_group(group.id, group.title, by, by_admin=by_admin)
        # Who announces changes of rights tells the admins, from the audit.
        self._changes.announce(None)

    async def added_to_channel(self, channel_id: int, by_id: int) -> None:
        """Leave, without a word to anybody."""
        _log.info("person %d added the bot to channel %d: it leaves", by_id, channel_id)
        await self._profiles.leave(channel_id)

    async def removed(self, group: Group, by: Person) -> None:
        """Mark a group that removed the bot; what waits for it goes to the requesters in private."""
        async with self._database.write() as session:
            entry = await allowlist.chat(session, group.id)
            now = self._clock.now()
            await petitions.settle(session, PetitionKind.GROUP, group.id, Decision.GONE, by=None, now=now)
            if entry is not None and entry.left_at is None:
                entry.left_at = now
                audit.record(
                    session, AuditAction.REMOVED_FROM_CHAT, now=now, actor=by, subject_id=group.id, detail=group.title
                )
        _log.warning("person %d removed the bot from group %d", by.id, group.id)
        self._changes.announce(None)
