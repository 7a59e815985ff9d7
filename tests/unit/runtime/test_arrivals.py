"""What arrived first has its turn first, however long each takes to get there; and nobody waits for ever."""

import asyncio
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from bot.runtime.arrivals import Arrivals


@dataclass(frozen=True)
class Handling:
    """How one arrival is handled: awaits before and after its turn, or what it does without one."""

    steps: int
    then: str
    """`turn`, or how it passes without: `ends`, `fails`, `talks`."""
    after: int


_HANDLINGS = st.builds(
    Handling, st.integers(0, 6), st.sampled_from(["turn", "turn", "turn", "ends", "fails", "talks"]), st.integers(0, 6)
)


@given(handlings=st.lists(_HANDLINGS, min_size=1, max_size=12))
def test_turns_are_in_the_order_of_arrival(handlings: list[Handling]) -> None:
    async def play() -> list[int]:
        arrivals = Arrivals()
        turns: list[int] = []

        async def handle(number: int, how: Handling) -> None:
            with arrivals.handling(entered[number]):
                for _ in range(how.steps):
                    await asyncio.sleep(0)
                if how.then == "turn":
                    async with arrivals.turn():
                        turns.append(number)
                        await asyncio.sleep(0)
                if how.then == "talks":
                    arrivals.pass_on()
                if how.then == "fails":
                    raise RuntimeError
                for _ in range(how.after):
                    await asyncio.sleep(0)

        entered = [arrivals.enter() for _ in handlings]
        await asyncio.gather(*(handle(*each) for each in enumerate(handlings)), return_exceptions=True)
        async with asyncio.timeout(0.5):
            await arrivals.quiet()
        return turns

    assert asyncio.run(play()) == [number for number, how in enumerate(handlings) if how.then == "turn"]


async def test_who_stands_still_is_overtaken_once_and_by_all() -> None:
    arrivals, turns = Arrivals(patience_s=0.01), []
    stuck, *others = (arrivals.enter() for _ in range(4))

    async def handle(number: int) -> None:
        with arrivals.handling(others[number]):
            async with arrivals.turn():
                turns.append(number)

    await asyncio.gather(*(handle(number) for number in (2, 1, 0)))
    assert sorted(turns) == [0, 1, 2]
    with arrivals.handling(stuck):
        async with arrivals.turn():
            turns.append(9)
    assert turns[-1] == 9
    await arrivals.quiet()


async def test_what_nobody_handles_has_its_turn_at_once() -> None:
    arrivals = Arrivals()
    arrivals.enter()
    async with asyncio.timeout(0.5), arrivals.turn():
        pass
