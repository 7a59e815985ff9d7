"""The life of the process: what is cut off has ended before the next thing begins, and the last word is said."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import lifecycle
from bot.queue.late_answers import FinishedCall
from bot.smscentre import Created
from db.engine import Database
from db.models import Request
from tests.support.databases import sqlite_url


async def test_what_a_stop_cuts_off_has_ended_when_the_stop_is_told() -> None:
    stop, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            ended.set()

    asyncio.get_running_loop().call_soon(stop.set)
    assert await lifecycle._stopped_before(stop, work())
    assert ended.is_set()


async def test_who_is_cut_off_while_it_works_cuts_off_its_work() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    waiting = asyncio.create_task(lifecycle._stopped_before(asyncio.Event(), work()))
    await begun.wait()
    waiting.cancel()
    await asyncio.wait([waiting])
    assert ended.is_set()


async def test_what_fails_before_the_stop_is_told() -> None:
    async def work() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await lifecycle._stopped_before(asyncio.Event(), work())


async def test_late_answers_that_cannot_be_recorded_do_not_hide_why_the_process_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A database without tables fails for good, one whose folder cannot be written in for a while."""
    monkeypatch.setattr(lifecycle, "_HAND_IN_WITHIN_S", 0.05)
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    call = FinishedCall(Request(id=1, started_at=now), Created(number="7", amount=None, pdf=None), now)
    for database in (Database.open(sqlite_url(tmp_path / "empty.db")), Database.open(sqlite_url(tmp_path))):
        await lifecycle._hand_in(database, [call])
        await database.close()
    assert caplog.text.count("could not be recorded") == 2
