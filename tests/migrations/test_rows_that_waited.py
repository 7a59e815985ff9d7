"""Rows that waited before their likeness was kept count for the duplicate guard after the migration."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.documents.intents import likeness, wish_to_json
from bot.domain import BatchState, CreateInvoice, GetAct, SubClient, Wish
from db import duplicates, logins
from db.engine import Database
from db.migrate import upgrade
from db.models import StoredBatch, StoredBatchRow

_NOW = datetime(2026, 11, 15, tzinfo=UTC)
_ALICE = SubClient(name="alice")


@pytest.fixture
async def database(empty_url: str) -> AsyncIterator[Database]:
    opened = Database.open(empty_url)
    yield opened
    await opened.close()


async def test_they_are_found(database: Database) -> None:
    await upgrade(database)
    waits = [CreateInvoice(_ALICE, Decimal(n), "SMS") for n in range(1, 603)]
    wishes: list[Wish] = [GetAct(_ALICE, num="7"), *waits]
    async with AsyncSession(database.engine) as session, session.begin():
        await logins.ensure(session, ["demo"], _NOW)
        batch = StoredBatch(
            chat_id=1,
            thread_id=None,
            reply_to=2,
            origin_chat_id=1,
            origin_message_id=2,
            requester_id=1,
            requester_name="Anna",
            language="en",
            login="demo",
            key="x" * 64,
            headings=[],
            columns={},
            state=BatchState.RUNNING,
            files_sent=0,
            created_at=_NOW,
            started_at=_NOW,
        )
        session.add(batch)
        await session.flush()
        for number, wish in enumerate(wishes, 2):
            row = StoredBatchRow(batch_id=batch.id, number=number, cells=[], wish=wish_to_json(wish), waiting=True)
            session.add(row)
        session.add(StoredBatchRow(batch_id=batch.id, number=9999, cells=[], wish=None, mistake="wrong"))
        # As they were before: migrated by a version that knew nothing of them.
        await session.execute(text("UPDATE alembic_version SET version_num = '0020'"))
    await upgrade(database)
    async with AsyncSession(database.engine) as session:
        for wish in (waits[0], waits[-1]):
            assert await duplicates.waiting_rows_like(session, [likeness(wish) or ""], "demo")
        assert await session.scalar(text("SELECT count(*) FROM batch_rows WHERE likeness IS NULL")) == 2
