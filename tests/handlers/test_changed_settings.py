"""A restart with other settings: a login that is gone, and another pace."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain import Failure, State
from bot.queue import rests
from bot.queue.verdicts import Verdict
from db import logins
from db.models import Login, Request
from tests.handlers.documents.test_duplicate import end
from tests.support.stage import ANNA, OLGA, Stage, stage

ONLY_BETA = '{"beta": {"apikey": "y"}}'
PACE = timedelta(seconds=60)


@pytest.mark.parametrize(
    ("state", "failure", "data"),
    [
        (State.FAILED, Failure.NOT_CREATED, "again:1"),
        (State.FAILED, Failure.PDF_MISSING, "anew:1"),
        (State.UNKNOWN, None, "create:1"),
        (State.DONE, None, "another:1"),
    ],
)
async def test_a_press_for_a_login_that_is_gone_is_refused_at_once(
    stage_url: str, state: State, failure: Failure | None, data: str
) -> None:
    async with stage(stage_url) as on:
        await on.say(ANNA, "/invoice alice 1500")
        await end(on, 1, state, failure=failure, invoice_number="9001" if failure is Failure.PDF_MISSING else None)
        if data.startswith("another"):
            await on.say(ANNA, "/invoice alice 1500")
    async with stage(stage_url, SMSC_ACCOUNTS=ONLY_BETA) as on:
        for who in (ANNA, OLGA):
            (answer, *_) = await on.press(who, data, ANNA)
            assert answer.params["show_alert"]
        assert len(await on.requests()) == 1


@pytest.mark.parametrize(("pace", "rested"), [("300", 0), ("300", 61), ("1", 0), ("60", 0), ("300", 3600)])
async def test_another_pace_holds_from_the_last_answer(stage_url: str, pace: str, rested: int) -> None:
    async with stage(stage_url) as on:
        answered = on.clock.now()
        async with on.app.database.write() as session:
            login = await logins.lock(session, "demo")
            await rests.record(session, login, Verdict(State.DONE), answered, PACE, starts=False)
    async with stage(stage_url, SMSC_INTERVAL=pace) as on:
        on.clock.advance(timedelta(seconds=rested))
        await on.app.scheduler.recover()
        assert await _next_start(on) == answered + timedelta(seconds=int(pace))


async def test_a_clock_set_back_lengthens_no_pause_beyond_a_pace(stage_url: str) -> None:
    async with stage(stage_url) as on:
        later = on.clock.now() + timedelta(days=1)
        async with on.app.database.write() as session:
            await session.execute(update(Login).values(answered_at=later, next_start_at=later + PACE))
        await on.app.scheduler.recover()
        assert await _next_start(on) == on.clock.now() + PACE


async def _next_start(on: Stage) -> object:
    await on.say(ANNA, "/act alice 7")
    async with on.app.database.read() as session:
        request = (await session.get_one(Request, 1)).login
        return (await session.get_one(Login, request)).next_start_at
