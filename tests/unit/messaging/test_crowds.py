"""A crowd of commands is handled a few at a time, in Telegram's order, and nobody else waits for it."""

import asyncio

from bot.runtime.arrivals import _PLACES, Arrival, Arrivals
from tests.unit.messaging.conftest import IN_CROWDS, Desk, message

CROWD, SOMEBODY = 100, 7


def crowd(*, first: int = 1) -> list[dict[str, object]]:
    return [message(first + number, f"/{IN_CROWDS}@bot 7", person=1000 + number) for number in range(CROWD)]


async def test_who_is_not_of_the_crowd_does_not_wait_for_it(desk: Desk) -> None:
    desk.gates = {number: asyncio.Event() for number in range(1, CROWD + 1)}
    await desk.take(*crowd(), message(CROWD + 1, "/queue", person=SOMEBODY))
    async with asyncio.timeout(5):
        await desk.dispatcher._tasks[CROWD + 1]
    assert desk.handled == [CROWD + 1]
    assert len(desk.dispatcher._at_work) == _PLACES
    for gate in desk.gates.values():
        gate.set()
    await desk.rest()
    assert desk.handled[1:] == list(range(1, CROWD + 1))


async def test_what_stands_in_line_has_not_been_tried(desk: Desk) -> None:
    desk.gates = {number: asyncio.Event() for number in range(1, CROWD + 1)}
    await desk.take(*crowd())
    async with asyncio.timeout(5):
        await desk.waiting.wait()
    tries = [row.tries for number in range(1, CROWD + 1) if (row := await desk.row(number)) is not None]
    assert tries == [1] * _PLACES + [0] * (CROWD - _PLACES)
    for gate in desk.gates.values():
        gate.set()
    await desk.rest()


async def admitted(arrivals: list[Arrival]) -> list[int]:
    await asyncio.sleep(0)
    return [number for number, arrival in enumerate(arrivals) if arrival.admitted.is_set()]


async def test_places_are_given_in_order_and_given_back_once() -> None:
    arrivals = Arrivals(places=2)
    line = [arrivals.enter(in_line=True) for _ in range(6)]
    free = arrivals.enter()
    assert free.admitted.is_set()
    assert await admitted(line) == [0, 1]
    for _ in range(2):
        arrivals.leave(line[1])
    assert await admitted(line) == [0, 1, 2]
    arrivals.leave(line[4])
    assert await admitted(line) == [0, 1, 2, 4], "who leaves the line needs no place"
    for arrival in line:
        arrivals.leave(arrival)
    assert arrivals.free_places == 2


async def test_who_stands_still_keeps_no_place() -> None:
    arrivals = Arrivals(patience_s=0.01, places=1)
    line = [arrivals.enter(in_line=True) for _ in range(3)]
    async with asyncio.timeout(5):
        for arrival in line:
            await arrival.admitted.wait()


async def test_who_overtakes_leaves_the_line_in_its_order() -> None:
    arrivals = Arrivals(patience_s=0.01, places=1)
    _stuck, *others = (arrivals.enter(in_line=True) for _ in range(4))
    hasty = arrivals.enter()
    turns: list[int] = []

    async def handle(arrival: Arrival) -> None:
        await arrival.admitted.wait()
        with arrivals.handling(arrival):
            async with arrivals.turn():
                turns.append(arrival.number)

    await handle(hasty)
    assert all(arrivals.is_in(arrival) for arrival in others if not arrival.admitted.is_set())
    await asyncio.gather(*(handle(arrival) for arrival in reversed(others)))
    assert turns == [hasty.number, *(arrival.number for arrival in others)]
