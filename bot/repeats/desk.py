"""Taking repeats in: each is kept with its preview, and created or forgotten by a press."""

import logging
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.documents.intents import likeness
from bot.documents.requests import UnknownLogin
from bot.domain import ConfiguredLogins, CreateInvoice, Denial, Destination, Person, RepeatState
from bot.parsing import ParseError
from bot.repeats.changes import RepeatChanges
from bot.repeats.dates import dates_to_come, go_to, rule_of
from bot.runtime.clock import Clock
from bot.schedules.recurrence import Occurrence, starting
from bot.schedules.stored_rule import rule_to_json
from bot.schedules.words import Repeat, check_service
from db import audit, repeats
from db.audit import AuditAction
from db.engine import Database
from db.models import StoredRepeat

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RepeatPreview:
    """A repeat that may be created, the dates that it would begin with, and what to think about before."""

    repeat: StoredRepeat
    dates: tuple[Occurrence, ...]
    large: bool = False
    alike: StoredRepeat | None = None
    """Another repeat that makes the same."""

    @property
    def doubtful(self) -> bool:
        return self.large or self.alike is not None


class RepeatRefusal(StrEnum):
    """Why a press on a repeat changes nothing."""

    GONE = "gone"
    NOT_YOURS = "not_yours"
    TOO_LATE = "too_late"
    """It was created, discarded or ended already, or it is as the press would have it."""
    ENDED = "ended"
    """Its last date has passed."""
    MADE_TODAY = "made_today"
    """Today's is made, or asked about, already."""


