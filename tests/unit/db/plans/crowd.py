"""A database with a long past: large enough that both engines take the way that they would take in a larger one."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, insert, literal, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import BatchState, Decision, Kind, OccurrenceState, PetitionKind, RepeatState, Role, RunState, State
from db.engine import Database
from db.models import (
    AllowedChat,
    AllowedPerson,
    AuditEntry,
    Base,
    ChatSettings,
    Document,
    InboxUpdate,
    Lease,
    Login,
    LoginChoice,
    MovedChat,
    PersonSettings,
    Petition,
    PetitionCard,
    Question,
    RepeatRun,
    Request,
    StoredBatch,
    StoredBatchRow,
    StoredOccurrence,
    StoredRepeat,
    SubClientName,
)
from tests.support.databases import migrated

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_REQUESTS, _OTHERS = 20_000, 5_000
_SECOND = 1_000_000


async def crowded(url: str) -> None:
    """Make all tables and fill them."""
    await migrated(url)
    database = Database.open(url)
    try:
        async with database.write() as session:
            await _fill(session)
    finally:
        await database.close()


async def _fill(session: AsyncSession) -> None:
    await _multiply(session, Login(login="", next_start_at=NOW), 20, login="'login' || i")
    session.add(Lease(id=1, term=1, holder="host", until=NOW))
    person = AllowedPerson(user_id=0, name="Anna", role=Role.MANAGER, logins=[], added_at=NOW)
    await _multiply(session, person, 200, user_id="i")
    await _multiply(session, AllowedChat(chat_id=0, name="Team", everyone=False, added_at=NOW), 200, chat_id="-i")
    move = MovedChat(old_id=0, new_id=0, admins_told_at=NOW)
    await _multiply(session, move, _OTHERS, old_id="-i", new_id="-1000000 - i")
    await _multiply(session, PersonSettings(user_id=0), _OTHERS, user_id="i")
    await _multiply(session, ChatSettings(chat_id=0, user_name="alice"), _OTHERS, chat_id="-i")
    await _multiply(
        session, LoginChoice(chat_id=0, user_id=0, login="login1"), _OTHERS, chat_id="-i", user_id="i % 100"
    )
    await _multiply(
        session,
        SubClientName(login="login1", user_id=0, name=""),
        _OTHERS,
        user_id="i",
        name="'client' || i",
    )
    await _multiply(session, _request(), _REQUESTS, **_MANY_REQUESTS)
    await _fill_batches(session)
    await _fill_repeats(session)
    entry = AuditEntry(at=NOW, actor_id=0, actor_name="", action="ask create_invoice", detail="")
    await _multiply(
        session,
        entry,
        _REQUESTS,
        actor_id="i % 200",
        actor_name="'Person ' || (i % 200)",
        chat_id="-(i % 200)",
        request_id="i",
        subject_id="CASE WHEN i % 50 = 0 THEN i % 200 END",
    )
    document = Document(request_id=0, content=b"%PDF", stored_at=NOW)
    await _multiply(session, document, _OTHERS, request_id="i", stored_at=f"{_micros(NOW)} - {_OTHERS - 1} + i")
    await _multiply(
        session,
        InboxUpdate(bot_id=0, update_id=0, fingerprint="0" * 64, received_at=NOW, tries=1, done_at=NOW),
        _OTHERS,
        update_id="i",
        done_at=f"CASE WHEN i > {_OTHERS - 10} THEN NULL ELSE {_micros(NOW)} - i END",
    )
    question = Question(
        kind="duplicate",
        asker_id=0,
        chat_id=0,
        bot_id=0,
        origin_chat_id=0,
        origin_message_id=0,
        payload={},
        asked_at=NOW,
    )
    await _multiply(
        session,
        question,
        _OTHERS,
        asker_id="i % 200",
        chat_id="-(i % 20)",
        origin_chat_id="-(i % 20)",
        origin_message_id="i * 2",
        message_id="i * 2 + 1",
        asked_at=f"{_micros(NOW)} + i",
        answered_at=f"CASE WHEN i % 50 > 0 THEN {_micros(NOW)} END",
    )
    petition = Petition(
        kind=PetitionKind.PERSON,
        subject_id=0,
        subject_name="Boris",
        asker_id=0,
        asker_name="Boris",
        language="en",
        asked_at=NOW,
        decision=Decision.REFUSED,
        told_at=NOW,
    )
    await _multiply(
        session, petition, _OTHERS, subject_id="i", asker_id="i", asked_at=f"{_micros(NOW)} + i * {_SECOND}"
    )
    card = PetitionCard(petition_id=0, admin_id=1, message_id=1, outcome_shown=True)
    await _multiply(session, card, _OTHERS, petition_id="i")


async def _fill_batches(session: AsyncSession) -> None:
    batch = StoredBatch(
        bot_id=0,
        chat_id=0,
        origin_chat_id=0,
        origin_message_id=0,
        requester_id=1,
        requester_name="Anna",
        language="en",
        login="login1",
        key="",
        headings=[],
        columns={},
        state=BatchState.DONE,
        created_at=NOW,
        started_at=NOW,
        finished_at=NOW,
        files_sent=1,
        delivered_at=NOW,
    )
    await _multiply(
        session,
        batch,
        _OTHERS,
        chat_id="-(i % 200)",
        origin_message_id="i",
        key="'key' || i",
        created_at=f"{_micros(NOW)} + i",
        state="CASE WHEN i % 100 = 0 THEN 'previewed' ELSE 'done' END",
    )
    row = StoredBatchRow(batch_id=0, number=1, cells=[], doubtful=False, waiting=False)
    await _multiply(session, row, _REQUESTS, batch_id=f"1 + i % {_OTHERS}", number="i", request_id="i")


async def _fill_repeats(session: AsyncSession) -> None:
    repeat = StoredRepeat(
        bot_id=0,
        chat_id=0,
        origin_chat_id=0,
        origin_message_id=0,
        owner_id=1,
        owner_name="Anna",
        owner_language="en",
        login="login1",
        user_name="client",
        amount=Decimal(100),
        language="en",
        likeness="",
        rule={},
        by_itself=False,
        state=RepeatState.ACTIVE,
        next_number=0,
        next_at=NOW,
        created_at=NOW,
    )
    await _multiply(
        session,
        repeat,
        _OTHERS,
        chat_id="-(i % 200)",
        origin_message_id="i",
        likeness="'likeness' || i",
        created_at=f"{_micros(NOW)} + i",
        next_at=f"{_micros(NOW)} + i * {_SECOND}",
        state="CASE WHEN i <= 50 THEN 'previewed' WHEN i % 3 = 0 THEN 'ended' ELSE 'active' END",
    )
    run = RepeatRun(
        chat_id=0,
        owner_id=1,
        owner_name="Anna",
        owner_language="en",
        login="login1",
        state=RunState.STARTED,
        missed=False,
        turn=0,
        created_at=NOW,
        shown_at=NOW,
        blocked=False,
        waits=False,
        batch_id=0,
    )
    await _multiply(session, run, _OTHERS, chat_id="-(i % 200)", batch_id="CASE WHEN i % 100 > 0 THEN i END")
    one = StoredOccurrence(
        repeat_id=0,
        nominal=date(2026, 11, 1),
        state=OccurrenceState.MADE,
        run_id=0,
        request_id=0,
        row=0,
        login="login1",
        started_at=NOW,
    )
    numbers = {"repeat_id": "50 + i", "run_id": "i", "request_id": "i"}
    await _multiply(session, one, _OTHERS - 50, **numbers, started_at=f"{_micros(NOW)} - i")


def _micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


_CREATED_AT = f"{_micros(NOW)} + i * {_SECOND}"
_MANY_REQUESTS = {
    "login": "'login' || (i % 20 + 1)",
    "user_name": "CASE WHEN i % 10 > 0 THEN 'client' || (i % 500) END",
    "user_id": "CASE WHEN i % 10 = 0 THEN i % 500 END",
    "likeness": "'likeness' || (i % 1000)",
    "invoice_number": "CASE WHEN i % 3 = 0 THEN CAST(i AS VARCHAR) END",
    "document_id": "CASE WHEN i % 3 = 1 THEN CAST(i AS VARCHAR) END",
    "chat_id": "-(i % 200)",
    "requester_id": "i % 200",
    "origin_chat_id": "-(i % 200)",
    "origin_message_id": "i",
    "created_at": _CREATED_AT,
    "state": (
        f"CASE WHEN i > {_REQUESTS - 20} THEN 'running' WHEN i > {_REQUESTS - 100} THEN 'queued'"
        " WHEN i % 100 = 0 THEN 'failed' WHEN i % 1000 = 1 THEN 'unknown' ELSE 'done' END"
    ),
    "delivered_at": f"CASE WHEN i < {_REQUESTS - 120} THEN {_CREATED_AT} END",
    "finished_at": f"CASE WHEN i <= {_REQUESTS - 100} THEN {_CREATED_AT} END",
    "resolution": f"CASE WHEN i < {_REQUESTS - 2000} AND i % 1000 = 1 THEN 'closed' END",
}


def _request() -> Request:
    return Request(
        bot_id=0,
        login="login1",
        kind=Kind.CREATE_INVOICE,
        user_name="client",
        amount=Decimal(100),
        requester_id=1,
        requester_name="Anna",
        language="en",
        chat_id=-1,
        origin_chat_id=-1,
        origin_message_id=0,
        again_of=0,
        state=State.DONE,
        created_at=NOW,
        unusable_answers=0,
        throttled=0,
    )


async def _multiply(session: AsyncSession, row: Base, count: int, **changed: str) -> None:
    """Insert so many copies of a row, with columns changed by an SQL expression of `i` from 1 on."""
    table = row.metadata.tables[row.__tablename__]
    numbers = select(literal(1, BigInteger).label("i")).cte("n", recursive=True)
    numbers = numbers.union_all(select(numbers.c.i + 1).where(numbers.c.i < count))
    values = {column: vars(row)[column.name] for column in table.columns if column.name in vars(row)}
    copies: dict[str, ColumnElement[Any]] = {
        column.name: literal(value, column.type) for column, value in values.items()
    }
    copies |= {name: literal_column(expression) for name, expression in changed.items()}
    many = select(*copies.values()).select_from(numbers)
    await session.execute(insert(table).from_select(list(copies), many, include_defaults=False))
