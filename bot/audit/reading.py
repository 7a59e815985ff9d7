"""Reading the audit: who did what, and when, newest first; by pages, and as a CSV file."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo

from bot.domain import Destination, Person
from bot.runtime.clock import Clock
from db import audit, questions
from db.engine import Database
from db.models import AuditEntry, Request

PAGE = 10
"""Entries on one page."""
MAX_IN_FILE = 50_000
_KIND = "audit"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With what a spreadsheet begins to calculate, so that a name could run a command there."""

_HEADER = (
    "id",
    "time",
    "actor_id",
    "actor",
    "action",
    "subject_id",
    "chat_id",
    "request",
    "sub_client",
    "amount",
    "detail",
)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What is asked for; all None: everything."""

    person: int | None = None
    number: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the audit as it was when it was asked for, so that turning pages skips nothing."""

    question_id: int
    number: int
    entries: Sequence[AuditEntry]
    requests: Mapping[int, Request]
    more: bool


class AuditLog:
    """Reads the audit. What was asked for is kept as a question, because a button carries only its id."""

    def __init__(self, database: Database, clock: Clock, zone: tzinfo | None) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone

    async def ask(self, what: AuditFilter, asker: Person, origin: Destination) -> AuditPage:
        """Return the first page."""
        async with self._database.write() as session:
            payload = {**asdict(what), "newest": await audit.newest(session)}
            question = await questions.ask(
                session, _KIND, asker_id=asker.id, destination=origin, payload=payload, now=self._clock.now()
            )
        page = await self.page(question.id, 0)
        if page is None:
            raise LookupError(f"question {question.id}")
        return page

    async def page(self, question_id: int, number: int) -> AuditPage | None:
        """Return a page of what was asked for before; None if that is not known any more."""
        async with self._database.read() as session:
            question = await questions.get(session, question_id)
            if question is None or question.kind != _KIND:
                return None
            found = await audit.find(session, **question.payload, skip=number * PAGE, limit=PAGE + 1)
            requests = await audit.requests_of(session, found)
        return AuditPage(question_id, number, found[:PAGE], requests, len(found) > PAGE)

    async def file(self, question_id: int) -> bytes | None:
        """Return what was asked for as a CSV file (UTF-8 with a mark), at most `MAX_IN_FILE` rows."""
        async with self._database.read() as session:
            question = await questions.get(session, question_id)
            if question is None or question.kind != _KIND:
                return None
            found = await audit.find(session, **question.payload, limit=MAX_IN_FILE)
            requests = await audit.requests_of(session, found)
        return as_csv(found, requests, self._zone)


def as_csv(entries: Sequence[AuditEntry], requests: Mapping[int, Request], zone: tzinfo | None) -> bytes:
    """Write entries as CSV; text that a spreadsheet would calculate gets an apostrophe in front."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL)
    writer.writerow(_HEADER)
    for entry in entries:
        request = requests.get(entry.request_id or 0)
        writer.writerow(
            (
                entry.id,
                _time(entry.at, zone),
                _number(entry.actor_id),
                _text(entry.actor_name),
                _text(entry.action),
                _number(entry.subject_id),
                _number(entry.chat_id),
                _number(entry.request_id),
                _text(str(request.sub_client)) if request else "",
                request.amount if request is not None and request.amount is not None else "",
                _text(entry.detail),
            )
        )
    return text.getvalue().encode("utf-8-sig")


def _time(at: datetime, zone: tzinfo | None) -> str:
    return at.astimezone(zone).isoformat(sep=" ", timespec="seconds")


def _number(value: int | None) -> int | str:
    return "" if value is None else value


def _text(value: str) -> str:
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value
