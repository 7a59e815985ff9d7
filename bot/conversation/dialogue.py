"""Conversations: drafts as rows of the table `questions`, so that a restart between any two steps loses none.

Every step is two commits with a message between them: the draft moves and its message is unknown; the bot asks; the
message becomes known. Whoever comes again after a crash (the inbox hands an update over until it was handled) finds
that its answer was taken and only makes sure that the next question is asked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import draft as drafts
from bot.conversation.draft import Answer, Draft, DraftKind
from bot.conversation.questions import QuestionKind
from bot.conversation.reader import Reader
from bot.domain import Borrowed, Destination, Person, SubClient
from bot.parsing import MoneyWords, Understood
from bot.runtime.clock import Clock
from db import preferences, questions, requests
from db.engine import Database
from db.models import Question

_KIND = QuestionKind.DRAFT
ANSWER_WITHIN = timedelta(minutes=15)
"""How long each question may be answered; then the conversation is over, and nothing was made."""
_CHOICES = 6


class DialogueEnd(StrEnum):
    """How a conversation ended."""

    DONE = "done"
    CANCELLED = "cancelled"
    LEFT = "left"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation as it stands."""

    id: int
    asker_id: int
    origin: Destination
    """The command that began it, to which the bot answers."""
    draft: Draft
    choices: tuple[SubClient, ...]
    turn: int
    """Counts the answers taken: a button of an earlier question carries a smaller number."""
    heard: int | None
    """The person's message that was taken last."""
    message_id: int | None
    """The bot's message that asks now; None if it is not known to have been sent."""
    earlier: tuple[int, ...]
    """The bot's messages that asked before, the latest last."""
    buttons: bool
    """Whether the latest of the bot's messages has buttons under it, so that it can be edited."""
    end: DialogueEnd | None

    asked_at: datetime
    borrowed: Borrowed | None = None
    """Whether something that was said was not the person's own words."""

    @property
    def asked_so_far(self) -> tuple[int, ...]:
        """All of the bot's messages that asked, the latest last."""
        return self.earlier if self.message_id is None else (*self.earlier, self.message_id)

    def was_asked_with(self, message_id: int | None) -> bool:
        """Say whether the bot asked with this message.

        What it wrote between the words taken last and the question that followed at once is a copy of that, its id
        lost in a crash. After a press there is no telling: other messages may have come.
        """
        if message_id is None or message_id in self.asked_so_far:
            return message_id is not None
        said = self.heard or self.origin.reply_to or 0
        by_words = all(asked < said for asked in self.earlier)
        return by_words and self.message_id is not None and said < message_id < self.message_id


