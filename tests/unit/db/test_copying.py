"""A copy of a whole database is equal to it, on whichever engines the two are, or there is none."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Date, Enum, LargeBinary, String, Table, delete, insert, select, text

from db import copying, lease
from db.copying import CopyRefused, copy, tables
from db.engine import Database
from db.models import AuditEntry, Base, Question, Request
from db.types import Instant, Money
from tests.support.databases import Databases, EngineName, migrated

ROWS = 11
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WAYS = list(product(EngineName, EngineName))
PECULIAR = ("", " ", "Ольга", "👩‍👩‍👧", "<b>", "'; --", "\\n\n\t", "e\u0301", "null", "\u202eevil")


@pytest.fixture(autouse=True)
def _small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "_ROWS_A_SLICE", 4)
    monkeypatch.setattr(copying, "_FILES_A_SLICE", 2)


@pytest.fixture(params=WAYS, ids=["-to-".join(way) for way in WAYS])
def urls(request: pytest.FixtureRequest, databases: Databases) -> Iterator[tuple[str, str]]:
    """The addresses of two databases with all tables, on each pair of engines."""
    source, target = request.param
    with databases.new(source, migrated) as old, databases.new(target, migrated) as new:
        yield old, new


@pytest.fixture
async def pair(urls: tuple[str, str]) -> AsyncIterator[tuple[Database, Database]]:
    async with opened(*urls) as both:
        yield both


@asynccontextmanager
async def opened(old: str, new: str) -> AsyncIterator[tuple[Database, Database]]:
    source, target = Database.open(old), Database.open(new)
    try:
        yield source, target
    finally:
        await source.close()
        await target.close()


def value(column: Column[Any], number: int) -> object:
    """Return what may stand in a column; another for each number where the column takes so many."""
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return value(key.column, number)
    if column.nullable and number % 3 == 0:
        return None
    match column.type:
        case Enum(enums=words, enum_class=kind):
            return kind(words[number % len(words)]) if kind else words[number % len(words)]
        case String(length=length):
            return f"{number} {PECULIAR[number % len(PECULIAR)]}"[: length or None]
        case LargeBinary():
            return bytes(range(256)) * number
        case JSON():
            return {"words": [PECULIAR[number % len(PECULIAR)]], "number": number, "nothing": None, "yes": True}
        case Boolean():
            return number % 2 == 0
        case Date():
            return date(2026, 1, 31) + timedelta(days=number)
        case Instant():
            return NOW + timedelta(microseconds=number)
        case Money():
            return Decimal(number * 10**9) + Decimal("0.01") * number
        case _:
            return number if column.primary_key else (-1) ** number * (2**40 + number)


async def fill(database: Database) -> None:
    """Put some rows into every table, whatever columns it has."""
    async with database.write() as session:
        for table in tables():
            given = [column for column in table.columns if column is not table.autoincrement_column]
            rows = [{column.name: value(column, number) for column in given} for number in range(1, ROWS + 1)]
            await session.execute(insert(table), rows)


async def contents(database: Database) -> Mapping[str, list[str]]:
    async with database.read() as session:
        return {
            table.name: sorted(repr(tuple(row)) for row in await session.execute(select(table))) for table in tables()
        }


async def rows_in(database: Database) -> int:
    return sum(map(len, (await contents(database)).values()))


async def next_id(database: Database, table: Table) -> int:
    """Insert a row as the bot does, and return the id that the database gives it."""
    (serial,) = table.primary_key.columns
    given = [column for column in table.columns if column is not serial]
    row = {
        column.name: None if column.nullable else value(column, 1 if column.foreign_keys else 100) for column in given
    }
    async with database.write() as session:
        return int((await session.execute(insert(table).values(row).returning(serial))).scalar_one())


async def test_everything_arrives_as_it_was(pair: tuple[Database, Database]) -> None:
    source, target = pair
    await fill(source)
    before = await contents(source)

    digests = await copy(source, target)

    assert await contents(target) == before
    assert await contents(source) == before
    assert {name: digest.rows for name, digest in digests.items()} == {table.name: ROWS for table in tables()}
    assert digests["requests"].sums == {"amount": sum(value_of_amount(n) for n in range(1, ROWS + 1))}
    assert digests["documents"].sums == {"content": 256 * sum(range(1, ROWS + 1))}


def value_of_amount(number: int) -> int:
    amount = value(Base.metadata.tables["requests"].columns["amount"], number)
    return 0 if amount is None else int(Decimal(str(amount)) * 100)


async def test_no_id_is_given_twice(pair: tuple[Database, Database]) -> None:
    """Not even one whose row is gone: buttons in chats still carry it."""
    source, target = pair
    await fill(source)
    async with source.write() as session:
        await session.execute(delete(Question).where(Question.id > 5))
    await copy(source, target)
    serial = [table for table in tables() if table.autoincrement_column is not None]
    assert {Question.__tablename__, Request.__tablename__} <= {table.name for table in serial}
    for table in serial:
        assert await next_id(target, table) == ROWS + 1, table.name


async def test_an_empty_one_can_be_copied(pair: tuple[Database, Database]) -> None:
    assert {digest.rows for digest in (await copy(*pair)).values()} == {0}


async def test_a_target_with_anything_in_it_is_refused(pair: tuple[Database, Database]) -> None:
    source, target = pair
    await fill(source)
    for table in reversed(tables()):
        async with target.write() as session:
            for name in [needed.name for needed in tables() if _needs(table, needed)]:
                needed = Base.metadata.tables[name]
                await session.execute(insert(needed).values({c.name: value(c, 1) for c in needed.columns}))
        with pytest.raises(CopyRefused, match="not empty"):
            await copy(source, target)
        async with target.write() as session:
            for emptied in reversed(tables()):
                await session.execute(delete(emptied))


def _needs(table: Table, other: Table) -> bool:
    """Whether a row of `table` needs one of `other`, directly or not, or is it."""
    referred = {key.column.table for key in table.foreign_keys}
    return other is table or any(_needs(parent, other) for parent in referred if parent is not table)


@pytest.mark.parametrize("led", ["source", "target"])
async def test_none_is_copied_while_a_bot_leads(pair: tuple[Database, Database], led: str) -> None:
    source, target = pair
    await fill(source)
    database = source if led == "source" else target
    async with database.write() as session:
        term = await lease.take(session, "host:17", timedelta(hours=1)) or 0
    with pytest.raises(CopyRefused, match="host:17"):
        await copy(source, target)
    assert await rows_in(target) == 0

    async with database.write() as session:
        await lease.give_up(session, term)
    await copy(source, target)


async def test_a_copy_that_differs_is_taken_back(databases: Databases) -> None:
    """Here the new database changes what it is given, as a damaged disk may."""
    with databases.new(EngineName.POSTGRESQL, migrated) as old, databases.new(EngineName.SQLITE, migrated) as new:
        async with opened(old, new) as (source, target):
            await fill(source)
            async with target.write() as session:
                await session.execute(
                    text(
                        "CREATE TRIGGER bad AFTER INSERT ON audit BEGIN UPDATE audit SET detail = 'x' WHERE id = 3; END"
                    )
                )
            with pytest.raises(CopyRefused, match="the table audit is not equal"):
                await copy(source, target)
            assert await rows_in(target) == 0


@pytest.mark.parametrize("name", ["x" * 257, "a\0b"])
async def test_what_the_new_database_cannot_hold_is_said(databases: Databases, name: str) -> None:
    with databases.new(EngineName.SQLITE, migrated) as old, databases.new(EngineName.POSTGRESQL, migrated) as new:
        async with opened(old, new) as (source, target):
            async with source.write() as session:
                session.add(AuditEntry(at=NOW, actor_name=name, action="allow", detail=""))
            with pytest.raises(CopyRefused, match="does not take the table audit"):
                await copy(source, target)
            assert await rows_in(target) == 0
