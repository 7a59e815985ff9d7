"""Questions that the bot has asked and whose answer may come after a restart."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Destination, GetAct, Person, SubClient
from bot.parsing import ActOfChat
from bot.runtime.clock import Clock
from db import questions, requests
from db.engine import Database
from db.models import Question

_CHOICES = 6
_WAIT_FOR_FILE = timedelta(hours=1)
_WAIT_FOR_WORDS = timedelta(hours=1)


class QuestionKind(StrEnum):
    """What is asked; one message of a person leads to at most one question of each kind."""

    WHOSE_ACT = "whose_act"
    INVOICE_NUMBER = "invoice_number"
    BATCH_FILE = "batch_file"
    REPEAT_CHANGE = "repeat_change"
    DRAFT = "draft"
    """What a command lacks; `Dialogues` keeps these."""


_FOR_WORDS = (QuestionKind.WHOSE_ACT, QuestionKind.INVOICE_NUMBER, QuestionKind.REPEAT_CHANGE, QuestionKind.DRAFT)


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as it stands."""

    id: int
    asker_id: int
    """The person who answers it: the one whose command or press led to it."""
    origin: Destination
    """The message that led to the question."""
    message_id: int | None
    """The bot's message that asks; None if it is not known to have been sent."""
    answered: bool
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class WhoseAct:
    """The question whose act is meant, with the sub-clients lately used in the chat to choose from."""

    asked: QuestionView
    act: ActOfChat
    choices: tuple[SubClient, ...]

    def answer(self, sub_client: SubClient) -> GetAct:
        return self.act.of(sub_client)


@dataclass(frozen=True, slots=True)
class InvoiceNumber:
    """The question which number an invoice has that was made, as its requester found out."""

    asked: QuestionView
    request_id: int


@dataclass(frozen=True, slots=True)
class RepeatChange:
    """The question what a repeat shall be from now on."""

    asked: QuestionView
    repeat_id: int


