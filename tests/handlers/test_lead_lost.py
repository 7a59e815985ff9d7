"""Who has lost the lead can write nothing any more: each part lets go of its work, without a fault in the log."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.commands.menus import Menus
from bot.delivery.outcomes import OutcomeDelivery
from bot.domain import Failure, State
from db.lease import LeaseLost
from db.models import Request
from tests.support.stage import ANNA, IVAN, Stage


async def _refuse(_: object) -> None:
    raise LeaseLost("another process has taken the lead")


async def test_no_part_takes_it_for_a_fault(on_stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    app = on_stage.app
    await on_stage.say(ANNA, "/invoice alice 1500")
    async with app.database.write() as session:
        values = {"state": State.FAILED, "failure": Failure.REFUSED, "finished_at": on_stage.clock.now()}
        await session.execute(update(Request).values(**values))
    await on_stage.say(ANNA, "/invoice alice 1600")
    await on_stage.say(IVAN, "/start")
    await on_stage.press(IVAN, "petition:0")
    on_stage.clock.advance(timedelta(seconds=1))

    app.database._fence = _refuse
    app.look_again()
    # Which menus are shown is kept by Telegram alone.
    for worker in (worker for worker in app.workers if not isinstance(worker, Menus)):
        with suppress(LeaseLost):
            async with asyncio.timeout(10):
                await worker.work()
    (delivery,) = (worker for worker in app.workers if isinstance(worker, OutcomeDelivery))
    while delivery._under_way:
        await asyncio.wait(delivery._under_way.values())
    assert "is left to the next leader" in caplog.text
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
