"""`docsbot copy-to` moves a stopped installation to the other engine and back, and touches nothing that is in use."""

import asyncio
import fcntl
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.cli.main import main
from db.engine import Database
from db.migrate import downgrade
from tests.support.databases import Databases, EngineName, migrated, sqlite_url

Cli = Callable[..., tuple[int, str]]
FILE = "data/docsbot.db"


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Return a function that runs a command in a folder of its own, and returns its exit code and what it printed."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(str(end.code or 0))
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


@pytest.fixture
def server_url(databases: Databases) -> Iterator[str]:
    with databases.new(EngineName.POSTGRESQL) as url:
        yield url


def listed(cli: Cli, database: str) -> list[str]:
    code, printed = cli("--database", database, "allowlist", "--json")
    assert code == 0, printed
    return [entry["name"] for entry in json.loads(printed)]


async def change(url: str, statement: str) -> None:
    database = Database.open(url)
    async with database.write() as session:
        await session.execute(text(statement))
    await database.close()


async def to_older(url: str) -> None:
    database = Database.open(url)
    await downgrade(database, "-1")
    await database.close()


def test_there_and_back(cli: Cli, server_url: str, tmp_path: Path) -> None:
    cli("allow", "user", "1002", "--name", "Ольга")
    code, printed = cli("copy-to", server_url)
    assert code == 0, printed
    assert listed(cli, server_url) == ["Ольга"]

    cli("--database", server_url, "allow", "user", "1003", "--name", "Ivan")
    code, printed = cli("--database", server_url, "copy-to", "back/docsbot.db")
    assert code == 0, printed
    assert sorted(listed(cli, "back/docsbot.db")) == ["Ivan", "Ольга"]
    assert (tmp_path / "back/docsbot.db").stat().st_mode & 0o077 == 0
    assert listed(cli, FILE) == ["Ольга"]


def test_a_copy_is_made_once(cli: Cli, server_url: str) -> None:
    cli("allow", "user", "1002", "--name", "Anna")
    assert cli("copy-to", server_url)[0] == 0
    code, printed = cli("copy-to", server_url)
    assert code == 2
    assert "not empty" in printed


@pytest.mark.parametrize("held", [FILE, "new.db"])
def test_none_is_made_while_a_bot_runs_on_a_file(cli: Cli, tmp_path: Path, held: str) -> None:
    cli("allow", "user", "1002")
    with (tmp_path / f"{held}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, printed = cli("copy-to", "new.db")
    assert code == 1
    assert "another docsbot runs" in printed


def test_none_is_made_while_a_bot_leads_on_a_server(cli: Cli, databases: Databases) -> None:
    with databases.new(EngineName.POSTGRESQL, migrated) as url:
        asyncio.run(change(url, "INSERT INTO lease VALUES (1, 3, 'host:17', 9000000000000000)"))
        cli("allow", "user", "1002")
        for arguments in (["copy-to", url], ["--database", url, "copy-to", "new.db"]):
            code, printed = cli(*arguments)
            assert code == 2
            assert "host:17" in printed


def test_another_version_s_database_is_refused(cli: Cli, tmp_path: Path) -> None:
    cli("allow", "user", "1002")
    asyncio.run(migrated(sqlite_url(tmp_path / "old.db")))
    asyncio.run(to_older(sqlite_url(tmp_path / "old.db")))
    code, printed = cli("copy-to", "old.db")
    assert code == 2
    assert "another version" in printed
    code, printed = cli("--database", "old.db", "copy-to", "new.db")
    assert code == 1
    assert "docsbot migrate" in printed


@pytest.mark.parametrize("itself", [FILE, f"./{FILE}", f"data/../{FILE}", f"sqlite:///{FILE}"])
def test_a_database_is_not_copied_to_itself(cli: Cli, itself: str) -> None:
    cli("allow", "user", "1002")
    code, printed = cli("copy-to", itself)
    assert code == 2
    assert "the database itself" in printed


@pytest.mark.parametrize(
    ("target", "code", "said"),
    [
        ("mysql://u:s3cret@host/db", 2, "copy-to must be a URL"),
        ("postgresql+asyncpg://u:s3cret@127.0.0.1:1/db", 1, "nothing was copied"),
        ("/dev/null/new.db", 1, "nothing was copied"),
    ],
)
def test_a_target_that_cannot_be_is_said_in_a_line(cli: Cli, target: str, code: int, said: str) -> None:
    cli("allow", "user", "1002")
    found, printed = cli("copy-to", target)
    assert found == code
    assert said in printed
    assert "s3cret" not in printed
    assert "Traceback" not in printed


def test_a_source_that_is_not_there_is_not_made(cli: Cli, tmp_path: Path) -> None:
    code, printed = cli("copy-to", "new.db")
    assert code == 2
    assert "there is no database" in printed
    assert not (tmp_path / FILE).exists()
