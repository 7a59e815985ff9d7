"""Tells strangers' updates from those of people who may use the bot, before anything is stored of them."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.policy import Action, Place, Ruling, Standing, place_of, rule, standing_of
from bot.messaging.raw_updates import RawUpdate, Sender
from bot.messaging.reception import Sorted
from bot.runtime.clock import Clock
from bot.runtime.cooldown import Cooldown
from db import allowlist
from db.engine import Database
from db.models import AllowedChat, AllowedPerson

_KNOWN_FOR = timedelta(seconds=5)


class Doorstep:
    """Looks into the allowlist, once for all the updates that came together.

    Who was on it lately is taken for a member still: whether they may is asked again before anything is done.
    """

    def __init__(self, database: Database, clock: Clock, admin_ids: frozenset[int]) -> None:
        self._database = database
        self._clock = clock
        self._admin_ids = admin_ids
        self._members = Cooldown(clock, _KNOWN_FOR)

    async def sort(self, updates: Sequence[RawUpdate]) -> Sorted:
        """Sort updates by who is behind them; waits for the database, however long."""
        senders = [update.sender for update in updates]
        asked = [sender for sender in senders if sender and not self._is_member(sender)]
        people, chats = await self._read(asked) if asked else ({}, {})
        members: list[RawUpdate] = []
        strangers: list[RawUpdate] = []
        unheard: list[RawUpdate] = []
        for update, sender in zip(updates, senders, strict=True):
            if sender is None or self._is_member(sender):
                members.append(update)
                continue
            ruling = self._rule(sender, people.get(sender.person_id), chats.get(sender.chat_id))
            (members if ruling is Ruling.YES else unheard if ruling is Ruling.SILENT else strangers).append(update)
        return Sorted(members, strangers, unheard)

    def _is_member(self, sender: Sender) -> bool:
        return not sender.as_chat and (sender.person_id in self._admin_ids or self._members.is_said(sender.person_id))

    async def _read(self, senders: Sequence[Sender]) -> tuple[dict[int, AllowedPerson], dict[int, AllowedChat]]:
        people_ids = {sender.person_id for sender in senders if not sender.as_chat}
        chat_ids = {sender.chat_id for sender in senders if not sender.private}

        async def look(session: AsyncSession) -> tuple[dict[int, AllowedPerson], dict[int, AllowedChat]]:
            people = await allowlist.people_among(session, people_ids) if people_ids else {}
            return people, await allowlist.chats_among(session, chat_ids) if chat_ids else {}

        return await self._database.read_until_stored("reading the allowlist", look)

    def _rule(self, sender: Sender, person: AllowedPerson | None, chat: AllowedChat | None) -> Ruling:
        """Say whether this is worth keeping: whoever is on the list hears even a no from the handlers."""
        now = self._clock.now()
        place = place_of(chat, now, private=sender.private)
        if sender.as_chat:
            return Ruling.SILENT if place is Place.CLOSED else Ruling.NOT_ON_LIST
        standing = standing_of(person, now, always_admin=False)
        if standing not in {Standing.STRANGER, Standing.EXPIRED}:
            self._members.first(sender.person_id)
            return Ruling.YES
        ruling = rule(standing, place, Action.USE)
        return Ruling.NOT_ON_LIST if ruling is Ruling.SILENT and sender.presses else ruling
