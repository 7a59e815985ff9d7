"""Copying all that a stopped bot's database holds into an empty one of either engine, and proving the copy right."""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    LargeBinary,
    RowMapping,
    Table,
    func,
    insert,
    select,
    text,
    type_coerce,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from db import lease
from db.engine import Database
from db.models import Base, Lease
from db.retry import describe, is_trouble
from db.types import Money

_ROWS_A_SLICE = 500
_FILES_A_SLICE = 8
"""A PDF may have some megabytes, and a slice is in memory at once."""
_MODULUS = 2**256


class CopyRefused(Exception):
    """A copy would destroy or miss something; its text says what, and nothing was changed."""


@dataclass(frozen=True, slots=True)
class TableDigest:
    """What a table holds, in figures: equal tables have equal digests, in whatever order their rows come."""

    rows: int
    sums: Mapping[str, int]
    """Counted by the database itself, by column: money in hundredths, files in bytes."""
    fingerprint: str
    """SHA-256 of each row, added up."""
    last_id: int
    """The highest id that was ever given, where the table gives them: none is given again."""


def tables() -> Sequence[Table]:
    """Return what is copied, each table after those that it refers to: all but who leads on a database."""
    return [table for table in Base.metadata.sorted_tables if table.name != Lease.__tablename__]


async def refuse_filled(target: Database) -> None:
    """Raise `CopyRefused` where a table of a database that has all tables holds something."""
    async with target.read() as session:
        for table in tables():
            if (await session.execute(select(table.primary_key.columns[0]).limit(1))).first() is not None:
                raise CopyRefused(f"the new database is not empty: its table {table.name} has rows")


async def copy(source: Database, target: Database) -> Mapping[str, TableDigest]:
    """Copy all tables, and return what each holds; the target has all of it, checked, or nothing.

    Both have the tables of this version. Until the end nobody can write to either, or begin to lead there. Raises
    `CopyRefused` where a bot leads on one of them, where a table cannot be taken over as it is, and where a copied
    table does not hold what the original does.
    """
    await refuse_filled(target)
    digests = {}
    async with _alone(source) as old, _alone(target) as new:
        for table in tables():
            try:
                await _copy_rows(table, old, new)
                await _set_last_id(table, new, await _last_id(table, old))
            except DBAPIError as error:
                if is_trouble(error):
                    raise
                raise CopyRefused(f"the new database does not take the table {table.name}: {describe(error)}") from None
            digests[table.name] = await digest(table, old)
            if await digest(table, new) != digests[table.name]:
                raise CopyRefused(f"the copy of the table {table.name} is not equal to it")
    return digests


async def digest(table: Table, connection: AsyncConnection) -> TableDigest:
    """Read a table from its beginning to its end, and say what it holds."""
    sums = {column.name: _sum(column) for column in table.columns if _is_file(column) or isinstance(column.type, Money)}
    counted = select(func.count(), *sums.values()).select_from(table)
    rows, *added = (await connection.execute(counted)).one()
    total = 0
    async for some in _slices(table, connection):
        total += sum(int.from_bytes(_fingerprint(row)) for row in some)
    return TableDigest(
        rows=rows,
        sums={name: int(found or 0) for name, found in zip(sums, added, strict=True)},
        fingerprint=f"{total % _MODULUS:064x}",
        last_id=await _last_id(table, connection),
    )


@asynccontextmanager
async def _alone(database: Database) -> AsyncIterator[AsyncConnection]:
    """Give a connection in the one write transaction of a database on which nobody leads."""
    async with database.write() as session:
        leader = await lease.holder(session)
        if leader is not None:
            raise CopyRefused(f"a bot runs on one of the two ({leader}), or was killed just now: stop it, wait 10 s")
        connection = await session.connection()
        if connection.dialect.name == "postgresql":
            # While one of the two is read, the other is idle, for as long as it takes.
            await connection.execute(text("SELECT set_config('idle_in_transaction_session_timeout', '0', true)"))
        yield connection


async def _copy_rows(table: Table, old: AsyncConnection, new: AsyncConnection) -> None:
    async for rows in _slices(table, old):
        await new.execute(insert(table), [dict(row) for row in rows])


async def _slices(table: Table, connection: AsyncConnection) -> AsyncIterator[Sequence[RowMapping]]:
    size = _FILES_A_SLICE if any(map(_is_file, table.columns)) else _ROWS_A_SLICE
    async with connection.stream(select(table), execution_options={"yield_per": size}) as result:
        async for rows in result.mappings().partitions():
            yield rows


async def _last_id(table: Table, connection: AsyncConnection) -> int:
    column = table.autoincrement_column
    if column is None:
        return 0
    if connection.dialect.name == "postgresql":
        given = f"SELECT pg_sequence_last_value({_sequence(table, column)})"
    else:
        given = f"SELECT max(seq) FROM sqlite_sequence WHERE name = '{table.name}'"  # noqa: S608
    highest = await connection.scalar(select(func.max(column)))
    return max(await connection.scalar(text(given)) or 0, highest or 0)


async def _set_last_id(table: Table, connection: AsyncConnection, last: int) -> None:
    column = table.autoincrement_column
    if column is None or not last:
        return
    if connection.dialect.name == "postgresql":
        statements = [f"SELECT setval({_sequence(table, column)}, {last})"]
    else:
        statements = [
            f"DELETE FROM sqlite_sequence WHERE name = '{table.name}'",  # noqa: S608
            f"INSERT INTO sqlite_sequence (name, seq) VALUES ('{table.name}', {last})",  # noqa: S608
        ]
    for statement in statements:
        await connection.execute(text(statement))


def _sequence(table: Table, column: Column[Any]) -> str:
    return f"pg_get_serial_sequence('{table.name}', '{column.name}')::regclass"


def _sum(column: Column[Any]) -> ColumnElement[int]:
    return func.sum(func.length(column) if _is_file(column) else type_coerce(column, BigInteger))


def _is_file(column: Column[Any]) -> bool:
    return isinstance(column.type, LargeBinary)


def _fingerprint(row: RowMapping) -> bytes:
    return hashlib.sha256(repr([_plain(value) for value in row.values()]).encode("utf-8", "surrogatepass")).digest()


def _plain(value: object) -> object:
    """Return what has the same `repr` wherever the value was read."""
    if isinstance(value, bytes):
        return hashlib.sha256(value).digest()
    if isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True)
    return value