class Questions:
    """Keeps questions in the database, and finds them by the press or the reply that answers."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def ask_whose_act(self, act: ActOfChat, asker: Person, origin: Destination) -> WhoseAct:
        """Make the question, or find it where the command is handled again."""
        async with self._database.read() as session:
            choices = await requests.lately_used_sub_clients(session, origin.chat_id, _CHOICES)
        payload = {"num": act.num, "id": act.id, "choices": [[choice.name, choice.id] for choice in choices]}
        return _whose_act(await self._ask(QuestionKind.WHOSE_ACT, asker, origin, payload))

    async def ask_invoice_number(self, request_id: int, asker: Person, origin: Destination) -> InvoiceNumber:
        """Make the question, or find it where the press is handled again."""
        return _invoice_number(await self._ask(QuestionKind.INVOICE_NUMBER, asker, origin, {"request": request_id}))

    async def whose_act(self, question_id: int) -> WhoseAct | None:
        async with self._database.read() as session:
            question = await questions.get(session, question_id)
        if question is None or question.kind != QuestionKind.WHOSE_ACT:
            return None
        return _whose_act(question)

    async def whose_act_asked_by(
        self, chat_id: int, message_id: int | None, of: Person, heard: int | None
    ) -> WhoseAct | None:
        """Find the open question that this message of the bot asks a person, or asked first where it came twice.

        Without a message it is the one asked last, if it was lately. Also the one that `heard`, the person's message,
        has answered already.
        """
        kind = QuestionKind.WHOSE_ACT
        async with self._database.read() as session:
            if message_id is None:
                question = await self._asked_last(session, kind, of, chat_id, heard)
            else:
                question = await questions.of_message(session, kind, of.id, chat_id, message_id, heard=heard)
                question = question or await questions.of_copy(session, kind, of.id, chat_id, message_id)
        return None if question is None else _whose_act(question)

    async def invoice_number_asked_by(
        self, chat_id: int, message_id: int | None, of: Person, heard: int | None
    ) -> InvoiceNumber | None:
        """Find the open question that this message of the bot asks a person, or that `heard` has answered already.

        Without a message it is the one asked last, if it was lately.
        """
        question = await self._open(QuestionKind.INVOICE_NUMBER, chat_id, message_id, of, heard)
        return None if question is None else _invoice_number(question)

    async def ask_repeat_change(self, repeat_id: int, asker: Person, origin: Destination) -> RepeatChange:
        """Make the question, or find it where the press is handled again.

        It takes the place of any other that the same message has led to: one message shows many repeats in turn.
        """
        kind, payload = QuestionKind.REPEAT_CHANGE, {"repeat": repeat_id}
        async with self._database.write() as session:
            known = await questions.of_origin(session, kind, origin.chat_id, origin.reply_to or 0)
            if known is not None and (known.asker_id, known.payload) != (asker.id, payload):
                await questions.drop(session, [known])
            question = await questions.ask(
                session, kind, asker_id=asker.id, destination=origin, payload=payload, now=self._clock.now()
            )
        return _repeat_change(question)

    async def repeat_change_asked_by(
        self, chat_id: int, message_id: int | None, of: Person, heard: int | None
    ) -> RepeatChange | None:
        """Find the open question, as `invoice_number_asked_by` does."""
        question = await self._open(QuestionKind.REPEAT_CHANGE, chat_id, message_id, of, heard)
        return None if question is None else _repeat_change(question)

    async def _open(
        self, kind: QuestionKind, chat_id: int, message_id: int | None, of: Person, heard: int | None
    ) -> Question | None:
        async with self._database.read() as session:
            if message_id is None:
                return await self._asked_last(session, kind, of, chat_id, heard)
            return await questions.of_message(session, kind, of.id, chat_id, message_id, heard=heard)

    async def _asked_last(
        self, session: AsyncSession, kind: QuestionKind, of: Person, chat_id: int, heard: int | None
    ) -> Question | None:
        """Find the question of a kind that plain words answer: of all that wait for words the one asked last."""
        before = await questions.latest_of(session, kind, of.id, chat_id)
        if before is not None and before.answered_at is not None and before.payload.get("heard") == heard is not None:
            return before
        last = await questions.asked_last(session, _FOR_WORDS, of.id, chat_id)
        is_new = last is not None and self._clock.now() - last.asked_at <= _WAIT_FOR_WORDS
        return last if last is not None and is_new and last.kind == kind else None

    async def ask_batch_file(self, asker: Person, origin: Destination) -> QuestionView:
        """Make the question for a file, or find it where the command is handled again."""
        return _asked(await self._ask(QuestionKind.BATCH_FILE, asker, origin, {}))

    async def batch_file_asked_by(
        self, chat_id: int, message_id: int | None, of: Person, heard: int | None, *, next_message: bool
    ) -> QuestionView | None:
        """Find the open question for a file that this message of the bot asks a person.

        With `next_message` the person's latest question is meant, too, if it was asked within the last hour. Also the
        one that `heard`, the person's message, has answered already.
        """
        kind = QuestionKind.BATCH_FILE
        async with self._database.read() as session:
            question = None
            if message_id is not None:
                question = await questions.of_message(session, kind, of.id, chat_id, message_id, heard=heard)
                question = question or await questions.of_copy(session, kind, of.id, chat_id, message_id)
            if question is None and next_message:
                question = await questions.latest_of(session, kind, of.id, chat_id)
        if question is None or (question.answered_at is not None and question.payload.get("heard") != heard):
            return None
        if message_id is None and self._clock.now() - question.asked_at > _WAIT_FOR_FILE:
            return None
        return _asked(question)

    async def asked_with(self, asked: QuestionView, message_id: int) -> None:
        """Remember the message that asks, as `remember` does."""
        await remember(self._database, asked.id, message_id)

    async def answered(self, asked: QuestionView, heard: int | None = None, **more: str) -> None:
        """Close a question; `heard` is the message that answered it, None for a press; `more` is kept with it."""
        async with self._database.write() as session:
            question = await session.get_one(Question, asked.id)
            question.answered_at = self._clock.now()
            question.payload = {**question.payload, "heard": heard, **more}

    async def _ask(self, kind: QuestionKind, asker: Person, origin: Destination, payload: dict[str, Any]) -> Question:
        async with self._database.write() as session:
            return await questions.ask(
                session, kind, asker_id=asker.id, destination=origin, payload=payload, now=self._clock.now()
            )


async def remember(database: Database, question_id: int, message_id: int) -> None:
    """Keep which message asks, however long the database takes: it is there, and need not be sent again."""

    async def store(session: AsyncSession) -> None:
        (await session.get_one(Question, question_id)).message_id = message_id

    await database.write_until_stored("keeping a question's message", store)


def _asked(question: Question) -> QuestionView:
    return QuestionView(
        id=question.id,
        asker_id=question.asker_id,
        origin=question.origin,
        message_id=question.message_id,
        answered=question.answered_at is not None,
        payload=question.payload,
    )


def _whose_act(question: Question) -> WhoseAct:
    asked = _asked(question)
    return WhoseAct(
        asked,
        act=ActOfChat(num=asked.payload["num"], id=asked.payload["id"]),
        choices=tuple(SubClient(name=name, id=number) for name, number in asked.payload["choices"]),
    )


def _invoice_number(question: Question) -> InvoiceNumber:
    asked = _asked(question)
    return InvoiceNumber(asked, asked.payload["request"])


def _repeat_change(question: Question) -> RepeatChange:
    asked = _asked(question)
    return RepeatChange(asked, asked.payload["repeat"])
