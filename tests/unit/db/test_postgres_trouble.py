"""PostgreSQL in trouble: what mends itself is waited for, what never will is not, and nothing is lost."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

import db.engine
from bot.process.database import StartError, prepare
from db import inbox
from db.engine import Database
from db.models import InboxUpdate
from db.retry import describe, is_trouble, until_stored
from tests.support.databases import Databases, EngineName, database_name, migrated
from tests.support.postgres import Postgres

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.new(EngineName.POSTGRESQL, migrated) as made:
        yield made


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database.open(url)
    yield opened
    await opened.close()


@pytest.fixture
def server(databases: Databases) -> Postgres:
    return databases.postgres


async def trouble_of(url: str, *statements: str) -> DBAPIError:
    """Run statements in one transaction that fails; return how."""
    opened = Database.open(url)

    async def run() -> None:
        async with opened.write() as session:
            for statement in statements:
                await session.execute(text(statement))

    with pytest.raises(DBAPIError) as caught:
        await run()
    await opened.close()
    return caught.value


async def test_a_server_that_stops_and_comes_back_loses_nothing(
    database: Database, server: Postgres, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The connections are cut in the middle of a transaction, and for a while nobody gets a new one."""
    name, tries = database_name(url), 0

    async def store() -> bool:
        nonlocal tries
        tries += 1
        if tries == 3:
            server.sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        async with database.write() as session:
            kept = await inbox.keep(session, {7: "{}"}, NOW) == {7}
            await session.flush()
            if tries == 1:
                server.sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
                server.cut_off(database_name(url))
            return kept

    async with asyncio.timeout(10):
        assert await until_stored("storing an update", store)

    assert tries >= 3
    assert "not currently accepting connections" in caplog.text
    async with database.read() as session:
        assert await session.get(InboxUpdate, (0, 7)) is not None


async def test_a_connection_that_was_cut_while_nobody_used_it_costs_one_try(
    database: Database, server: Postgres, url: str
) -> None:
    async with database.read() as session:
        await session.execute(text("SELECT 1"))
    server.cut_off(database_name(url))

    async def look() -> InboxUpdate | None:
        async with database.read() as session:
            return await session.get(InboxUpdate, (0, 7))

    assert await until_stored("looking", look) is None


async def test_a_writer_that_hangs_is_given_up_by_those_who_wait(
    database: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.engine, "_BEGIN_WRITING", db.engine._BEGIN_WRITING.replace("'5000'", "'20'"))
    async with database.write() as session:
        await session.execute(text("SELECT 1"))
        error = await trouble_of(url, "SELECT 1")
    assert is_trouble(error)
    assert "lock timeout" in describe(error)


async def test_a_writer_that_falls_silent_is_cut_off_by_the_server(
    database: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its machine sleeps, or its network is gone: its lock goes, and it cannot commit when it comes back."""
    monkeypatch.setattr(db.engine, "_BEGIN_WRITING", db.engine._BEGIN_WRITING.replace("'8000'", "'20'"))
    other = Database.open(url)

    async def store() -> None:
        async with database.write() as session:
            await inbox.keep(session, {7: "{}"}, NOW)
            await session.flush()
            async with other.write() as writing:
                await writing.execute(text("SELECT 1"))

    with pytest.raises(DBAPIError) as cut:
        await store()
    assert is_trouble(cut.value)
    async with other.read() as session:
        assert await session.get(InboxUpdate, (0, 7)) is None
    await other.close()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO person_settings VALUES (1, 'much too long')",
        "INSERT INTO person_settings VALUES (1, 'en'), (1, 'en')",
        "SELECT nothing FROM nowhere",
        "SELECT 1 / 0",
    ],
)
async def test_a_fault_of_ours_is_never_tried_again(url: str, statement: str) -> None:
    assert not is_trouble(await trouble_of(url, statement))


@pytest.mark.parametrize(
    ("statement", "advice"),
    [
        ("SET LOCAL transaction_read_only = on; DELETE FROM inbox", "lead it to the primary one"),
        ("SELECT pg_terminate_backend(pg_backend_pid())", "see the database's own log"),
        ("SET LOCAL statement_timeout = 1; SELECT pg_sleep(9)", "see the database's own log"),
    ],
)
async def test_what_operators_or_time_mend_is_tried_again(url: str, statement: str, advice: str) -> None:
    error = await trouble_of(url, *statement.split("; "))
    assert is_trouble(error)
    assert describe(error).endswith(advice)


@pytest.mark.parametrize(
    ("changed", "exit_code", "said"),
    [
        (("@/d", "@/nosuch_d"), 2, "does not exist"),
        (("docsbot@", "nobody_there@"), 2, "does not exist"),
        (("?host=", "?host=/nowhere"), 1, "No such file"),
    ],
)
async def test_the_start_on_a_wrong_address_says_so(
    url: str, changed: tuple[str, str], exit_code: int, said: str
) -> None:
    """What cannot be right is a wrong setting; a server that is not there may come."""
    wrong = Database.open(url.replace(*changed))
    with pytest.raises(StartError, match=said) as refused:
        await prepare(wrong)
    await wrong.close()
    assert refused.value.exit_code == exit_code
    assert str(refused.value).startswith("DATABASE_URL: ")
    assert "\n" not in str(refused.value)


async def test_a_connection_over_a_network_notices_silence(url: str) -> None:
    """What the system then does takes seconds and a network that can be cut: here it is only told to."""
    address = make_url(url)
    unix = f"{address.query['host']}/.s.PGSQL.5432"

    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_unix_connection(unix)
        await asyncio.gather(_pass_on(reader, to_server), _pass_on(from_server, writer))
        ended.set()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        plain = address.set(host=host, port=port, query={})
        database = Database.open(plain.render_as_string(hide_password=False))
        async with database.engine.connect() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            assert raw is not None
            wire = raw._transport.get_extra_info("socket")
            assert wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
            silence_s = wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) + (
                wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)
                * wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL)
            )
            assert silence_s == 10
        await database.close()
        await ended.wait()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(2**16):
        writer.write(data)
    writer.close()
    await writer.wait_closed()
