"""Changing repeats: a person sends the words anew, sees what would come of them, and agrees by a press."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.questions import QuestionKind
from bot.documents.intents import likeness
from bot.domain import Denial
from bot.parsing import MoneyWords
from bot.repeats.control import RepeatControl, RepeatResult, RepeatView, Whose
from bot.repeats.dates import dates_to_come, go_to, rule_of
from bot.repeats.desk import RepeatPreview, RepeatRefusal
from bot.repeats.runs import ask_anew
from bot.runtime.clock import Clock
from bot.schedules.stored_rule import rule_to_json
from bot.schedules.words import Repeat, parse_repeat
from bot.schedules.written import written
from db import questions, repeats
from db.audit import AuditAction
from db.engine import Database
from db.models import Question, StoredRepeat


@dataclass(frozen=True, slots=True)
class _Proposal:
    """What somebody said that a repeat shall be."""

    repeat_id: int
    words: str


class RepeatEditing:
    """Reads and shows changes, and makes them once they are agreed to."""

    def __init__(
        self, database: Database, clock: Clock, control: RepeatControl, money: MoneyWords, confirm_above: int
    ) -> None:
        """Sums above `confirm_above` are pointed out; 0: none."""
        self._database = database
        self._clock = clock
        self._control = control
        self._money = money
        self._confirm_above = confirm_above

    def form(self, repeat: StoredRepeat, language: str) -> str:
        """Return the words of a repeat as it is, to be sent back with something changed."""
        invoice, rule = repeat.invoice, rule_of(repeat, self._control.zone)
        what = [str(invoice.sub_client), f"{invoice.amount:f}", invoice.service or ""]
        return " ".join([*filter(None, what), written(rule, language, passed=repeat.next_number)])

    async def preview(self, repeat_id: int, whose: Whose, words: str) -> RepeatPreview | RepeatRefusal | Denial:
        """Return what a repeat would be, without changing it. Raises `ParseError`."""
        found = await self._control.may_change(repeat_id, whose)
        if not isinstance(found, RepeatView):
            return found
        return await self._preview(found.repeat, self._read(found.repeat, words))

    async def change(self, question_id: int, whose: Whose) -> RepeatResult:
        """Change a repeat as its preview said; the same press once more gives the same. Raises `ParseError`."""
        proposal = await self._proposal(question_id, whose)
        if proposal is None:
            return RepeatRefusal.GONE

        async def changed(session: AsyncSession, repeat: StoredRepeat, _now: datetime) -> RepeatRefusal | bool:
            question = await session.get_one(Question, question_id)
            if question.payload.get("done"):
                return False
            question.payload = {**question.payload, "done": True}
            put(repeat, self._read(repeat, proposal.words), self._control.zone)
            await ask_anew(session, repeat)
            return True

        return await self._control.change(proposal.repeat_id, whose, changed, AuditAction.CHANGE_REPEAT)

    async def withdraw(self, question_id: int, whose: Whose) -> RepeatRefusal | Denial | None:
        """Forget a change that was not made; None if it is."""
        async with self._database.read() as session:
            question = await questions.get(session, question_id)
        if question is None or not _is_change(question, whose):
            return RepeatRefusal.GONE
        seen = await self._control.look(question.payload["repeat"], whose)
        if not isinstance(seen, RepeatView):
            return seen
        async with self._database.write() as session:
            question = await session.get_one(Question, question_id)
            if question.payload.get("done"):
                return RepeatRefusal.TOO_LATE
            if question.asker_id != whose.person.id and not whose.as_admin:
                return RepeatRefusal.NOT_YOURS
            question.payload = {**question.payload, "said": None}
        return None

    def _read(self, repeat: StoredRepeat, words: str) -> Repeat:
        now = self._clock.now()
        return parse_repeat(words, self._money, now=now, zone=self._control.zone, language=repeat.language)

    async def _proposal(self, question_id: int, whose: Whose) -> _Proposal | None:
        async with self._database.read() as session:
            question = await questions.get(session, question_id)
        if question is None or not _is_change(question, whose) or question.payload.get("said") is None:
            return None
        return _Proposal(question.payload["repeat"], question.payload["said"])

    async def _preview(self, repeat: StoredRepeat, wanted: Repeat) -> RepeatPreview:
        changed = _copy(repeat)
        put(changed, wanted, self._control.zone)
        async with self._database.read() as session:
            alike = await repeats.alike(session, changed.likeness, changed.login, but=repeat.id)
        return RepeatPreview(
            changed,
            tuple(dates_to_come(changed, self._control.zone)),
            large=0 < self._confirm_above < changed.amount,
            alike=alike,
        )


def put(repeat: StoredRepeat, wanted: Repeat, zone: tzinfo | None) -> None:
    """Change a repeat; its dates go on as they are, with what was skipped, unless other ones are wanted."""
    invoice = wanted.invoice
    repeat.user_name, repeat.user_id = invoice.sub_client.name, invoice.sub_client.id
    repeat.amount, repeat.service = invoice.amount, invoice.service
    repeat.likeness = likeness(invoice) or ""
    if written(wanted.rule, "en") != written(rule_of(repeat, zone), "en", passed=repeat.next_number):
        repeat.rule = rule_to_json(wanted.rule)
        go_to(repeat, 0, zone)


def _copy(repeat: StoredRepeat) -> StoredRepeat:
    """Return a repeat that no session knows."""
    return StoredRepeat(**{one.key: getattr(repeat, one.key) for one in inspect(StoredRepeat).column_attrs})


def _is_change(question: Question | None, whose: Whose) -> bool:
    return question is not None and question.kind == QuestionKind.REPEAT_CHANGE and question.chat_id == whose.chat_id
