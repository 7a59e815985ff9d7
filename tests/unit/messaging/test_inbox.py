"""From Telegram's word to the handler: on disk first, in order, and nothing stands in the way of what comes next."""

import asyncio
import json
import logging

import pytest
from sqlalchemy import event, func, select

from bot.messaging.raw_updates import RawUpdate
from db.engine import Database
from db.models import InboxUpdate
from tests.unit.messaging.conftest import BOT_ID, Desk, message, new_desk

POISON = {"update_id": 2, "message": {"chat": {"id": "x"}}}


async def test_it_is_kept_as_it_was_written_until_it_is_handled(desk: Desk) -> None:
    desk.gates[1] = asyncio.Event()
    text = json.dumps(message(1), indent=3).replace("/help", "\\ud83d\\u0000")
    await desk.receiver.take([RawUpdate.of(text)])
    row = await desk.row(1)
    assert row is not None
    assert (row.payload, row.done_at, row.tries) == (text, None, 1)
    desk.gates[1].set()
    await desk.rest()
    row = await desk.row(1)
    assert row is not None
    assert row.payload is None
    assert row.done_at is not None


async def test_a_poisoned_one_is_set_aside_with_a_line_and_the_next_goes_on(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            await desk.take(message(1), POISON, None, message(3))
            await desk.rest()
    assert desk.handled == [1, 3]
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "an update without an id is set aside, for it cannot be handled",
        "update 2 is set aside, for it cannot be handled",
    ]
    row = await desk.row(2)
    assert row is not None
    assert (row.payload, row.problem) == (json.dumps(POISON), "message.message_id is no whole number")
    assert row.done_at is not None


async def test_a_handler_that_raises_is_no_obstacle(desk: Desk) -> None:
    async def handle(update: object) -> None:
        raise RuntimeError(f"cannot handle {update}")

    desk.dispatcher.handle_with(handle, give_up=desk._give_up)
    await desk.take(message(1))
    await desk.rest()
    row = await desk.row(1)
    assert row is not None
    assert row.problem == "its handler raises RuntimeError"


async def test_a_batch_is_one_transaction(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.gates |= {number: asyncio.Event() for number in range(1, 51)}
    writes = 0
    write = Database.write_until_stored

    async def counting(self: Database, what: str, action: object) -> object:
        nonlocal writes
        writes += 1
        return await write(self, what, action)  # type: ignore[arg-type]

    monkeypatch.setattr(Database, "write_until_stored", counting)
    await desk.take(*(message(number, person=number) for number in range(1, 51)))
    assert writes == 1
    async with desk.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(InboxUpdate)) == 50


async def test_posts_that_come_together_are_handled_in_telegrams_order(desk: Desk) -> None:
    first = asyncio.create_task(desk.take(message(1)))
    await asyncio.sleep(0)
    await asyncio.gather(first, *(desk.take(message(number)) for number in (4, 2, 3)))
    await desk.rest()
    assert desk.handled == [1, 2, 3, 4]


async def test_a_batch_whose_bringer_is_gone_is_stored_all_the_same(desk: Desk) -> None:
    async with desk.database.write():
        gone = asyncio.create_task(desk.take(message(1)))
        await asyncio.sleep(0)
        waits = asyncio.create_task(desk.take(message(2)))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone])
    await waits
    await desk.rest()
    assert desk.handled == [1, 2]


async def test_what_came_before_comes_again_without_effect(desk: Desk) -> None:
    await desk.take(message(1))
    await desk.rest()
    await desk.take(message(1), message(1))
    await desk.rest()
    assert desk.handled == [1]
    # Another text under a known id: a Telegram that began anew.
    await desk.take(message(1, "/queue"))
    await desk.rest()
    assert desk.handled == [1, 1]


async def test_only_a_begun_handler_counts_as_a_try_and_an_orderly_stop_takes_it_back(database: Database) -> None:
    for _ in range(7):
        desk = new_desk(database)
        desk.gates[1] = asyncio.Event()
        await desk.dispatcher.take_up_what_is_left()
        await desk.take(message(1), message(2))
        await desk.waiting.wait()
        await desk.dispatcher.drain(0.01)
    assert [(row.update_id, row.tries) for row in await _rows(database)] == [(1, 0), (2, 0)]
    desk = new_desk(database)
    await desk.dispatcher.take_up_what_is_left()
    await desk.rest()
    assert desk.handled == [1, 2]


async def test_what_kills_the_process_again_and_again_is_given_up(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        desk = new_desk(database)
        desk.gates[1] = asyncio.Event()
        await desk.dispatcher.take_up_what_is_left()
        await desk.take(message(1), message(2))
        await desk.waiting.wait()
        for task in desk.dispatcher._tasks.values():
            task.cancel()
        await desk.rest()
    assert [(row.update_id, row.tries) for row in await _rows(database)] == [(1, 5), (2, 0)]
    desk = new_desk(database)
    await desk.dispatcher.take_up_what_is_left()
    await desk.rest()
    assert (desk.given_up, desk.handled) == ([1], [2])
    assert "update 1 is set aside" in caplog.text


async def test_another_bots_updates_are_not_ours(database: Database, database_url: str) -> None:
    desk = new_desk(database)
    await desk.take(message(1))
    await desk.rest()
    other = Database.open(database_url, bot_id=BOT_ID + 1)
    theirs = new_desk(other)
    await theirs.dispatcher.take_up_what_is_left()
    await theirs.take(message(1))
    await theirs.rest()
    await other.close()
    assert (desk.handled, theirs.handled) == ([1], [1])


async def _rows(database: Database) -> list[InboxUpdate]:
    async with database.read() as session:
        return list(await session.scalars(select(InboxUpdate).order_by(InboxUpdate.update_id)))


async def test_what_ended_is_known_before_it_is_written(desk: Desk) -> None:
    await desk.take(message(1))
    (handling,) = desk.dispatcher._tasks.values()
    await handling
    await desk.take(message(1), message(2))
    row = await desk.row(1)
    assert row is not None
    assert row.done_at is not None
    await desk.rest()
    assert desk.handled == [1, 2]


async def test_what_ended_is_written_by_itself_where_nobody_else_writes(desk: Desk) -> None:
    committed = asyncio.Event()
    await desk.take(message(1))
    event.listen(desk.database.engine.sync_engine, "commit", lambda _: committed.set())
    async with asyncio.timeout(5):
        await committed.wait()
        await asyncio.wait(desk.dispatcher._inbox._at_work)
    row = await desk.row(1)
    assert row is not None
    assert row.done_at is not None
    assert desk.handled == [1]
