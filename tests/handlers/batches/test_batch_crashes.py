"""A batch is killed at every few steps, from its file to its result: each row is made once, and nothing is lost."""

from bot.domain import BatchState, State
from tests.handlers.batches.stage_of_batches import batches, end_next, work
from tests.handlers.conversation.test_crashes import Killed, Killer
from tests.support.stage import ANNA, Stage
from tests.support.sweeps import stride


async def _end_all(stage: Stage) -> None:
    """Let the workers and the queue work to the end of all batches, in as many processes as it takes."""
    while any(batch.delivered_at is None for batch in await batches(stage)):
        try:
            await end_next(stage)
            await work(stage)
        except Killed:
            continue


async def test_a_batch_is_killed_everywhere(on_stage: Stage) -> None:
    killer, points = Killer(on_stage), 0
    while killer.left <= 0:
        points += stride(11, on_stage.app.database)
        before = len(await on_stage.requests())
        killer.left = points
        amounts = [100 + points, 1000 + points]
        await on_stage.attach(ANNA, "".join(f"alice;{amount}\n" for amount in amounts).encode(), "/batch")
        batch = (await batches(on_stage))[-1]
        await on_stage.press(ANNA, f"bstart:{batch.id}")
        await _end_all(on_stage)
        made = (await on_stage.requests())[before:]
        assert [request.amount for request in made] == amounts, points
        assert {request.state for request in made} == {State.DONE}
        assert (await batches(on_stage))[-1].state is BatchState.DONE
        assert all(request.delivered_at is not None for request in made)
    assert points > 20
