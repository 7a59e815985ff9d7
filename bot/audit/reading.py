"""Reading the audit: who did what, and when, newest first; by pages, and as a CSV file."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import tzinfo

from bot.audit.file import as_csv
from bot.domain import Destination, Person
from bot.runtime.clock import Clock
from db import audit, questions
from db.engine import Database
from db.models import AuditEntry, Request

PAGE = 10
"""Entries on one page."""
MAX_IN_FILE = 50_000
_KIND = "audit"


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
    names: Mapping[int, str]
    """What the people and groups are called that something was done to, as far as is known."""
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
            names = await audit.names_of(session, (one.subject_id for one in found if one.subject_id is not None))
        return AuditPage(question_id, number, found[:PAGE], requests, names, len(found) > PAGE)

    async def file(self, question_id: int, language: str = "en") -> bytes | None:
        """Return what was asked for as a CSV file for a reader of that language, at most `MAX_IN_FILE` rows."""
        async with self._database.read() as session:
            question = await questions.get(session, question_id)
            if question is None or question.kind != _KIND:
                return None
            found = await audit.find(session, **question.payload, limit=MAX_IN_FILE)
            requests = await audit.requests_of(session, found)
        return await asyncio.to_thread(as_csv, found, requests, self._zone, language=language)
