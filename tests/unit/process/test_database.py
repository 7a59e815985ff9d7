"""A database that cannot be where the setting says, and one that fails: one line each, and another exit code."""

import re
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from bot.cli import maintenance
from bot.process.database import StartError, open_database, prepare
from bot.process.single_instance import only_instance
from bot.settings import Settings, load
from db.engine import Database


def settings(database_file: Path) -> Settings:
    return load(
        {
            "TELEGRAM_TOKEN": "4242:" + "t" * 35,
            "TELEGRAM_API_URL": "http://127.0.0.1:9",
            "SMSC_LOGIN": "demo",
            "SMSC_PASSWORD": "x",
            "DATABASE_URL": f"sqlite+aiosqlite:///{database_file}",
        }
    )


async def start(database_file: Path) -> None:
    database = open_database(settings(database_file))
    try:
        async with only_instance(database_file):
            await prepare(database)
    finally:
        await database.close()


async def refusal(database_file: Path) -> tuple[int, str]:
    """Start on a file that does not do; return the exit code and the line."""
    with pytest.raises(StartError) as refused:
        await start(database_file)
    return refused.value.exit_code, str(refused.value)


@pytest.fixture
def regular(tmp_path: Path) -> Path:
    """Return a regular file, below which nobody can make anything, not even root."""
    file = tmp_path / "regular"
    file.write_text("no database at all, and long enough for a header of one" * 10)
    return file


@pytest.mark.parametrize("below", ["docsbot.db", "data/docsbot.db"])
async def test_a_folder_that_cannot_be_made(regular: Path, below: str) -> None:
    code, line = await refusal(regular / below)
    assert code == 2
    assert line.startswith("DATABASE_URL: ")
    assert str(regular) in line


async def test_a_folder_as_the_file(tmp_path: Path) -> None:
    code, line = await refusal(tmp_path)
    assert code == 2
    assert re.fullmatch(rf"DATABASE_URL: .* Is a directory: '{tmp_path}'", line)


async def test_a_folder_in_which_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "docsbot.db.lock").mkdir()  # what a missing right does, for root too
    code, line = await refusal(tmp_path / "docsbot.db")
    assert (code, line.startswith("DATABASE_URL: ")) == (2, True)


async def test_a_file_that_cannot_be_opened(tmp_path: Path, regular: Path) -> None:
    (tmp_path / "docsbot.db").symlink_to(regular / "docsbot.db")
    code, line = await refusal(tmp_path / "docsbot.db")
    assert (code, line.count("\n"), line.startswith("DATABASE_URL: ")) == (2, 0, True)
    assert f"{tmp_path}/docsbot.db" in line


async def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "docsbot.db").touch()
    database = Database(create_async_engine(f"sqlite+aiosqlite:///file:{tmp_path}/docsbot.db?mode=ro&uri=true"))
    with pytest.raises(StartError, match="readonly database; make") as refused:
        await prepare(database)
    await database.close()
    assert refused.value.exit_code == 2


async def test_a_damaged_file_is_no_wrong_setting(regular: Path) -> None:
    code, line = await refusal(regular)
    assert code == 1
    assert "restore the latest backup" in line


async def test_the_check_goes_on_to_telegram(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await maintenance.check(settings(tmp_path)) == 1
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in said] == ["settings", "database", "telegram"]
    assert "unable to open" in said[1]
