"""The database in trouble, in SQLite's own words: nothing is acknowledged that is not stored, nothing is lost."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, event, select
from telegram import Bot, Update

from bot.domain import ConfiguredLogins, CreateInvoice, Destination, Person, State, SubClient
from bot.messaging.inbox import Inbox
from bot.process.database import StartError, prepare
from bot.queue.changes import QueueChange, QueueChanges
from bot.queue.scheduler import Scheduler
from bot.runtime.clock import LoopClock
from bot.smscentre import Created
from db import documents, logins, requests
from db.engine import Database
from db.migrate import upgrade
from db.models import InboxUpdate, Request

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
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database.open(f"sqlite+aiosqlite:///{tmp_path}/docsbot.db", poolclass=NullPool)
    await upgrade(opened)
    yield opened
    await opened.close()


def command() -> Update:
    return Update.de_json(COMMAND, Bot("1:x"))


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
        # A page's worth of text, so that the update needs a page that the disk does not have.
        session.add(InboxUpdate(update_id=1, payload="x" * 5000, fingerprint="", received_at=datetime.now(UTC)))
    inbox = Inbox(database, LoopClock(asyncio.get_running_loop()))
    disk.pragma = pragma
    update = Update.de_json({**COMMAND, "message": {**COMMAND["message"], "caption": "y" * 9000}}, Bot("1:x"))  # type: ignore[dict-item]
    putting = asyncio.create_task(inbox.put(update))
    await until_logged(caplog, said)
    assert advice in caplog.text
    assert not putting.done()
    assert inbox.empty()

    disk.pragma = None
    async with asyncio.timeout(5):
        await putting
    assert inbox.get_nowait() is update
    async with database.read() as session:
        assert await session.get(InboxUpdate, 7) is not None


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
        putting = asyncio.create_task(inbox.put(command()))
        await until_logged(caplog, "another program holds the database")
        assert not putting.done()
        other.execute("ROLLBACK")
        await putting
    assert inbox.qsize() == 1


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
