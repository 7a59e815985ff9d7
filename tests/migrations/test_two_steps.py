"""A migration leaves the version before it at work: it widens, and only a later one takes away what nobody uses."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from db.engine import Database
from db.migrate import alembic_config, upgrade

_HOLDS_FROM = "0014"
"""What was made before the first release, which no older version stands beside, may take away what it likes."""
_TAKES_AWAY: frozenset[tuple[str, str]] = frozenset()
"""What a migration takes away although it was there before, as (revision, table or table.column): the second step of a
change, whose first one was in an earlier release."""

Columns = Mapping[str, Mapping[str, Any]]


@pytest.fixture
async def database(empty_url: str) -> AsyncIterator[Database]:
    opened = Database.open(empty_url)
    yield opened
    await opened.close()


def schema(connection: Connection) -> dict[str, Columns]:
    found = inspect(connection)
    return {table: {column["name"]: column for column in found.get_columns(table)} for table in found.get_table_names()}


def uniques(connection: Connection) -> dict[str, set[tuple[str, ...]]]:
    found = inspect(connection)
    return {
        table: {
            *(tuple(sorted(unique["column_names"])) for unique in found.get_unique_constraints(table)),
            *(tuple(sorted(filter(None, i["column_names"]))) for i in found.get_indexes(table) if i["unique"]),
        }
        for table in found.get_table_names()
    }


def in_the_way(before: dict[str, Columns], after: dict[str, Columns]) -> set[str]:
    """Return what the version before would stumble over: what is gone, or has to be filled in and was not known."""
    wrong = set()
    for table, columns in before.items():
        if table not in after:
            wrong.add(table)
            continue
        wrong |= {f"{table}.{name}" for name in columns.keys() - after[table].keys()}
        for name, column in after[table].items():
            was = columns.get(name)
            must_be_filled = not column["nullable"] and column["default"] is None
            if must_be_filled and (was is None or was["nullable"] or was["default"] is not None):
                wrong.add(f"{table}.{name}")
    return wrong


def revisions() -> list[str]:
    scripts = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    return [script.revision for script in scripts if script.revision >= _HOLDS_FROM][::-1]


async def test_each_migration_leaves_the_version_before_at_work(database: Database) -> None:
    first, *later = revisions()
    await upgrade(database, first)
    for revision in later:
        async with database.engine.connect() as connection:
            before = await connection.run_sync(schema), await connection.run_sync(uniques)
        await upgrade(database, revision)
        async with database.engine.connect() as connection:
            after = await connection.run_sync(schema), await connection.run_sync(uniques)
        wrong = {(revision, what) for what in in_the_way(before[0], after[0])}
        narrower = {table for table, found in before[1].items() if after[1].get(table, set()) - found}
        assert wrong <= _TAKES_AWAY
        assert not narrower, f"{revision}: what the version before writes twice is refused in {narrower}"


def test_what_stands_in_the_way_is_seen() -> None:
    plain, filled = {"nullable": True, "default": None}, {"nullable": False, "default": None}
    default = {"nullable": False, "default": "0"}
    before: dict[str, Columns] = {"a": {"x": plain, "y": default}, "b": {"x": plain}}
    assert in_the_way(before, before | {"c": {"x": filled}}) == set()
    assert in_the_way(before, {"a": {"x": plain, "y": default, "z": default, "n": plain}, "b": {"x": plain}}) == set()
    assert in_the_way(before, {"a": {"x": filled, "y": filled, "z": filled}}) == {"a.x", "a.y", "a.z", "b"}
    assert in_the_way(before, {"a": {"y": default}, "b": {"x": plain}}) == {"a.x"}
