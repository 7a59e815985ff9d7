"""A login that is paused, by SMS Center's refusal or by an admin, pauses its batches; each with one message."""

from sqlalchemy import select

from bot.domain import BatchPause, BatchState, State
from bot.queue.late_answers import FinishedCall
from bot.queue.records import Changed
from bot.smscentre import Refused
from db.models import Request
from tests.handlers.batches.stage_of_batches import batches, end_next, rows, work
from tests.support.stage import ANNA, OLGA, Stage

_FILE = b"user;sum\na1;1\na2;2\na3;3\n"
_TOLD = "is paused, as its login"


async def _start(stage: Stage) -> None:
    await stage.attach(ANNA, _FILE, "/batch")
    await stage.press(ANNA, "bstart:1")
    await work(stage)


async def _refuse_login(stage: Stage) -> None:
    """Have SMS Center answer error 2 to the request that is next."""
    changed = Changed()
    async with stage.app.database.write() as session:
        request = await session.scalar(select(Request).where(Request.state == State.QUEUED))
        assert request is not None
        request.state, request.started_at = State.RUNNING, stage.clock.now()
        await session.flush()
        call = FinishedCall(request, Refused(2, "invalid login"), stage.clock.now())
        await stage.app.scheduler._records.record(session, call, changed)
    stage.app.queue_changes.announce(changed.done())


def _told(stage: Stage) -> int:
    return sum(_TOLD in call.text for call in stage.edge.calls if call.method == "sendMessage")


async def test_a_refused_login_pauses_its_batch_with_one_message(on_stage: Stage) -> None:
    await _start(on_stage)
    await _refuse_login(on_stage)
    for _ in range(3):
        await work(on_stage)
    [batch] = await batches(on_stage)
    assert (batch.state, batch.pause) == (BatchState.PAUSED, BatchPause.LOGIN_PAUSED)
    assert _told(on_stage) == 1
    # The row that was refused is a row again: nothing of the batch waits in the queue.
    assert [row.waiting for row in await rows(on_stage)] == [True, True, True]
    assert await on_stage.requests() == []


async def test_going_on_while_the_login_is_paused_changes_nothing_and_says_why(on_stage: Stage) -> None:
    await _start(on_stage)
    await on_stage.say(OLGA, "/pause demo")
    await work(on_stage)
    assert _told(on_stage) == 1
    [answer] = await on_stage.press(ANNA, "bgo:1")
    assert "Its login is paused" in answer.text
    await work(on_stage)
    [batch] = await batches(on_stage)
    assert (batch.state, batch.pause) == (BatchState.PAUSED, BatchPause.LOGIN_PAUSED)
    assert _told(on_stage) == 1


async def test_a_resumed_logins_batch_goes_on_where_it_was_once_somebody_presses(on_stage: Stage) -> None:
    await _start(on_stage)
    await end_next(on_stage)
    await on_stage.say(OLGA, "/pause demo")
    await work(on_stage)
    await on_stage.say(OLGA, "/resume demo")
    await work(on_stage)
    assert (await batches(on_stage))[0].state is BatchState.PAUSED
    await on_stage.press(ANNA, "bgo:1")
    made = []
    while (request := await end_next(on_stage)) is not None:
        made.append(request.user_name)
    assert made == ["a2", "a3"]
    assert (await batches(on_stage))[0].state is BatchState.DONE
    assert _told(on_stage) == 1
