"""The answers to what is asked before a wish is queued: the first one counts, from its person or an admin, in time."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.authorization import Authorization
from bot.access.policy import Action
from bot.conversation.questions import remember
from bot.documents.admission import Admission, AdmissionResult
from bot.documents.doubts import ANSWER_WITHIN, Confirmation, ConfirmationAnswer, Declined, Doubt, intent_of
from bot.documents.intents import Intent
from bot.documents.limits import TooManyWaiting
from bot.domain import Denial, Person, State
from bot.runtime.clock import Clock
from db import audit, questions, requests
from db.audit import AuditAction
from db.engine import Database
from db.models import Question, Request

_OF_DUPLICATE = {
    ConfirmationAnswer.SEND_THAT: AuditAction.DUPLICATE_SEND_THAT,
    ConfirmationAnswer.YES: AuditAction.DUPLICATE_CREATE_ANOTHER,
    ConfirmationAnswer.NO: AuditAction.DUPLICATE_CANCEL,
}


class ConfirmationRefusal(StrEnum):
    """Why an answer is not taken."""

    GONE = "gone"
    NOT_YOURS = "not_yours"
    ANSWERED = "answered"
    EXPIRED = "expired"
    NO_PDF = "no_pdf"


AnswerResult = AdmissionResult | ConfirmationRefusal | Denial


class Confirmations:
    """Does what the first press says."""

    def __init__(self, database: Database, clock: Clock, authorization: Authorization, admission: Admission) -> None:
        self._database = database
        self._clock = clock
        self._authorization = authorization
        self._admission = admission

    async def asked_with(self, question: Confirmation, message_id: int) -> None:
        """Remember the message that asks, however long the database takes."""
        await remember(self._database, question.question_id, message_id)

    async def answer(
        self, question_id: int, answer: ConfirmationAnswer, presser: Person, chat_id: int, *, as_admin: bool
    ) -> AnswerResult:
        """Take a press, in one transaction, and return what it led to; the same press once more leads to the same.

        That is the request, the next question, or `Declined`. Whoever presses needs the question's login in the chat
        that what it leads to is for, now, and becomes the requester.
        """
        async with self._admission.in_turn(), self._database.write() as session:
            result = await self._answer(session, question_id, answer, presser, chat_id, as_admin=as_admin)
        self._admission.announce(result)
        return result

    async def _answer(
        self,
        session: AsyncSession,
        question_id: int,
        answer: ConfirmationAnswer,
        presser: Person,
        chat_id: int,
        *,
        as_admin: bool,
    ) -> AnswerResult:
        question = await questions.get(session, question_id)
        if question is None or question.kind not in set(Doubt) or question.chat_id != chat_id:
            return ConfirmationRefusal.GONE
        now = self._clock.now()
        refusal = _refusal(question, answer, presser, now, as_admin=as_admin)
        if refusal is not None:
            return refusal
        intent = intent_of(question, presser)
        action = Action.USE if answer is ConfirmationAnswer.YES else Action.RECEIVE
        failed = await requests.get(session, intent.again_of) if intent.again_of else None
        of_chat = failed.chat_id if failed is not None else chat_id
        denial = await self._authorization.denial(session, presser.id, of_chat, intent.login, action)
        if denial is not None:
            return denial
        if question.answered_at is not None:
            return await self._follow(session, intent, answer, None, now)
        earlier = await _earlier(session, question)
        if answer is ConfirmationAnswer.SEND_THAT and (earlier is None or earlier.state is not State.DONE):
            return ConfirmationRefusal.NO_PDF
        question.answered_at = now
        question.payload = {**question.payload, "answer": answer.value}
        result = await self._follow(session, intent, answer, earlier, now)
        if isinstance(result, TooManyWaiting):
            question.answered_at = None  # it may be answered once more when some have gone out
            return result
        self._note(session, question, answer, presser, result, now)
        return result

    async def _follow(
        self, session: AsyncSession, intent: Intent, answer: ConfirmationAnswer, earlier: Request | None, now: datetime
    ) -> AdmissionResult:
        if answer is ConfirmationAnswer.YES:
            return await self._admission.admit(session, intent)
        known = await requests.of_origin(session, intent.origin.chat_id, intent.origin.reply_to or 0)
        if known is not None or answer is ConfirmationAnswer.NO or earlier is None:
            return known or Declined()
        copy = requests.copy(earlier, requester=intent.requester, destination=intent.origin, now=now)
        session.add(copy)
        await session.flush()
        return copy

    def _note(
        self,
        session: AsyncSession,
        question: Question,
        answer: ConfirmationAnswer,
        presser: Person,
        result: AdmissionResult,
        now: datetime,
    ) -> None:
        """Put an answer into the audit; what is queued is there already, by whom it is."""
        plain = AuditAction.CONFIRM if answer is ConfirmationAnswer.YES else AuditAction.DECLINE
        earlier = question.payload.get("earlier")
        audit.record(
            session,
            _OF_DUPLICATE[answer] if Doubt(question.kind).of_duplicate else plain,
            now=now,
            actor=presser,
            chat_id=question.chat_id,
            request_id=result.id if isinstance(result, Request) else None,
            detail=f"like request {earlier}" if earlier is not None else question.kind.removeprefix("doubt: "),
        )


async def _earlier(session: AsyncSession, question: Question) -> Request | None:
    earlier = question.payload.get("earlier")
    return None if earlier is None else await requests.get(session, earlier)


def _refusal(
    question: Question, answer: ConfirmationAnswer, presser: Person, now: datetime, *, as_admin: bool
) -> ConfirmationRefusal | None:
    if question.asker_id != presser.id and not as_admin:
        return ConfirmationRefusal.NOT_YOURS
    if question.answered_at is not None:
        return None if question.payload.get("answer") == answer else ConfirmationRefusal.ANSWERED
    return ConfirmationRefusal.EXPIRED if now - question.asked_at > ANSWER_WITHIN else None
