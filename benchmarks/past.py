"""Databases to start from: people on the list, a long history, a queue. Written by SQL, past the bot."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, insert, text

from benchmarks.process import migrate
from bot.documents.intents import likeness, wish_to_json
from bot.domain import BatchState, CreateInvoice, Kind, Role, State, SubClient
from db.models import AllowedChat, AllowedPerson, AuditEntry, Base, Login, Request, StoredBatch, StoredBatchRow

_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHATS, _SUB_CLIENTS = 200, 500
_YEAR = timedelta(days=365)


@contextmanager
def new_database(path: Path) -> Iterator[Connection]:
    """Make a database with the bot's tables, to be filled in the block; it is committed and compact afterwards."""
    migrate(path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA synchronous=OFF"))
        connection.execute(text("PRAGMA cache_size=-400000"))
        yield connection
        connection.commit()
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()


def allow(connection: Connection, people: Iterable[int], logins: Iterable[str] = ()) -> None:
    """Put people on the list, for these logins, none for the default one."""
    rows = [
        {
            "user_id": id_,
            "name": f"Person {id_}",
            "role": Role.MANAGER,
            "logins": list(logins),
            "added_at": datetime.now(UTC),
        }
        for id_ in people
    ]
    connection.execute(insert(AllowedPerson), rows)


def allow_group(connection: Connection, chat_id: int) -> None:
    """Put a group on the list."""
    connection.execute(insert(AllowedChat).values(chat_id=chat_id, name="Team", added_at=datetime.now(UTC)))


def add_login(connection: Connection, name: str, start_at: datetime, due_at: datetime | None = None) -> None:
    """Add a login that may start at a time, and is looked at when it is due."""
    connection.execute(insert(Login).values(login=name, next_start_at=start_at, due_at=due_at))


def add_history(connection: Connection, count: int, logins: int) -> None:
    """Add requests that ended in the past year, in 200 chats and for 500 sub-clients, each with its audit entry.

    One in 50 failed; the chats are those of the ids from 1001 on.
    """
    if count == 0:
        return
    now = datetime.now(UTC)
    for number in range(logins):
        add_login(connection, f"login{number}", now)
    began = now - _YEAR
    step = _YEAR // count // _MICROSECOND * _MICROSECOND
    at = f"{_microseconds(began)} + i * {step // _MICROSECOND}"
    _multiply(
        connection,
        _table(Request),
        _request(now) | {"state": State.DONE, "finished_at": now, "delivered_at": now, "delivered_message_id": 1},
        count,
        login=f"'login' || (i % {logins})",
        user_name=f"'client' || (i % {_SUB_CLIENTS})",
        chat_id=f"1001 + i % {_CHATS}",
        requester_id=f"1001 + i % {_CHATS}",
        origin_chat_id=f"1001 + i % {_CHATS}",
        origin_message_id="-i",
        reply_to="i",
        created_at=at,
        started_at=f"{at} + 60000000",
        finished_at=f"{at} + 61000000",
        delivered_at=f"{at} + 62000000",
        invoice_number="CASE WHEN i % 50 = 0 THEN NULL ELSE CAST(i AS TEXT) END",
        state="CASE WHEN i % 50 = 0 THEN 'failed' ELSE 'done' END",
        failure="CASE WHEN i % 50 = 0 THEN 'no_sub_client' END",
    )
    entry = {"at": now, "actor_id": 1, "actor_name": "Person", "action": "ask create_invoice", "detail": ""}
    _multiply(connection, _table(AuditEntry), entry, count, at=at, actor_id=f"1001 + i % {_CHATS}", request_id="i")


def add_waiting(connection: Connection, count: int, login: str, chats: int = _CHATS) -> None:
    """Add requests that wait for a login, in so many chats of the ids from 5001 on."""
    _multiply(
        connection,
        _table(Request),
        _request(datetime.now(UTC)),
        count,
        login=f"'{login}'",
        user_name="'waiting' || i",
        chat_id=f"5001 + i % {chats}",
        requester_id=f"5001 + i % {chats}",
        origin_chat_id=f"5001 + i % {chats}",
        origin_message_id="-i",
        reply_to="i",
    )


def add_batch(connection: Connection, rows: int, login: str, person: int) -> None:
    """Add a batch that somebody started, with so many rows that wait."""
    now = datetime.now(UTC)
    batch = insert(StoredBatch).values(
        chat_id=person,
        origin_chat_id=person,
        origin_message_id=-1,
        requester_id=person,
        requester_name="Person",
        language="en",
        login=login,
        key="0" * 64,
        headings=[],
        columns={},
        state=BatchState.RUNNING,
        created_at=now,
        started_at=now,
        resumed_at=now,
    )
    [batch_id] = connection.execute(batch).inserted_primary_key or [0]
    wishes = [CreateInvoice(SubClient(name=f"row{number}"), Decimal(100)) for number in range(rows)]
    values = [
        {
            "batch_id": batch_id,
            "number": number,
            "cells": [str(wish.sub_client), "100"],
            "wish": wish_to_json(wish),
            "likeness": likeness(wish),
            "doubtful": False,
            "waiting": True,
        }
        for number, wish in enumerate(wishes, 1)
    ]
    connection.execute(insert(StoredBatchRow), values)


def add_due(connection: Connection, due: list[datetime]) -> None:
    """Add logins `login0`, `login1`, … that fall due at these times, with one request each."""
    for number, at in enumerate(due):
        add_login(connection, f"login{number}", at, at)
    _multiply(
        connection,
        _table(Request),
        _request(datetime.now(UTC)),
        len(due),
        login="'login' || (i - 1)",
        user_name="'due' || (i - 1)",
        origin_message_id="-i",
        chat_id="1001 + i % 200",
        requester_id="1001 + i % 200",
    )


def _request(now: datetime) -> dict[str, Any]:
    """Return the columns of a request for an invoice; what is left out has its default."""
    return {
        "login": "login0",
        "kind": Kind.CREATE_INVOICE,
        "user_name": "client",
        "amount": Decimal(100),
        "requester_id": 1001,
        "requester_name": "Person",
        "language": "en",
        "chat_id": 1001,
        "reply_to": 1,
        "origin_chat_id": 1001,
        "origin_message_id": 0,
        "state": State.QUEUED,
        "created_at": now,
    }


def _multiply(connection: Connection, table: Table, values: dict[str, Any], count: int, **changed: str) -> None:
    """Insert one row and copy it, with columns changed by an SQL expression of `i` from 1 to `count`; then drop it.

    Every column that the table has is copied, so that the tables may change without this module.
    """
    template = connection.execute(insert(table).values(**values)).inserted_primary_key
    if template is None:
        raise RuntimeError(f"{table.name} has no primary key")
    columns = [column.name for column in table.columns if not column.primary_key]
    expressions = ", ".join(changed.get(name, f"t.{name}") for name in columns)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
    copies = f"{numbers} INSERT INTO {table.name} ({', '.join(columns)}) SELECT {expressions} FROM n, {table.name} t"  # noqa: S608
    connection.execute(text(f"{copies} WHERE t.id = :template"), {"count": count, "template": template[0]})
    connection.execute(table.delete().where(table.c.id == template[0]))


def _table(model: type[Base]) -> Table:
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model} is not a plain table")
    return table


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
