"""Announces changes of rights: whoever changes who may what, in the chat or on the command line, all admins hear."""

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.admins import AdminNotes
from bot.access.wording import back_in_group, removed_from_group
from bot.audit import wording
from bot.domain import Person
from bot.language.translator import Translator
from bot.runtime.clock import Clock
from bot.runtime.worker import Worker
from db import audit
from db.audit import AuditAction
from db.engine import Database
from db.models import AuditEntry
from db.retry import until_stored

_READER = "announcements"
_AT_ONCE = 50
_OF_THE_BOT = (AuditAction.REMOVED_FROM_CHAT, AuditAction.BACK_IN_CHAT)
"""What all admins hear, also the one who did it: it says what becomes of the group."""
_RIGHTS = (
    AuditAction.ALLOW_USER,
    AuditAction.ALLOW_CHAT,
    AuditAction.REVOKE_USER,
    AuditAction.REVOKE_CHAT,
    AuditAction.PETITION_MANAGER,
    AuditAction.PETITION_ADMIN,
    AuditAction.PETITION_ALLOWED,
    AuditAction.PETITION_REFUSED,
    AuditAction.PAUSE_LOGIN,
    AuditAction.RESUME_LOGIN,
)


class RightsAnnouncements(Worker):
    """Reads the audit from where it stopped, and tells all admins but the one who did it.

    The place is kept after telling: a crash in between tells once more, never less. What was done before this reader
    existed is not told.
    """

    def __init__(self, database: Database, clock: Clock, admins: AdminNotes, zone: tzinfo | None) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._admins = admins
        self._zone = zone

    async def work(self) -> None:
        """Tell of everything that was done since."""
        while entries := await until_stored("reading changes of rights", self._unread):
            for entry in entries:
                if entry.action in _OF_THE_BOT:
                    await self._admins.tell(partial(_of_the_bot, entry))
                elif entry.action in _RIGHTS:
                    subject = await until_stored("reading a name", partial(self._subject, entry))
                    await self._admins.tell(partial(self._note, entry, subject), but=entry.actor_id)
            noted = partial(audit.read_up_to, reader=_READER, entry_id=entries[-1].id)
            await self._database.write_until_stored("noting what the admins know", noted)

    async def _unread(self) -> Sequence[AuditEntry]:
        async with self._database.read() as session:
            place = await audit.place_of(session, _READER)
            if place is not None:
                return await audit.after(session, place, _AT_ONCE)
        await self._database.write_until_stored("beginning to announce", self._begin)
        return ()

    async def _begin(self, session: AsyncSession) -> None:
        await audit.read_up_to(session, _READER, await audit.newest(session))

    async def _subject(self, entry: AuditEntry) -> str | None:
        """Return the name of the person or the group that something was done to."""
        if entry.subject_id is None:
            return None
        async with self._database.read() as session:
            return (await audit.names_of(session, [entry.subject_id])).get(entry.subject_id)

    def _note(self, entry: AuditEntry, subject: str | None, t: Translator) -> Markup:
        time = t.clock_time(entry.at, now=self._clock.now())
        what = wording.line(t, entry, None, time, zone=self._zone, subject=subject)
        return t.say("Access has changed. {what}", what=what)


def _of_the_bot(entry: AuditEntry, t: Translator) -> Markup:
    by = Person(entry.actor_id or 0, entry.actor_name or "", "")
    note = removed_from_group if entry.action == AuditAction.REMOVED_FROM_CHAT else back_in_group
    return note(t, entry.detail, entry.subject_id or 0, by)
