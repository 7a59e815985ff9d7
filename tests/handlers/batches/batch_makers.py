"""Each button of batches, with a batch of Anna's to press it on."""

from collections.abc import Awaitable, Callable

from sqlalchemy import update

from bot.batches import buttons
from bot.batches.feeder import BatchFeeder
from bot.domain import BatchPause, BatchState, Failure, State
from db.models import Request, StoredBatch
from tests.handlers.batches.stage_of_batches import batches, rows, work
from tests.support.stage import ANNA, Stage

Maker = Callable[[Stage, int], Awaitable[str]]
"""Brings a button about a batch of Anna's, made with the login beta in a chat; returns its data."""


async def _batch(on: Stage, chat: int) -> int:
    number = 300 + len(await batches(on))
    await on.attach(ANNA, f"user;sum\nalice;{number}\nalice;{number}.5\n".encode(), "/batch", chat)
    batch = (await batches(on))[-1]
    assert batch.login == "beta"
    return batch.id


def previewed(name: str) -> Maker:
    async def make(on: Stage, chat: int) -> str:
        return f"{name}:{await _batch(on, chat)}"

    return make


def started(name: str, state: BatchState = BatchState.RUNNING) -> Maker:
    async def make(on: Stage, chat: int) -> str:
        batch_id = await _started(on, chat)
        pause = BatchPause.PERSON if state is BatchState.PAUSED else None
        await _set(on, batch_id, state=state, pause=pause)
        return f"{name}:{batch_id}"

    return make


def with_a_row(name: str, state: State, failure: Failure | None = None) -> Maker:
    async def make(on: Stage, chat: int) -> str:
        for one in await batches(on):
            if one.state is BatchState.RUNNING:
                # Batches of a login take turns: this one is next.
                await _set(on, one.id, state=BatchState.PAUSED, pause=BatchPause.PERSON)
                await work(on, BatchFeeder)
        batch_id = await _started(on, chat)
        await work(on, BatchFeeder)
        async with on.app.database.write() as session:
            of_batch = update(Request).where(Request.batch_id == batch_id)
            await session.execute(of_batch.values(state=state, failure=failure, finished_at=on.clock.now()))
        await _set(on, batch_id, state=BatchState.PAUSED, pause=BatchPause.PERSON)
        return f"{name}:{batch_id}"

    return make


def ended(name: str) -> Maker:
    async def make(on: Stage, chat: int) -> str:
        batch_id, now = await _started(on, chat), on.clock.now()
        await _set(on, batch_id, state=BatchState.DONE, finished_at=now, delivered_at=now)
        return f"{name}:{batch_id}"

    return make


async def _started(on: Stage, chat: int) -> int:
    batch_id = await _batch(on, chat)
    answer, *_ = await on.press(ANNA, f"{buttons.START}:{batch_id}", chat)
    assert not answer.params.get("show_alert"), answer.text
    return batch_id


async def _set(on: Stage, batch_id: int, **values: object) -> None:
    async with on.app.database.write() as session:
        await session.execute(update(StoredBatch).where(StoredBatch.id == batch_id).values(**values))


ABOUT_A_BATCH: dict[str, Maker] = {
    buttons.START: previewed(buttons.START),
    buttons.START_SURE: previewed(buttons.START_SURE),
    buttons.EACH_PDF: previewed(buttons.EACH_PDF),
    buttons.ONE_ZIP: previewed(buttons.ONE_ZIP),
    buttons.DISCARD: previewed(buttons.DISCARD),
    buttons.AGAIN: with_a_row(buttons.AGAIN, State.FAILED, Failure.NOT_CREATED),
    buttons.UNKNOWN: with_a_row(buttons.UNKNOWN, State.UNKNOWN),
    buttons.PAUSE: started(buttons.PAUSE),
    buttons.STOP: started(buttons.STOP),
    buttons.GO_ON: started(buttons.GO_ON, BatchState.PAUSED),
    buttons.FILES: ended(buttons.FILES),
}


async def facts_of_batches(on: Stage) -> object:
    of_batches = [(one.id, one.state, one.pause, one.each_pdf, one.delivered_at) for one in await batches(on)]
    return of_batches, [(one.batch_id, one.number, one.waiting) for one in await rows(on)]
