"""The watchdog ends a process that stays unhealthy, where a new one may do better; and it sees what counts."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.process.watchdog import DatabaseCheck, Trouble, Watchdog
from db.engine import Database
from tests.support.databases import sqlite_url

_OURS, _OUTSIDE = Trouble("it hangs"), Trouble("the network is away", restart_helps=False)


@pytest.fixture
async def database(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Database]:
    opened = Database.open(sqlite_url(Path(shutil.copy(migrated_file, tmp_path / "docsbot.db"))))
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("rounds", "ends"),
    [
        ([[_OURS]] * 3, True),
        ([[_OURS]] * 2 + [[]] + [[_OURS]] * 2, False),
        ([[_OUTSIDE]] * 9, False),
        ([[_OURS, _OUTSIDE]] * 9, False),
        ([[_OURS]] * 2 + [[_OUTSIDE]] + [[_OURS]] * 2, False),
        ([[]] * 5, False),
    ],
)
async def test_three_rounds_of_its_own_trouble_end_the_process(rounds: list[list[Trouble]], ends: bool) -> None:  # noqa: FBT001
    left, over = iter(rounds), asyncio.Event()
    ended: list[str] = []
    now: list[Trouble] = []

    async def first() -> Trouble | None:
        nonlocal now
        try:
            now = next(left)
        except StopIteration:
            over.set()
            now = []
        return now[0] if now else None

    async def second() -> Trouble | None:
        return now[1] if len(now) > 1 else None

    watching = asyncio.create_task(Watchdog([first, second], ended.append, every_s=0).run())
    await asyncio.wait([watching, asyncio.create_task(over.wait())], return_when=asyncio.FIRST_COMPLETED)
    watching.cancel()
    assert ended == (["not healthy for 3 rounds of the watchdog: it hangs"] if ends else [])


async def test_a_database_file_that_is_replaced_is_noticed(database: Database, tmp_path: Path) -> None:
    check, file = DatabaseCheck(database), tmp_path / "docsbot.db"
    assert await check.file() is None
    aside = file.rename(tmp_path / "aside")
    for replace in (lambda: None, lambda: file.write_bytes(aside.read_bytes())):
        replace()
        trouble = await check.file()
        assert trouble is not None
        assert trouble.restart_helps
    aside.replace(file)
    assert await check.file() is None


async def test_a_database_that_takes_no_transaction_is_noticed_and_no_reason_to_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = DatabaseCheck(database)
    assert await check.transaction() is None
    monkeypatch.setattr("bot.process.watchdog._ANSWERS_WITHIN_S", 0.02)
    async with database.write():
        for _ in range(2):
            assert await check.transaction() == Trouble("the database does not answer", restart_helps=False)
    async with asyncio.timeout(5):
        while await check.transaction() is not None:  # noqa: ASYNC110 - it answers a little later
            await asyncio.sleep(0.01)
