"""Repeats are killed at every few steps, from the date to the invoice: each is made once, and none is lost."""

from datetime import UTC, datetime, timedelta

from bot.domain import OccurrenceState, State
from tests.handlers.conversation.test_crashes import Killed, Killer
from tests.handlers.repeats.stage_of_repeats import create, occurrences, work
from tests.support.stage import ANNA, Stage
from tests.support.sweeps import stride


async def _work_on(on: Stage) -> None:
    """Let the workers do all there is to do, in as many processes as it takes."""
    while True:
        try:
            await work(on)
        except Killed:
            continue
        return


async def test_a_repeat_is_killed_everywhere(on_stage: Stage) -> None:
    await create(on_stage, "/repeat alice 100 weekly mon 09:00")
    await work(on_stage)
    killer, points, monday = Killer(on_stage), 0, datetime(2026, 11, 23, 9, tzinfo=UTC)
    while killer.left <= 0:
        points += stride(3, on_stage.app.database)
        before = len(await on_stage.requests())
        on_stage.clock.advance(monday - on_stage.clock.now())
        killer.left = points
        await _work_on(on_stage)
        run_id = before + 1
        await on_stage.press(ANNA, f"rmake:{run_id}:0")
        await _work_on(on_stage)
        made = (await on_stage.requests())[before:]
        assert [request.amount for request in made] == [100], points
        async with on_stage.app.database.write() as session:
            request = await session.merge(made[0])
            request.state, request.finished_at, request.invoice_number = State.DONE, on_stage.clock.now(), "9001"
        monday += timedelta(weeks=1)
        on_stage.clock.advance(timedelta(hours=2))
    assert points > 10
    states = [one.state for one in await occurrences(on_stage)]
    assert states.count(OccurrenceState.MADE) >= len(states) - 1
