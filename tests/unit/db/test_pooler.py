"""Behind a pooler each transaction may get another session of the server: none needs what an earlier one left."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.process.leadership import Leadership
from db import inbox
from db.engine import Database
from db.retry import describe
from tests.support.databases import Databases, EngineName, migrated

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WITHOUT_NAMES = "&prepared_statement_cache_size=0"


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.new(EngineName.POSTGRESQL, migrated) as made:
        yield made


async def work(database: Database) -> None:
    """Write and read, with statements that are the same each time, each time in a session that knows nothing."""
    for update_id in range(3):
        async with database.write() as session:
            await inbox.keep(session, {update_id: "{}"}, NOW)
        await forget(database)
        async with database.read() as session:
            assert update_id in await inbox.open_ids(session, after=-1, limit=10)
        await forget(database)


async def forget(database: Database) -> None:
    """Make the one session like a new one."""
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        await raw.execute("DISCARD ALL")


async def test_nothing_outlives_a_transaction(url: str) -> None:
    database = Database.open(url + WITHOUT_NAMES, pool_size=1, max_overflow=0)
    await work(database)
    leadership = Leadership(database)
    await leadership.gain()
    await forget(database)
    assert await leadership._renewed()
    async with database.read() as session:
        for left in ("pg_prepared_statements WHERE name <> ''", "pg_locks WHERE locktype = 'advisory'"):
            assert await session.scalar(text(f"SELECT count(*) FROM {left}")) == 0  # noqa: S608
    await database.close()


async def test_with_names_the_operator_is_told_what_to_add(url: str) -> None:
    database = Database.open(url, pool_size=1, max_overflow=0)
    with pytest.raises(DBAPIError) as failed:
        await work(database)
    assert "?prepared_statement_cache_size=0" in describe(failed.value)
    await database.close()
