"""The database in trouble, in SQLite's own words: nothing is acknowledged that is not stored, nothing is lost."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, event, select

from bot.domain import ConfiguredLogins, CreateInvoice, Destination, Person, State, SubClient
from bot.messaging.inbox import Inbox
from bot.messaging.raw_updates import RawUpdate
from bot.process.database import StartError, prepare
from bot.queue.changes import QueueChange, QueueChanges
from bot.queue.scheduler import Scheduler
from bot.runtime.clock import LoopClock
from bot.smscentre import Created
from db import documents, logins, requests
from db.engine import Database
from db.models import InboxUpdate, Request
from tests.support.databases import sqlite_url

COMMAND = {
    "update_id": 7,
    "message": {
        "message_id": 1,
        "date": 1_700_000_000,
        "chat": {"id": 5, "type": "private"},
        "from": {"id": 5, "is_bot": False, "first_name": "Anna"},
        "text": "/act alice 7",
        "entities": [{"type": "bot_command", "offset": 0, "length": 4}],
    },
}


class Disk:
    """Makes SQLite refuse writes in its own words, until it is mended; no connection is kept that would not know."""

    def __init__(self, database: Database) -> None:
        self.pragma: str | None = None
        event.listen(database.engine.sync_engine, "connect", self._connect)

    def _connect(self, connection: Any, _record: object) -> None:
        if self.pragma is not None:
            connection.cursor().execute(self.pragma)


@pytest.fixture
async def database(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Database]:
    opened = Database.open(sqlite_url(Path(shutil.copy(migrated_file, tmp_path / "docsbot.db"))), poolclass=NullPool)
    yield opened
    await opened.close()


async def until_logged(caplog: pytest.LogCaptureFixture, text: str) -> None:
    async with asyncio.timeout(5):
        while text not in caplog.text:  # noqa: ASYNC110 - the log has no event to wait for
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("pragma", "said", "advice"),
    [
        ("PRAGMA query_only=ON", "attempt to write a readonly database", "make the database file"),
        ("PRAGMA max_page_count=1", "database or disk is full", "free some space"),
    ],
)
async def test_an_update_counts_as_taken_only_when_it_is_stored(
    database: Database, caplog: pytest.LogCaptureFixture, pragma: str, said: str, advice: str
) -> None:
    disk = Disk(database)
    async with database.write() as session:
        # More than the pages that are free, so that the update needs some that the disk does not have.
        session.add(
            InboxUpdate(bot_id=0, update_id=1, payload="x" * 5000, fingerprint="", received_at=datetime.now(UTC))
        )
    inbox = Inbox(database, LoopClock(asyncio.get_running_loop()))
    disk.pragma = pragma
    raw = RawUpdate.of(json.dumps(COMMAND | {"filler": "y" * 500_000}))
    keeping = asyncio.create_task(inbox.keep({7: raw}, begun=()))
    await until_logged(caplog, said)
    assert advice in caplog.text
    assert not keeping.done()

    disk.pragma = None
    async with asyncio.timeout(5):
        assert await keeping == {7}
    async with database.read() as session:
        kept = await session.get_one(InboxUpdate, (0, 7))
        assert (kept.payload, kept.tries) == (raw.text, 0)


async def test_a_database_that_another_program_holds_is_waited_for(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    @event.listens_for(database.engine.sync_engine, "connect")
    def _impatient(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=10")

    await database.engine.dispose()
    inbox = Inbox(database, LoopClock(asyncio.get_running_loop()))
    with closing(sqlite3.connect(tmp_path / "docsbot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        keeping = asyncio.create_task(inbox.keep({7: RawUpdate.of(json.dumps(COMMAND))}, begun=()))
        await until_logged(caplog, "another program holds the database")
        assert not keeping.done()
        other.execute("ROLLBACK")
        assert await keeping == {7}


async def test_an_answer_that_cannot_be_recorded_waits_in_memory(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    disk, clock = Disk(database), LoopClock(asyncio.get_running_loop())
    ended = asyncio.Event()
    calls: list[int] = []

    async def call(request: Request) -> Created:
        calls.append(request.id)
        disk.pragma = "PRAGMA query_only=ON"
        return Created(number="9001", amount=None, pdf=b"%PDF-1.4")

    async def may_go(*_: object) -> bool:
        return True

    changes = QueueChanges()
    queue = Scheduler(database, clock, call, may_go, changes, ConfiguredLogins(("acme",), timedelta(seconds=0.01)))
    changes.listen(lambda turn: ended.set() if turn.ended else None)
    await queue.recover()
    async with database.write() as session:
        login = await logins.lock(session, "acme")
        session.add(
            requests.new(
                CreateInvoice(SubClient(name="alice"), Decimal(100)),
                login="acme",
                requester=Person(5, "Anna", "en"),
                destination=Destination(5, None, 1),
                now=clock.now(),
            )
        )
        await logins.refresh_due(session, login)
    running = asyncio.create_task(queue.run())
    changes.announce(QueueChange(touched=frozenset({"acme"})))
    await until_logged(caplog, "readonly database")
    disk.pragma = None
    async with asyncio.timeout(5):
        await ended.wait()
    queue.stop()
    await running
    async with database.read() as session:
        request = (await session.scalars(select(Request))).one()
        assert (request.state, request.invoice_number) == (State.DONE, "9001")
        assert await documents.pdf(session, request.id) == b"%PDF-1.4"
    assert calls == [request.id]


async def test_a_damaged_database_ends_the_start_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "docsbot.db").write_bytes(b"no database at all" * 1000)
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path}/docsbot.db")
    with pytest.raises(StartError, match=r"^DATABASE_URL: file is not a database; .*restore the latest backup$"):
        await prepare(database)
    await database.close()
