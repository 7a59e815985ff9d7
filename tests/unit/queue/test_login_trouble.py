"""Each trouble of a login is told once, also one that comes while another is being told."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from markupsafe import Markup

from bot.access.admins import AdminNotes
from bot.domain import Hold
from bot.language.translator import Translators
from bot.queue.login_trouble import LoginTroubleNotes
from bot.runtime.clock import LoopClock
from db import logins
from db.engine import Database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Told:
    """Stands where the admins are told, and may do something meanwhile."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.meanwhile: asyncio.Event | None = None
        self.telling = asyncio.Event()

    async def tell(self, note: object, buttons: object = None) -> None:
        del buttons
        self.telling.set()
        if self.meanwhile is not None:
            await self.meanwhile.wait()
        text = note(Translators(default="en", zone=UTC, currency=None).choose("en"))  # type: ignore[operator]
        assert isinstance(text, Markup)
        self.notes.append(str(text))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database.open(database_url)
    async with opened.write() as session:
        await logins.ensure(session, ("acme", "beta"), NOW)
    yield opened
    await opened.close()


async def test_a_pause_that_comes_while_a_block_is_told_is_told_too(database: Database) -> None:
    admins = Told()
    clock = LoopClock(asyncio.get_running_loop(), NOW)
    notes = LoginTroubleNotes(database, clock, cast("AdminNotes", admins))
    async with database.write() as session:
        login = await logins.lock(session, "acme")
        login.hold, login.held_until = Hold.BLOCKED, NOW + timedelta(hours=1)

    admins.meanwhile = asyncio.Event()
    telling = asyncio.create_task(notes.work())
    await admins.telling.wait()
    async with database.write() as session:
        (await logins.lock(session, "acme")).paused_at = NOW
    admins.meanwhile.set()
    await telling
    assert notes._woken.is_set()
    for _ in range(2):
        await notes.work()
    assert ["blocked" in note for note in admins.notes] == [True, False]
    assert "/resume acme" in admins.notes[1]
