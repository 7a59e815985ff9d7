"""The migrations make exactly the tables that the models describe, and can be taken back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from db.engine import Database
from db.migrate import NewerDatabase, downgrade, is_current, upgrade
from db.models import Base


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, Base.metadata))


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version", "sqlite_sequence"}


def indexes(connection: Connection) -> set[str]:
    found = connection.execute(
        text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index')")
    )
    return {" ".join(sql.replace('"', "").split()) for (sql,) in found if "alembic_version" not in sql}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database.open(f"sqlite+aiosqlite:///{tmp_path}/new/docsbot.db")
    yield opened
    await opened.close()


async def test_models_and_migrations_are_equal(database: Database) -> None:
    await upgrade(database)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        assert await connection.run_sync(tables) == set(Base.metadata.tables)


async def test_partial_indexes_are_those_of_the_models(database: Database, tmp_path: Path) -> None:
    # Alembic compares neither the WHERE of an index nor AUTOINCREMENT.
    await upgrade(database)
    by_models = Database.open(f"sqlite+aiosqlite:///{tmp_path}/models.db")
    async with by_models.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        wanted = await connection.run_sync(indexes)
    await by_models.close()
    async with database.engine.connect() as connection:
        made = await connection.run_sync(indexes)
    assert {sql for sql in wanted if "INDEX" in sql} == {sql for sql in made if "INDEX" in sql}
    assert sum("AUTOINCREMENT" in sql for sql in wanted) == sum("AUTOINCREMENT" in sql for sql in made)


async def test_down_to_nothing_and_up_again(database: Database) -> None:
    await upgrade(database)
    assert await is_current(database)
    await downgrade(database, "base")
    assert not await is_current(database)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(tables) == set()
    await upgrade(database)
    assert await is_current(database)


async def test_upgrading_twice_changes_nothing(database: Database) -> None:
    await upgrade(database)
    await upgrade(database)
    assert await is_current(database)


async def test_a_newer_database_is_left_alone(database: Database) -> None:
    await upgrade(database)
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="9999"):
        await upgrade(database)