class RepeatDesk:
    """Keeps what people want to repeat; nothing comes of it before its owner presses."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        changes: RepeatChanges,
        authorization: Authorization,
        configured: ConfiguredLogins,
        zone: tzinfo | None,
        confirm_above: int,
    ) -> None:
        """Sums above `confirm_above` are asked about; 0: none."""
        self._database = database
        self._clock = clock
        self._changes = changes
        self._authorization = authorization
        self._configured = configured
        self._zone = zone
        self._confirm_above = confirm_above

    @property
    def zone(self) -> tzinfo | None:
        """The team's time zone, in which all dates are."""
        return self._zone

    async def preview(
        self, wanted: Repeat, owner: Person, origin: Destination
    ) -> RepeatPreview | Denial | UnknownLogin:
        """Keep a repeat; the same message gives the same repeat, however often it is handled.

        The login is the one that the allowlist names for the owner in that chat.
        """
        async with self._database.write() as session:
            known = await repeats.of_origin(session, origin.chat_id, origin.reply_to or 0)
            if known is not None:
                return await self._view(session, known)
            login = await self._login(session, owner, origin)
            if not isinstance(login, str):
                return login
            repeat = _new(wanted, owner, origin, login, self._clock.now())
            go_to(repeat, 0, self._zone)
            session.add(repeat)
            await session.flush()
            return await self._view(session, repeat)

    async def shown_with(self, repeat_id: int, message_id: int) -> None:
        """Remember the message with the preview, however long the database takes: it need not be sent again."""

        async def store(session: AsyncSession) -> None:
            repeat = await repeats.get(session, repeat_id)
            if repeat is not None:
                repeat.message_id = message_id

        await self._database.write_until_stored("keeping a preview's message", store)

    async def speak(
        self, repeat_id: int, language: str, presser: Person, chat_id: int, *, as_admin: bool
    ) -> RepeatPreview | RepeatRefusal | Denial:
        """Choose the language of the words that placeholders become."""
        async with self._database.write() as session:
            repeat = await repeats.get(session, repeat_id)
            refused = await self._refused(session, repeat, presser, chat_id, as_admin=as_admin)
            if refused is not None or repeat is None:
                return refused or RepeatRefusal.GONE
            if repeat.state is not RepeatState.PREVIEWED:
                return RepeatRefusal.TOO_LATE
            try:
                check_service(repeat.service, language)
            except ParseError:
                return RepeatRefusal.TOO_LATE
            repeat.language = language
            return await self._view(session, repeat)

    async def create(
        self, repeat_id: int, presser: Person, chat_id: int, *, as_admin: bool, sure: bool
    ) -> StoredRepeat | RepeatPreview | RepeatRefusal | Denial:
        """Let a repeat begin; the same press once more gives the same.

        Where there is something to think about first, and the presser is not `sure` yet, and where its first date has
        passed meanwhile, the result is the preview to be shown once more.
        """
        async with self._database.write() as session:
            repeat = await repeats.get(session, repeat_id)
            refused = await self._refused(session, repeat, presser, chat_id, as_admin=as_admin)
            if refused is not None or repeat is None:
                return refused or RepeatRefusal.GONE
            if repeat.state is RepeatState.ACTIVE:
                # The press before may have ended before it told.
                self._changes.announce(None)
                return repeat
            if repeat.state is not RepeatState.PREVIEWED:
                return RepeatRefusal.TOO_LATE
            now = self._clock.now()
            if repeat.next_at is None or repeat.next_at <= now:
                return await self._renewed(session, repeat, now)
            shown = await self._view(session, repeat)
            if shown.doubtful and not sure:
                return shown
            repeat.state = RepeatState.ACTIVE
            audit.record(
                session,
                AuditAction.CREATE_REPEAT,
                now=now,
                actor=presser,
                chat_id=repeat.chat_id,
                detail=f"repeat {repeat.id}",
            )
        self._changes.announce(None)
        _log.info("repeat %d of login %s is created", repeat.id, repeat.login)
        return repeat

    async def discard(
        self, repeat_id: int, presser: Person, chat_id: int, *, as_admin: bool
    ) -> RepeatRefusal | Denial | None:
        """Forget a repeat that was not created; None if it is."""
        async with self._database.write() as session:
            repeat = await repeats.get(session, repeat_id)
            refused = await self._refused(session, repeat, presser, chat_id, as_admin=as_admin, forgets=True)
            if refused is not None or repeat is None:
                return refused
            if repeat.state not in {RepeatState.PREVIEWED, RepeatState.DISCARDED}:
                return RepeatRefusal.TOO_LATE
            repeat.state = RepeatState.DISCARDED
        return None

    async def _refused(
        self,
        session: AsyncSession,
        repeat: StoredRepeat | None,
        presser: Person,
        chat_id: int,
        *,
        as_admin: bool,
        forgets: bool = False,
    ) -> RepeatRefusal | Denial | None:
        """Say why a press below a preview does nothing: it takes the right to the login, the presser's and the owner's.

        To forget it takes less: the owner has to be let in with that login, an admin may always.
        """
        if repeat is None or repeat.chat_id != chat_id:
            return RepeatRefusal.GONE
        if repeat.owner_id != presser.id and not as_admin:
            return RepeatRefusal.NOT_YOURS
        if forgets and as_admin:
            return None
        action = Action.RECEIVE if forgets else Action.USE
        for person_id in dict.fromkeys((presser.id, repeat.owner_id)):
            denial = await self._authorization.denial(session, person_id, repeat.chat_id, repeat.login, action)
            if denial is not None:
                return denial
        return None

    async def _renewed(
        self, session: AsyncSession, repeat: StoredRepeat, now: datetime
    ) -> RepeatPreview | RepeatRefusal:
        """Begin with the first date that is still to come: the first of those shown has passed."""
        rule = starting(rule_of(repeat, self._zone), after=now)
        if rule is None:
            return RepeatRefusal.ENDED
        repeat.rule = rule_to_json(rule)
        go_to(repeat, 0, self._zone)
        return await self._view(session, repeat)

    async def _view(self, session: AsyncSession, repeat: StoredRepeat) -> RepeatPreview:
        alike = await repeats.alike(session, repeat.likeness, repeat.login, but=repeat.id)
        return RepeatPreview(
            repeat,
            tuple(dates_to_come(repeat, self._zone)),
            large=0 < self._confirm_above < repeat.amount,
            alike=alike,
        )

    async def _login(self, session: AsyncSession, owner: Person, origin: Destination) -> str | Denial | UnknownLogin:
        access = await self._authorization.check(session, owner.id, origin.chat_id)
        if access.login is None:
            return Denial.NO_LOGIN
        if access.login not in self._configured:
            return UnknownLogin(access.login)
        return await self._authorization.denial(session, owner.id, origin.chat_id, access.login) or access.login


def likeness_of(invoice: CreateInvoice) -> str:
    return likeness(invoice) or ""


def _new(wanted: Repeat, owner: Person, origin: Destination, login: str, now: datetime) -> StoredRepeat:
    if origin.reply_to is None:
        raise ValueError("a repeat comes from a message")
    invoice = wanted.invoice
    return StoredRepeat(
        chat_id=origin.chat_id,
        thread_id=origin.thread_id,
        origin_chat_id=origin.chat_id,
        origin_message_id=origin.reply_to,
        owner_id=owner.id,
        owner_name=owner.name,
        owner_language=owner.language,
        login=login,
        user_name=invoice.sub_client.name,
        user_id=invoice.sub_client.id,
        amount=invoice.amount,
        service=invoice.service,
        language=owner.language,
        likeness=likeness_of(invoice),
        rule=rule_to_json(wanted.rule),
        by_itself=False,
        state=RepeatState.PREVIEWED,
        next_number=0,
        created_at=now,
    )
