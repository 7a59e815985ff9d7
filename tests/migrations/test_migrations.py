"""The migrations make exactly the tables that the models describe, and can be taken back."""

from collections.abc import AsyncIterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import IntegrityError

from db.engine import Database
from db.migrate import NewerDatabase, downgrade, is_current, upgrade
from db.models import Base

_OWN_WORDS = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index')",
    "postgresql": """
        SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', table_name, column_name, data_type, character_maximum_length, is_nullable,
            column_default) FROM information_schema.columns WHERE table_schema = 'public'
    """,
}


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, Base.metadata))


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version", "sqlite_sequence"}


def own_words(connection: Connection) -> set[str]:
    found = connection.execute(text(_OWN_WORDS[connection.dialect.name]))
    return {" ".join(sql.replace('"', "").split()) for (sql,) in found if "alembic_version" not in sql}


@pytest.fixture
async def database(empty_url: str) -> AsyncIterator[Database]:
    opened = Database.open(empty_url)
    yield opened
    await opened.close()


async def test_models_and_migrations_are_equal(database: Database) -> None:
    await upgrade(database)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        assert await connection.run_sync(tables) == set(Base.metadata.tables)


async def test_tables_in_the_database_s_own_words_are_those_of_the_models(database: Database) -> None:
    # Alembic compares neither the WHERE of an index nor what counts rows.
    await upgrade(database)
    async with database.engine.begin() as connection:
        made = await connection.run_sync(own_words)
    await downgrade(database, "base")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        wanted = await connection.run_sync(own_words)
    assert {sql for sql in wanted if "TABLE" not in sql} == {sql for sql in made if "TABLE" not in sql}
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


async def test_what_refers_to_each_other_survives(database: Database) -> None:
    """SQLite changes a table by putting another in its place, which other tables refer to."""
    await upgrade(database, "0001")
    async with database.engine.begin() as connection:
        for statement in (
            "INSERT INTO logins (login, next_start_at) VALUES ('acme', 0)",
            (
                "INSERT INTO requests (id, login, kind, requester_id, requester_name, language, chat_id, "
                "origin_chat_id, "
                "origin_message_id, again_of, state, created_at, unusable_answers, throttled) "
                "VALUES (7, 'acme', 'get_act', 1, 'Anna', 'en', 1, 1, 1, 0, 'done', 0, 0, 0)"
            ),
            "INSERT INTO documents (request_id, content, stored_at) VALUES (7, 'PDF', 0)",
            "INSERT INTO inbox (update_id, payload, fingerprint, received_at, tries) VALUES (3, '{}', '', 0, 0)",
        ):
            await connection.execute(text(statement))
    await upgrade(database)
    async with database.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM documents JOIN requests ON id = request_id")) == 1
        assert await connection.scalar(text("SELECT bot_id FROM inbox WHERE update_id = 3")) == 0
        with pytest.raises(IntegrityError):
            await connection.execute(text("DELETE FROM requests"))
