"""After a backup was restored no row of a batch goes out by itself: it may have gone out since the backup was made."""

from bot.domain import BatchPause, BatchState, State
from db import restored
from tests.handlers.batches.stage_of_batches import batches, end_next, work
from tests.support.stage import ANNA, Stage


async def test_a_batch_that_ran_waits_for_a_word(on_stage: Stage) -> None:
    await on_stage.attach(ANNA, b"user;sum\na;1\nb;2\nc;3\nd;4\n", "/batch")
    await on_stage.press(ANNA, "bstart:1")
    await end_next(on_stage)
    async with on_stage.app.database.write() as session:
        await restored.settle(session, on_stage.clock.now())
    before = len(on_stage.edge.calls)
    await work(on_stage)
    await work(on_stage)
    assert [request.state for request in await on_stage.requests()] == [State.DONE, State.UNKNOWN]
    [batch] = await batches(on_stage)
    assert (batch.state, batch.pause) == (BatchState.PAUSED, BatchPause.RESTORED)
    said = [call for call in on_stage.edge.calls[before:] if call.method == "sendMessage" and "backup" in call.text]
    assert len(said) == 1
    assert "bgo:1" in said[0].buttons

    await on_stage.press(ANNA, "bgo:1")
    await end_next(on_stage)
    assert [request.state for request in await on_stage.requests()] == [
        State.DONE,
        State.UNKNOWN,
        State.DONE,
        State.QUEUED,
    ]


async def test_what_was_paused_or_has_ended_stays_so(on_stage: Stage) -> None:
    for number in (1, 2):
        await on_stage.attach(ANNA, b"user;sum\na;%d\n" % number, "/batch")
        await on_stage.press(ANNA, f"bstart:{number}")
    await on_stage.press(ANNA, "bpause:2")
    while await end_next(on_stage):
        pass
    async with on_stage.app.database.write() as session:
        await restored.settle(session, on_stage.clock.now())
    assert [(one.state, one.pause) for one in await batches(on_stage)] == [
        (BatchState.DONE, None),
        (BatchState.PAUSED, BatchPause.PERSON),
    ]
