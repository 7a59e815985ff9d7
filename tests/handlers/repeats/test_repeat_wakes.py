"""What repeats cost those who have none: nothing is asked of the database when a request ends that is not theirs."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain import Failure, State
from bot.queue.changes import QueueChange
from bot.repeats.runner import RepeatRunner
from db.models import Request
from tests.handlers.repeats.stage_of_repeats import create, end, go_to, runs, work
from tests.support.stage import ANNA, Stage


async def wakes(on: Stage, request: Request) -> bool:
    """Say whether the end of a request has repeats looked at."""
    (runner,) = [worker for worker in on.app.workers if isinstance(worker, RepeatRunner)]
    runner._woken.clear()
    on.app.queue_changes.announce(QueueChange(ended=(request,)))
    return runner._woken.is_set()


async def test_only_what_comes_from_a_repeat_has_repeats_looked_at(on_stage: Stage) -> None:
    await on_stage.say(ANNA, "/act alice 7")
    await create(on_stage)
    (card,) = await go_to(on_stage, datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("UTC")))
    await on_stage.press(ANNA, card.buttons[0])
    await work(on_stage)
    act, invoice = await on_stage.requests()
    assert invoice.kind != act.kind
    assert not await wakes(on_stage, act)
    assert await wakes(on_stage, invoice)


async def test_a_run_that_waits_lets_the_worker_sleep(on_stage: Stage) -> None:
    """What is noted of it wakes the worker that noted it, which must not go on so for as long as the run waits."""
    await create(on_stage, "/repeat alice 100 weekly mon 09:00")
    on_stage.clock.advance(datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("UTC")) - on_stage.clock.now())
    (card,) = await work(on_stage)
    await on_stage.press(ANNA, card.buttons[0])
    await work(on_stage)
    (waits,) = [run for run in await runs(on_stage) if run.blocked]
    (runner,) = [worker for worker in on_stage.app.workers if isinstance(worker, RepeatRunner)]
    for _ in range(3):
        runner._woken.clear()
        await runner.work()
    assert not runner._woken.is_set()
    assert waits.start_at is not None
    (one,) = await on_stage.requests()
    await end(on_stage, one.id)
    assert len(await on_stage.requests()) == 2


async def test_so_has_what_follows_from_that(on_stage: Stage) -> None:
    await create(on_stage)
    (card,) = await go_to(on_stage, datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("UTC")))
    await on_stage.press(ANNA, card.buttons[0])
    await work(on_stage)
    async with on_stage.app.database.write() as session:
        request = await session.get_one(Request, 1)
        request.state, request.failure, request.finished_at = State.FAILED, Failure.NOT_CREATED, on_stage.clock.now()
    await on_stage.press(ANNA, "again:1")
    _, again = await on_stage.requests()
    assert again.again_of == 1
    assert await wakes(on_stage, again)