class Dialogues:
    """Finds, moves and ends conversations; a person has at most one in a chat."""

    def __init__(self, database: Database, clock: Clock, money: MoneyWords, zone: tzinfo | None) -> None:
        """`zone` is the team's time zone, of times that people say."""
        self._database = database
        self._clock = clock
        self._money = money
        self._zone = zone

    @property
    def reader(self) -> Reader:
        """What reads people's words now."""
        return Reader(self._money, self._clock.now(), self._zone)

    async def begin(
        self,
        about: DraftKind,
        asker: Person,
        origin: Destination,
        said: Understood,
        *,
        borrowed: Borrowed | None = None,
    ) -> Dialogue:
        """Begin the conversation of a command with what it said, or find it where the command is handled again."""
        async with self._database.write() as session:
            await self._leave(session, asker.id, origin)
            choices = await requests.lately_used_sub_clients(session, origin.chat_id, _CHOICES)
            if about is DraftKind.ACT:
                own = await preferences.sub_client(session, origin.chat_id)
                choices = ([own] if own else []) + [one for one in choices if one != own]
            payload = {
                "draft": drafts.to_json(drafts.begin(about, self.reader, said)),
                "choices": [[choice.name, choice.id] for choice in choices[:_CHOICES]],
                "turn": 0,
                "heard": None,
                "earlier": [],
                "buttons": False,
                "end": None,
                "borrowed": borrowed,
            }
            return _dialogue(
                await questions.ask(
                    session, _KIND, asker_id=asker.id, destination=origin, payload=payload, now=self._clock.now()
                )
            )

    async def get(self, dialogue_id: int) -> Dialogue | None:
        async with self._database.read() as session:
            question = await questions.get(session, dialogue_id)
        return None if question is None or question.kind != _KIND else _dialogue(question)

    async def latest(self, asker_id: int, chat_id: int) -> Dialogue | None:
        """Return the person's latest conversation in a chat, which may be over."""
        async with self._database.read() as session:
            question = await questions.latest_of(session, _KIND, asker_id, chat_id)
        return None if question is None else _dialogue(question)

    def is_late(self, dialogue: Dialogue) -> bool:
        """Say whether an answer would come too late; what was said in time is done, however late that is."""
        return not dialogue.draft.ended and self._clock.now() - dialogue.asked_at > ANSWER_WITHIN

    async def answer(
        self, dialogue: Dialogue, answer: Answer, *, heard: int | None = None, borrowed: Borrowed | None = None
    ) -> Dialogue:
        """Take an answer; `heard` is the message that it was typed in. Raises `ParseError`, and then nothing moved."""
        moved = drafts.advance(dialogue.draft, answer, self.reader)
        if moved == dialogue.draft:
            return dialogue
        async with self._database.write() as session:
            question = await session.get_one(Question, dialogue.id)
            if question.answered_at is not None or question.payload["turn"] != dialogue.turn:
                return _dialogue(question)
            question.payload = {
                **question.payload,
                "draft": drafts.to_json(moved),
                "turn": dialogue.turn + 1,
                "heard": heard if heard is not None else dialogue.heard,
                "earlier": dialogue.asked_so_far,
                "borrowed": dialogue.borrowed or borrowed,
            }
            question.asked_at, question.message_id = self._clock.now(), None
            return _dialogue(question)

    async def asked(self, dialogue: Dialogue, message_id: int, *, buttons: bool) -> None:
        """Remember the message that asks now, however long the database takes: it is there."""

        async def store(session: AsyncSession) -> None:
            question = await session.get_one(Question, dialogue.id)
            question.payload = {**question.payload, "buttons": buttons}
            question.message_id = message_id

        await self._database.write_until_stored("keeping a question's message", store)

    async def misheard(self, dialogue: Dialogue, heard: int, message_id: int, *, buttons: bool) -> None:
        """Remember the message that asks once more, after words that could not be understood; like `asked`."""
        changes = {"heard": heard, "earlier": dialogue.asked_so_far, "buttons": buttons}

        async def store(session: AsyncSession) -> None:
            question = await session.get_one(Question, dialogue.id)
            question.payload = {**question.payload, **changes}
            question.asked_at, question.message_id = self._clock.now(), message_id

        await self._database.write_until_stored("keeping a question's message", store)

    async def end(self, dialogue: Dialogue, end: DialogueEnd, *, heard: int | None = None) -> None:
        """End it, unless it is over; `heard` is the message that came too late. Waits for the database like `asked`."""

        async def store(session: AsyncSession) -> None:
            question = await session.get_one(Question, dialogue.id)
            if question.answered_at is None:
                self._end(question, end)
                question.payload = {**question.payload, "heard": heard or dialogue.heard}

        await self._database.write_until_stored("ending a conversation", store)

    async def leave(self, asker_id: int, command: Destination) -> None:
        """Forget the person's conversation in a chat, as they gave another command there."""
        async with self._database.read() as session:
            if not await questions.open_before(session, _KIND, asker_id, command):
                return
        async with self._database.write() as session:
            await self._leave(session, asker_id, command)

    async def _leave(self, session: AsyncSession, asker_id: int, command: Destination) -> None:
        for question in await questions.open_before(session, _KIND, asker_id, command):
            self._end(question, DialogueEnd.LEFT)

    def _end(self, question: Question, end: DialogueEnd) -> None:
        question.answered_at = self._clock.now()
        question.payload = {**question.payload, "end": end.value}


def _dialogue(question: Question) -> Dialogue:
    payload: dict[str, Any] = question.payload
    return Dialogue(
        id=question.id,
        asker_id=question.asker_id,
        origin=question.origin,
        draft=drafts.from_json(payload["draft"]),
        choices=tuple(SubClient(name=name, id=number) for name, number in payload["choices"]),
        turn=payload["turn"],
        heard=payload["heard"],
        message_id=question.message_id,
        earlier=tuple(payload["earlier"]),
        buttons=payload["buttons"],
        end=None if question.answered_at is None else DialogueEnd(payload["end"] or DialogueEnd.LEFT),
        asked_at=question.asked_at,
        borrowed=Borrowed(payload["borrowed"]) if payload.get("borrowed") else None,
    )
