"""Brings petitions to the admins and decisions to the askers, from the rows: whatever a crash cut off goes on later."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access import petition_wording
from bot.access.admins import AdminNotes
from bot.access.authorization import Authorization
from bot.access.petition_buttons import of_petition
from bot.access.petitions import MAX_CARDS_A_DAY, REFUSED_FOR
from bot.access.policy import Place, place_of
from bot.domain import Decision, Destination, PetitionKind
from bot.language.preferences import LanguagePreferences
from bot.messaging.messenger import Messenger, Undeliverable
from bot.messaging.profiles import Profiles
from bot.runtime.clock import Clock
from bot.runtime.cooldown import Cooldown
from bot.runtime.worker import Worker
from db import allowlist, petitions
from db.engine import Database
from db.lease import LeaseLost
from db.models import Petition, PetitionCard
from db.retry import until_stored

_log = logging.getLogger(__name__)

_GROUPS_ASKED = 20
"""In how many groups of the list Telegram is asked for a person, one call each."""
_AFTER_A_FAULT_S = 60.0


class PetitionCards(Worker):
    """Sends each admin a card for each petition, and edits all of them once somebody has decided.

    A card whose record was lost in a crash is sent again: two are better than none.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        messenger: Messenger,
        profiles: Profiles,
        languages: LanguagePreferences,
        authorization: Authorization,
        notes: AdminNotes,
        *,
        logins: Sequence[str],
    ) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._messenger = messenger
        self._profiles = profiles
        self._languages = languages
        self._authorization = authorization
        self._logins = tuple(logins)
        self._notes = notes
        self._unreached: set[int] = set()
        self._returned: set[int] = set()
        self._many = Cooldown(clock, timedelta(days=1))

    async def work(self) -> None:
        """Bring each open petition to the admins, and each decision to those who wait for it."""
        await self._ask_returned()
        unfinished = await until_stored("reading the petitions", self._unfinished)
        admins = await until_stored("reading the admins", self._admins) if unfinished else []
        for petition in unfinished:
            try:
                await self._bring(petition, admins)
            except LeaseLost:
                raise
            except Exception:  # noqa: BLE001
                # The others must not suffer; this one is tried again in a while.
                _log.exception("petition %d could not be brought", petition.id)
                asyncio.get_running_loop().call_later(_AFTER_A_FAULT_S, self.wake)

    async def _bring(self, petition: Petition, admins: Sequence[int]) -> None:
        if petition.decision is None:
            await self._ask_admins(petition, admins)
            return
        for card in await until_stored("reading the cards", lambda: self._cards(petition)):
            if not card.outcome_shown:
                await self._show_outcome(petition, card)
        if petition.told_at is None:
            await self._tell_asker(petition, known=petition.asker_id in admins)

    def admin_seen(self, admin_id: int) -> None:
        """Hear that an admin has written to the bot: one who could not be reached before is asked now."""
        if admin_id in self._unreached:
            self._returned.add(admin_id)
            self.wake()

    async def _ask_returned(self) -> None:
        while self._returned:
            admin = self._returned.pop()
            self._unreached.discard(admin)
            again = partial(petitions.ask_again, admin_id=admin)
            await self._database.write_until_stored("asking an admin again", again)

    async def _ask_admins(self, petition: Petition, admins: Sequence[int]) -> None:
        asked = {card.admin_id: card for card in await until_stored("reading the cards", lambda: self._cards(petition))}
        missing = [admin for admin in admins if admin not in asked]
        if not admins:
            _log.warning("petition %d: there is no admin to ask: set ADMIN_IDS", petition.id)
        if missing:
            one_too_many = await until_stored("counting petitions", lambda: self._is_one_of_too_many(petition))
            if one_too_many:
                await self._tell_of_many()
                return
            asked |= await self._ask(petition, missing, admins)
        unreached = {admin for admin, card in asked.items() if card.message_id == petitions.NOBODY_THERE}
        self._unreached |= unreached
        if len(unreached) == len(asked) and petition.told_unreached_at is None:
            await self._tell_unreached(petition)

    async def _ask(self, petition: Petition, missing: Sequence[int], admins: Sequence[int]) -> dict[int, PetitionCard]:
        username, groups = await self._acquaintance(petition)
        cards: dict[int, PetitionCard] = {}
        # Who added the bot to a group waits for this card, and knows best.
        for admin in sorted(missing, key=lambda admin: admin != petition.asker_id):
            t = (await self._languages.for_people([admin]))[admin]
            text = petition_wording.card(
                t,
                petition,
                username=username,
                groups=groups,
                by_admin=petition.asker_id in admins,
                by_reader=petition.asker_id == admin,
            )
            try:
                message_id = await self._messenger.send_text(
                    Destination(admin), text, of_petition(t, petition, self._logins)
                )
            except Undeliverable as error:
                _log.warning("admin %d cannot be asked: %s", admin, error.why)
                message_id = petitions.NOBODY_THERE
            cards[admin] = PetitionCard(petition_id=petition.id, admin_id=admin, message_id=message_id)
            await self._keep(cards[admin])
        return cards

    async def _is_one_of_too_many(self, petition: Petition) -> bool:
        since = petition.asked_at - timedelta(days=1)
        async with self._database.read() as session:
            return await petitions.before(session, petition, since=since, limit=MAX_CARDS_A_DAY) >= MAX_CARDS_A_DAY

    async def _tell_of_many(self) -> None:
        if self._many.first("many"):
            await self._notes.tell(petition_wording.too_many_cards)

    async def _tell_unreached(self, petition: Petition) -> None:
        """Tell the asker the truth: the admins will be asked when one of them writes to the bot."""
        t = self._languages.for_language(petition.language)
        try:
            await self._messenger.send_text(Destination(petition.asker_id), petition_wording.nobody_reached(t))
        except Undeliverable as error:
            _log.info("the asker of petition %d cannot be told: %s", petition.id, error.why)

        async def note(session: AsyncSession) -> None:
            (await session.get_one(Petition, petition.id)).told_unreached_at = self._clock.now()

        await self._database.write_until_stored("noting that an asker knows", note)

    async def _acquaintance(self, petition: Petition) -> tuple[str | None, Sequence[str]]:
        """Return a person's username and in which groups of the list they are, as far as Telegram tells."""
        if petition.kind is not PetitionKind.PERSON:
            return None, ()
        profile = await self._profiles.profile(petition.subject_id)
        groups = [
            name
            for chat_id, name in (await until_stored("reading the groups", self._groups))[:_GROUPS_ASKED]
            if await self._profiles.is_member(chat_id, petition.subject_id)
        ]
        return profile.username if profile else None, groups

    async def _show_outcome(self, petition: Petition, card: PetitionCard) -> None:
        if card.message_id != petitions.NOBODY_THERE:
            t = (await self._languages.for_people([card.admin_id]))[card.admin_id]
            text = petition_wording.decided(t, petition)
            await self._messenger.replace_text(card.admin_id, card.message_id, text)
        await self._database.write_until_stored(
            "noting a card", lambda session: petitions.card_shown(session, card.petition_id, card.admin_id)
        )

    async def _tell_asker(self, petition: Petition, *, known: bool) -> None:
        """Tell of the decision; an admin who asked for a group (`known`) sees it on their card."""
        if petition.kind is PetitionKind.GROUP and petition.decision is Decision.REFUSED:
            await self._profiles.leave(petition.subject_id)
        t = self._languages.for_language(petition.language)
        now = self._clock.now()
        answer = petition_wording.answer(t, petition, t.clock_time((petition.decided_at or now) + REFUSED_FOR, now=now))
        if answer is not None and not (known and petition.kind is PetitionKind.GROUP):
            try:
                await self._messenger.send_text(Destination(petition.asker_id), answer)
            except Undeliverable as error:
                _log.info("the asker of petition %d cannot be told: %s", petition.id, error.why)

        async def note(session: AsyncSession) -> None:
            (await session.get_one(Petition, petition.id)).told_at = self._clock.now()

        await self._database.write_until_stored("noting that an asker knows", note)

    async def _keep(self, card: PetitionCard) -> None:
        async def keep(session: AsyncSession) -> None:
            await session.merge(card)
            petition = await session.get_one(Petition, card.petition_id)
            if petition.decision is not None:
                self.wake()

        await self._database.write_until_stored("keeping a card", keep)

    async def _unfinished(self) -> Sequence[Petition]:
        async with self._database.read() as session:
            return await petitions.unfinished(session)

    async def _cards(self, petition: Petition) -> Sequence[PetitionCard]:
        async with self._database.read() as session:
            return await petitions.cards(session, petition.id)

    async def _admins(self) -> list[int]:
        async with self._database.read() as session:
            return await self._authorization.admins(session)

    async def _groups(self) -> list[tuple[int, str]]:
        now = self._clock.now()
        async with self._database.read() as session:
            chats = await allowlist.chats(session)
        return [(chat.chat_id, chat.name) for chat in chats if place_of(chat, now, private=False) is not Place.CLOSED]
