"""What people decide about single rows when their batch has ended: its message and its table become true."""

import io

from python_calamine import CalamineWorkbook

from bot.cli import queue as command_line
from bot.delivery.outcomes import OutcomeDelivery
from bot.domain import BatchState, Failure, State
from bot.queue.changes import QueueChange
from tests.handlers.batches.stage_of_batches import PDF, batches, end_next, work
from tests.support.stage import ANNA, Call, Stage


async def _ended(stage: Stage, *outcomes: State) -> None:
    """Have a batch of as many rows end like this, with its result delivered."""
    rows = b"".join(b"a%d;%d\n" % (row, row) for row in range(1, len(outcomes) + 1))
    await stage.attach(ANNA, b"user;sum\n" + rows, "/batch")
    await stage.press(ANNA, "bstart:1")
    for state in outcomes:
        await end_next(stage, state, Failure.NOT_CREATED if state is State.FAILED else None)
    await work(stage)
    await work(stage)
    assert (await batches(stage))[0].delivered_at is not None


async def _follow(stage: Stage, state: State = State.DONE) -> None:
    """Have the request that is next end, and everybody hear of it."""
    request = await end_next(stage, state)
    assert request is not None
    assert request.batch_id is None
    stage.app.queue_changes.announce(QueueChange(ended=(request,)))


async def _edited(stage: Stage) -> Call:
    """Return the batch's own message as it reads now."""
    before = len(stage.edge.calls)
    await work(stage)
    message_id = (await batches(stage))[0].message_id
    edits = [call for call in stage.edge.calls[before:] if call.method == "editMessageText"]
    [edit] = [call for call in edits if call.params["message_id"] == message_id]
    return edit


async def _table(stage: Stage) -> list[list[object]]:
    """Return the rows of the result, sent once more: number, state, what is wrong."""
    before = len(stage.edge.calls)
    await stage.press(ANNA, "bfiles:1")
    await work(stage)
    await work(stage)
    [content] = [
        content
        for call in stage.edge.calls[before:]
        for content in call.files.values()
        if call.method == "sendDocument" and b"xl/workbook.xml" in content
    ]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [list(row[2:5]) for row in sheet.to_python()[1:]]


async def test_a_row_tried_again_by_itself(on_stage: Stage) -> None:
    await _ended(on_stage, State.DONE, State.FAILED)
    [_, failed] = await on_stage.requests()
    await on_stage.press(ANNA, f"again:{failed.id}")
    assert [row[1] for row in await _table(on_stage)] == ["done", "under way"]
    await _follow(on_stage)
    edited = await _edited(on_stage)
    assert "Done: 2, failed: 0, unknown: 0, left: 0." in edited.text
    assert edited.buttons == ["bfiles:1"]
    assert [row[1] for row in await _table(on_stage)] == ["done", "done"]
    assert (await batches(on_stage))[0].state is BatchState.DONE


async def test_an_unknown_row_created_again(on_stage: Stage) -> None:
    await _ended(on_stage, State.UNKNOWN, State.DONE)
    await on_stage.press(ANNA, "create:1")
    assert "unknown: 0, left: 1." in (await _edited(on_stage)).text
    await _follow(on_stage)
    assert "Done: 2, failed: 0, unknown: 0, left: 0." in (await _edited(on_stage)).text


async def test_an_unknown_row_that_exists(on_stage: Stage) -> None:
    await _ended(on_stage, State.UNKNOWN, State.DONE)
    await on_stage.press(ANNA, "exists:1")
    await on_stage.say(ANNA, "70001")
    assert "unknown: 0, left: 1." in (await _edited(on_stage)).text
    await _follow(on_stage)
    assert "Done: 2, failed: 0, unknown: 0, left: 0." in (await _edited(on_stage)).text
    assert (await _table(on_stage))[0][:2] == ["70001", "done"]


async def test_an_unknown_row_that_somebody_closed(on_stage: Stage) -> None:
    await _ended(on_stage, State.UNKNOWN, State.DONE)
    await on_stage.press(ANNA, "close:1")
    edited = await _edited(on_stage)
    assert "2 of 2" in edited.text
    assert "Done: 1, failed: 0, unknown: 0, left: 0. Closed by a person: 1." in edited.text
    assert edited.buttons == ["bfiles:1"]
    assert (await _table(on_stage))[0] == ["", "closed", "Closed by Anna."]


async def test_one_document_once_more_from_the_command_line(on_stage: Stage) -> None:
    await _ended(on_stage, State.DONE, State.DONE)
    assert await command_line.retry(on_stage.app.settings, 2) == 0
    (delivery,) = [worker for worker in on_stage.app.workers if isinstance(worker, OutcomeDelivery)]
    before = len(on_stage.edge.calls)
    await delivery.drain(10)
    [sent] = [call for call in on_stage.edge.calls[before:] if call.method == "sendDocument"]
    assert sent.chat_id == ANNA
    assert PDF in sent.files.values()
