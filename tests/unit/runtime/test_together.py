"""Who asks while a question is under way shares the next one, and suffers from nobody else's."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.runtime.together import Together

AT_MOST = 4


class _Oracle:
    """Doubles numbers when it is let, but for 13, which nobody may ask it."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.open = asyncio.Event()
        self.together = Together(self._answer, at_most=AT_MOST)

    async def _answer(self, numbers: Sequence[int]) -> dict[int, int]:
        self.asked.append(list(numbers))
        await self.open.wait()
        if 13 in numbers:
            raise ValueError
        return {number: 2 * number for number in numbers}

    def ask(self, *numbers: int) -> list[asyncio.Task[int]]:
        return [asyncio.create_task(self.together.ask(number)) for number in numbers]


async def _turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_those_behind_are_asked_for_in_one_go() -> None:
    oracle = _Oracle()
    tasks = oracle.ask(1, 2, 3, 3, 4, 5, 6)
    await _turns()
    assert oracle.asked == [[1]]
    oracle.open.set()
    assert await asyncio.gather(*tasks) == [2, 4, 6, 6, 8, 10, 12]
    assert oracle.asked[1:] == [[2, 3, 3, 4], [5, 6]]
    assert await oracle.together.ask(7) == 14


async def test_who_comes_meanwhile_gets_no_older_answer() -> None:
    oracle = _Oracle()
    first = oracle.ask(1)
    await _turns()
    again = oracle.ask(1)
    oracle.open.set()
    assert await asyncio.gather(*first, *again) == [2, 2]
    assert oracle.asked == [[1], [1]]


@pytest.mark.parametrize("gone", [0, 1, 2])
async def test_who_goes_away_leaves_the_others_in_line(gone: int) -> None:
    oracle = _Oracle()
    tasks = oracle.ask(1, 2, 3)
    await _turns()
    tasks[gone].cancel()
    await _turns()
    oracle.open.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(answers.pop(gone), asyncio.CancelledError)
    assert answers == [2 * number for number in (1, 2, 3) if number != gone + 1]


async def test_a_question_that_fails_is_only_its_own_trouble() -> None:
    oracle = _Oracle()
    oracle.open.set()
    answers = await asyncio.gather(*oracle.ask(1, 13, 2), return_exceptions=True)
    assert [answers[0], answers[2]] == [2, 4]
    assert isinstance(answers[1], ValueError)
