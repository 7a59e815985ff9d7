"""The duplicate guard: an invoice that looks like a recent one is made only after a person said so."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.domain import CreateInvoice, Denial, Destination, Person, State, SubClient
from bot.queue.changes import QueueChange, QueueChanges, append
from bot.runtime.clock import Clock
from db import audit, logins, questions, requests
from db.audit import AuditAction
from db.engine import Database
from db.models import Question, Request

_KIND = "duplicate"
ANSWER_WITHIN = timedelta(minutes=10)
"""How long the question may be answered; after that its command has led to nothing."""

_LONGEST_DELAY = timedelta(days=7)
"""Telegram keeps updates for a day, and ours may be down for some more: an older date comes from a wrong clock."""


class DuplicateChoice(StrEnum):
    """What a person says to the question whether to make the same invoice again."""

    SEND_THAT = "send_that"
    CREATE_ANOTHER = "create_another"
    CANCEL = "cancel"


_CHOSEN = {
    DuplicateChoice.SEND_THAT: AuditAction.DUPLICATE_SEND_THAT,
    DuplicateChoice.CREATE_ANOTHER: AuditAction.DUPLICATE_CREATE_ANOTHER,
    DuplicateChoice.CANCEL: AuditAction.DUPLICATE_CANCEL,
}


class DuplicateRefusal(StrEnum):
    """Why an answer is not taken."""

    GONE = "gone"
    NOT_YOURS = "not_yours"
    ANSWERED = "answered"
    EXPIRED = "expired"
    NO_PDF = "no_pdf"


@dataclass(frozen=True, slots=True)
class DuplicateQuestion:
    """The question that a command led to."""

    question_id: int
    earlier: Request
    now: datetime
    message_id: int | None
    """The bot's message that asks; None if it is not known to have been sent."""

    @property
    def has_pdf(self) -> bool:
        return self.earlier.state is State.DONE


class DuplicateGuard:
    """Keeps the questions, and does what their first answer says."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        changes: QueueChanges,
        authorization: Authorization,
        *,
        window: timedelta,
    ) -> None:
        self._database = database
        self._clock = clock
        self._changes = changes
        self._authorization = authorization
        self._window = window

    async def question(
        self,
        session: AsyncSession,
        wish: CreateInvoice,
        login: str,
        requester: Person,
        destination: Destination,
        said_at: datetime | None,
    ) -> DuplicateQuestion | None:
        """Return the question to ask before this wish may be queued; None if nothing like it was lately made.

        The window counts back from `said_at` (None, for a press: from now): of two equal commands sent together the
        second is asked about, however late a process that was down in between comes to it. Called within the
        transaction that would queue it, so that of two equal commands at once the second is asked.
        """
        now = self._clock.now()
        asked = await questions.of_origin(session, _KIND, destination.chat_id, destination.reply_to or 0)
        if asked is not None:
            # Handled again after a crash: what was asked stays asked, whatever the clock says by now.
            before = await session.get_one(Request, asked.payload["earlier"])
            return DuplicateQuestion(asked.id, before, now, asked.message_id)
        since = now - _delay(said_at, now) - self._window
        earlier = await requests.latest_like(session, wish, login, since=since)
        if earlier is None:
            return None
        payload = {
            "login": login,
            "user_name": wish.sub_client.name,
            "user_id": wish.sub_client.id,
            "amount": str(wish.amount),
            "service": wish.service,
            "earlier": earlier.id,
        }
        question = await questions.ask(
            session, _KIND, asker_id=requester.id, destination=destination, payload=payload, now=now
        )
        return DuplicateQuestion(question.id, earlier, now, question.message_id)

    async def asked_with(self, question_id: int, message_id: int) -> None:
        """Remember the message that asks, however long the database takes: it is there, and need not be sent again."""

        async def store(session: AsyncSession) -> None:
            (await session.get_one(Question, question_id)).message_id = message_id

        await self._database.write_until_stored("keeping a question's message", store)

    async def answer(
        self, question_id: int, choice: DuplicateChoice, presser: Person, chat_id: int, *, as_admin: bool
    ) -> DuplicateRefusal | Denial | None:
        """Do what the first press says, in one transaction; None if it was taken (the same press once more is, too)."""
        async with self._database.write() as session:
            question = await questions.get(session, question_id)
            now = self._clock.now()
            refusal = _refusal(question, choice, presser, chat_id, now, as_admin=as_admin)
            if refusal is not None or question is None:
                return refusal
            if question.answered_at is not None:
                return None
            action = Action.USE if choice is DuplicateChoice.CREATE_ANOTHER else Action.RECEIVE
            denial = await self._authorization.denial(session, presser.id, chat_id, question.payload["login"], action)
            if denial is not None:
                return denial
            earlier = await requests.get(session, question.payload["earlier"])
            if choice is DuplicateChoice.SEND_THAT and (earlier is None or earlier.state is not State.DONE):
                return DuplicateRefusal.NO_PDF
            question.answered_at = now
            question.payload = {**question.payload, "answer": choice.value}
            request = await self._follow(session, question, choice, earlier, presser, now)
        if request is not None:
            ended = (request,) if request.state is State.DONE else ()
            self._changes.announce(QueueChange(ended=ended, touched=frozenset({request.login})))
        return None

    async def _follow(
        self,
        session: AsyncSession,
        question: Question,
        choice: DuplicateChoice,
        earlier: Request | None,
        presser: Person,
        now: datetime,
    ) -> Request | None:
        destination = Destination(question.chat_id, question.thread_id, question.origin_message_id)
        request = await requests.of_origin(session, question.origin_chat_id, question.origin_message_id)
        if request is not None:
            return None
        if choice is DuplicateChoice.CREATE_ANOTHER:
            login = await logins.lock(session, question.payload["login"])
            request = requests.new(
                _wish(question.payload), login=login.login, requester=presser, destination=destination, now=now
            )
            await append(session, login, request)
        elif choice is DuplicateChoice.SEND_THAT and earlier is not None:
            request = requests.copy(earlier, requester=presser, destination=destination, now=now)
            session.add(request)
            await session.flush()
        audit.record(
            session,
            _CHOSEN[choice],
            now=now,
            actor=presser,
            chat_id=question.chat_id,
            request_id=request.id if request else None,
            detail=f"like request {question.payload['earlier']}",
        )
        return request


def _delay(said_at: datetime | None, now: datetime) -> timedelta:
    """Return how long a command has waited for us; a date that Telegram cannot mean counts as none."""
    delay = now - (said_at or now)
    return delay if timedelta(0) < delay <= _LONGEST_DELAY else timedelta(0)


def _refusal(
    question: Question | None, choice: DuplicateChoice, presser: Person, chat_id: int, now: datetime, *, as_admin: bool
) -> DuplicateRefusal | None:
    if question is None or question.kind != _KIND or question.chat_id != chat_id:
        return DuplicateRefusal.GONE
    if question.asker_id != presser.id and not as_admin:
        return DuplicateRefusal.NOT_YOURS
    if question.answered_at is not None:
        return None if question.payload.get("answer") == choice else DuplicateRefusal.ANSWERED
    return DuplicateRefusal.EXPIRED if now - question.asked_at > ANSWER_WITHIN else None


def _wish(payload: dict[str, Any]) -> CreateInvoice:
    return CreateInvoice(
        SubClient(name=payload["user_name"], id=payload["user_id"]), Decimal(payload["amount"]), payload["service"]
    )
