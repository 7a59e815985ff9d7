"""Updates posted to a process that stands by: stored by it, handled by the leader, each once and in order."""

import asyncio

import pytest

from bot.messaging.inbox import Inbox
from bot.messaging.standby import InboxWatch, SharedReceiver
from bot.runtime.clock import LoopClock
from db.engine import Database
from tests.unit.messaging.conftest import BOT_ID, Desk, message, new_desk, raw


@pytest.fixture
async def leader(database: Database) -> Desk:
    return new_desk(database, shared=True)


@pytest.fixture
async def standby(database: Database, leader: Desk) -> SharedReceiver:
    clock = LoopClock(asyncio.get_running_loop())
    return SharedReceiver(Inbox(database, clock), BOT_ID, leader.sort, clock)


async def test_what_a_standby_stores_the_leader_handles(leader: Desk, standby: SharedReceiver) -> None:
    await standby.take([raw(message(1)), raw(message(2, "hello", chat={"id": -5, "type": "group"}, entities=[]))])
    row = await leader.row(1)
    assert row is not None
    assert (row.tries, row.done_at) == (0, None)
    assert await leader.row(2) is None
    assert leader.handled == []

    for _ in range(2):
        await InboxWatch(leader.dispatcher).work()
        await leader.rest()
    assert leader.handled == [1]


async def test_it_comes_before_what_telegram_sends_the_leader_afterwards(leader: Desk, standby: SharedReceiver) -> None:
    await standby.take([raw(message(1))])
    await leader.take(message(2))
    await leader.rest()
    assert leader.handled == [1, 2]


async def test_telegram_may_post_it_to_both(leader: Desk, standby: SharedReceiver) -> None:
    leader.gates[1] = asyncio.Event()
    await leader.take(message(1))
    await standby.take([raw(message(1))])
    await leader.take(message(1))
    await leader.dispatcher.take_up_what_is_left()
    leader.gates[1].set()
    await leader.rest()
    await standby.take([raw(message(1))])
    await leader.dispatcher.take_up_what_is_left()
    await leader.rest()
    assert leader.handled == [1]


async def test_what_ends_while_the_inbox_is_read_is_not_begun_again(
    leader: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader.gates[1] = asyncio.Event()
    await leader.take(message(1))
    read = Database.read_until_stored

    async def slowly(self: Database, what: str, query: object) -> object:
        found: object = await read(self, what, query)  # type: ignore[arg-type]
        leader.gates[1].set()
        await leader.rest()
        return found

    monkeypatch.setattr(Database, "read_until_stored", slowly)
    await leader.dispatcher.take_up_what_is_left()
    await leader.rest()
    assert leader.handled == [1]


async def test_what_makes_no_sense_is_set_aside_by_a_standby_too(leader: Desk, standby: SharedReceiver) -> None:
    await standby.take([raw(None), raw({"update_id": 2, "message": {"chat": {"id": "x"}}}), raw(message(3))])
    await leader.dispatcher.take_up_what_is_left()
    await leader.rest()
    assert leader.handled == [3]
    row = await leader.row(2)
    assert row is not None
    assert row.problem == "message.message_id is no whole number"


async def test_of_a_stranger_it_stores_a_message_and_a_press_an_hour(leader: Desk, standby: SharedReceiver) -> None:
    leader.unknown.add(6)
    press = {"id": "1", "from": message(1, person=6)["message"]["from"], "message": message(1, person=6)["message"]}
    pressed = {"callback_query": press | {"chat_instance": "1", "data": "petition:0"}}
    await standby.take([raw(message(number, person=6)) for number in range(1, 50)])
    await standby.take([raw({"update_id": number} | pressed) for number in range(50, 100)])
    await standby.take([raw(message(100, person=5))])
    assert [number for number in range(1, 101) if await leader.row(number)] == [1, 50, 100]


async def test_the_same_process_takes_over(leader: Desk, standby: SharedReceiver) -> None:
    await standby.take([raw(message(1))])
    await standby.hand_to(leader.dispatcher)
    await standby.take([raw(message(2))])
    await leader.rest()
    assert leader.handled == [1, 2]

    await standby.stand_by()
    await standby.take([raw(message(3))])
    await leader.rest()
    assert leader.handled == [1, 2]
