"""What strangers say: never on disk, never before anybody else's word, and bounded however many they are."""

import asyncio
import logging
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.messaging import reception
from db.models import InboxUpdate
from tests.unit.messaging.conftest import Desk, message

MEMBER, STRANGER = 5, 6


@pytest.fixture(autouse=True)
def _stranger(desk: Desk) -> None:
    desk.unknown.add(STRANGER)


async def stored(desk: Desk) -> int:
    async with desk.database.read() as session:
        return await session.scalar(select(func.count()).select_from(InboxUpdate)) or 0


def press(update_id: int, person: int = STRANGER) -> dict[str, object]:
    said = message(update_id, person=person)["message"]
    query = {"id": str(update_id), "from": said["from"], "message": said, "chat_instance": "1", "data": "petition:0"}
    return {"update_id": update_id, "callback_query": query}


async def test_nothing_of_it_is_stored_and_members_come_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "_NOW_AND_THEN_S", 60)
    desk.gates[1] = asyncio.Event()
    await desk.take(message(1, person=MEMBER), *(message(number, person=STRANGER) for number in range(2, 1502)))
    working = asyncio.create_task(desk.work())
    async with asyncio.timeout(5):
        await desk.waiting.wait()
    assert desk.handled == []
    assert await stored(desk) == 1
    desk.gates[1].set()
    await working
    assert desk.handled == [1, 1501], "the newest of a stranger's messages, after the member's"
    assert await stored(desk) == 1


async def test_a_stranger_is_answered_now_and_then_where_members_never_rest(desk: Desk) -> None:
    desk.gates[1] = asyncio.Event()
    await desk.take(message(1, person=MEMBER), message(2, person=STRANGER))
    async with asyncio.timeout(5):
        await desk.work()
    assert desk.handled == [2]
    desk.gates[1].set()
    await desk.rest()


async def test_who_was_told_is_not_handled_again_within_the_hour(desk: Desk) -> None:
    desk.reception.told.first((STRANGER, STRANGER))
    await desk.take(message(1, person=STRANGER))
    await desk.work()
    assert desk.handled == []


async def test_presses_are_handled_whatever_else_was_said(desk: Desk) -> None:
    desk.reception.told.first((STRANGER, STRANGER))
    await desk.take(press(1), *(message(number, person=STRANGER) for number in range(2, 40)))
    await desk.work()
    assert desk.handled == [1]
    assert await stored(desk) == 0


async def test_who_was_let_in_meanwhile_is_a_stranger_no_more(desk: Desk) -> None:
    desk.gates[1] = asyncio.Event()
    await desk.take(message(1, person=MEMBER), message(2, person=STRANGER), message(3, person=STRANGER))
    working = asyncio.create_task(desk.work())
    async with asyncio.timeout(5):
        await desk.waiting.wait()
    desk.unknown.clear()
    desk.gates[1].set()
    await working
    await desk.rest()
    assert desk.handled == [1, 2, 3]
    assert await stored(desk) == 3


async def test_many_strangers_take_bounded_memory(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "_MOST_SENDERS", 10)
    desk.unknown |= set(range(100, 200))
    for person in range(100, 200):
        await desk.take(*(message(person * 10 + number, person=person) for number in range(10)))
    await desk.work()
    assert sorted(desk.handled) == [person * 10 + 9 for person in range(100, 110)]


async def test_what_cannot_be_read_of_a_stranger_is_set_aside_once(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        for number in range(1, 4):
            await desk.take(message(number, person=STRANGER, date="x"))
            await desk.work()
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "update 1 is set aside, for it cannot be handled"
    ]
    assert await stored(desk) == 1


async def test_an_answer_that_hangs_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "_PATIENCE_S", 0.01)
    desk.gates[1] = asyncio.Event()
    await desk.take(message(1, person=STRANGER))
    async with asyncio.timeout(5):
        await desk.work()
    assert desk.handled == []


async def test_a_stop_waits_for_no_stranger(desk: Desk) -> None:
    desk.gates[1] = asyncio.Event()
    await desk.take(message(1, person=STRANGER))
    working = asyncio.create_task(desk.work())
    async with asyncio.timeout(5):
        await desk.waiting.wait()
        await desk.reception.drain(timedelta(hours=1).total_seconds())
        await working
    assert desk.handled == []
