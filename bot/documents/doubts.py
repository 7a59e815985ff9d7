"""Why a person is asked before a wish is queued. One question after the other, each at most once, each a row."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.documents.duplicates import DuplicateGuard
from bot.documents.intents import Intent, from_json, to_json
from bot.domain import CreateInvoice, Destination, Person
from bot.runtime.clock import Clock
from db import questions, requests
from db.duplicates import WaitingRow
from db.models import Question, Request

ANSWER_WITHIN = timedelta(minutes=10)
"""How long each question may be answered; after that its command has led to nothing."""


class Doubt(StrEnum):
    """The questions, in the order in which they are asked; the value is the stored question's kind."""

    BORROWED = "doubt: borrowed words"
    """The person did not write the command: they forwarded it, or had another bot write it."""
    OLD = "doubt: old command"
    """It waited so long for the bot that its person may have helped themselves."""
    LARGE = "doubt: large sum"
    DUPLICATE = "doubt: duplicate"
    """An invoice like it was lately made, or may have been."""
    DUPLICATE_MEANWHILE = "doubt: duplicate meanwhile"
    """Another one was asked for while the person thought about the first."""

    @property
    def of_duplicate(self) -> bool:
        return self in {Doubt.DUPLICATE, Doubt.DUPLICATE_MEANWHILE}


class ConfirmationAnswer(StrEnum):
    """What a person says to a question."""

    YES = "yes"
    SEND_THAT = "send_that"
    """Of a duplicate: the PDF that there is will do."""
    NO = "no"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A question that is to be answered before anything is queued."""

    question_id: int
    doubt: Doubt
    intent: Intent
    now: datetime
    message_id: int | None
    """The bot's message that asks; None if it is not known to have been sent."""
    earlier: Request | None = None
    """Of a duplicate: what it is like."""
    waiting: WaitingRow | None = None
    """Of a duplicate: the row of a batch, not yet a request, that it is like."""


@dataclass(frozen=True, slots=True)
class Declined:
    """The question was asked before, and answered with something else than yes."""


class Doubts:
    """Knows what there is to ask about a wish."""

    def __init__(self, clock: Clock, duplicates: DuplicateGuard, *, ask_after: timedelta, confirm_above: int) -> None:
        """Ask about commands older than `ask_after` and sums above `confirm_above`; of either, 0 means never."""
        self._clock = clock
        self._duplicates = duplicates
        self._ask_after = ask_after
        self._confirm_above = confirm_above

    async def next(self, session: AsyncSession, intent: Intent, *, is_new: bool) -> Confirmation | Declined | None:
        """Return what is to be asked now, made or found where the update is handled again; None: nothing (more).

        What was asked stays asked, whatever the clock and the settings say by now; but a button may be pressed anew
        once its question has expired or was declined. `is_new` says that its message has led to no question before.
        """
        asked = [] if is_new else await self._asked(session, intent.origin)
        if intent.again_of and any(self._is_over(question) for question in asked):
            await questions.drop(session, asked)
            asked = []
        before: Mapping[str, Question] = {question.kind: question for question in asked}
        for doubt in Doubt:
            question = before.get(doubt)
            if question is not None and question.answered_at is not None:
                if question.payload.get("answer") == ConfirmationAnswer.YES:
                    continue
                return Declined()
            if question is None:
                question = await self._ask(session, doubt, intent, before)
            if question is not None:
                return await self._view(session, question, intent.requester)
        return None

    async def _asked(self, session: AsyncSession, origin: Destination) -> Sequence[Question]:
        return await questions.all_of_origin(session, tuple(Doubt), origin.chat_id, origin.reply_to or 0)

    def _is_over(self, question: Question) -> bool:
        if question.answered_at is not None:
            return question.payload.get("answer") != ConfirmationAnswer.YES
        return self._clock.now() - question.asked_at > ANSWER_WITHIN

    async def _ask(
        self, session: AsyncSession, doubt: Doubt, intent: Intent, before: Mapping[str, Question]
    ) -> Question | None:
        payload = to_json(intent)
        if doubt.of_duplicate:
            first = before.get(Doubt.DUPLICATE)
            if doubt is Doubt.DUPLICATE_MEANWHILE and first is None:
                return None
            after = first.payload.get("newest") or first.payload["earlier"] if first is not None else 0
            found = await self._duplicates.find(session, intent, after=after)
            if found is None or (isinstance(found, WaitingRow) and doubt is Doubt.DUPLICATE_MEANWHILE):
                return None
            payload |= {
                "earlier": None if isinstance(found, WaitingRow) else found.id,
                "waiting": _to_json(found) if isinstance(found, WaitingRow) else None,
                "newest": await requests.latest_id(session),
            }
        elif intent.again_of or not self._applies(doubt, intent):
            return None
        return await questions.ask(
            session,
            doubt,
            asker_id=intent.requester.id,
            destination=intent.origin,
            payload=payload,
            now=self._clock.now(),
        )

    def _applies(self, doubt: Doubt, intent: Intent) -> bool:
        if doubt is Doubt.BORROWED:
            return intent.borrowed is not None
        if not isinstance(intent.wish, CreateInvoice):
            return False
        if doubt is Doubt.LARGE:
            return 0 < self._confirm_above < intent.wish.amount
        waited = self._clock.now() - (intent.said_at or self._clock.now())
        return timedelta(0) < self._ask_after < waited

    async def _view(self, session: AsyncSession, question: Question, requester: Person) -> Confirmation:
        earlier = question.payload.get("earlier")
        return Confirmation(
            question_id=question.id,
            doubt=Doubt(question.kind),
            intent=intent_of(question, requester),
            now=self._clock.now(),
            message_id=question.message_id,
            earlier=await requests.get(session, earlier) if earlier is not None else None,
            waiting=_from_json(question.payload.get("waiting")),
        )


def _to_json(row: WaitingRow) -> dict[str, Any]:
    return {**asdict(row), "started_at": row.started_at.isoformat()}


def _from_json(stored: dict[str, Any] | None) -> WaitingRow | None:
    if stored is None:
        return None
    return WaitingRow(**{**stored, "started_at": datetime.fromisoformat(stored["started_at"])})


def intent_of(question: Question, requester: Person) -> Intent:
    """Return what a question is about, as the intent of whoever answers it."""
    return from_json(question.payload, requester, question.origin)
