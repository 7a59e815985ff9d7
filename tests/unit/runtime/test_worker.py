"""A worker works when it is woken, at the start of each run, and at the time that it set for itself."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.runtime.worker import Worker
from tests.support.loop import START, Timeline, VirtualLoop


class _Regular(Worker):
    def __init__(self) -> None:
        super().__init__()
        self.worked: list[float] = []

    async def work(self) -> None:
        self.worked.append(asyncio.get_running_loop().time() - START)
        self.wake_in(60)
        if len(self.worked) == 1:
            raise OSError("the disk")


def played(story: Callable[[_Regular], Awaitable[None]]) -> list[int]:
    """Return when the worker of a story worked, in seconds."""
    loop, worker = VirtualLoop(Timeline()), _Regular()

    async def play() -> None:
        await story(worker)

    loop.run_until_complete(play())
    loop.close()
    return [round(at) for at in worker.worked]


async def _run_for(worker: Worker, seconds: float) -> None:
    running = asyncio.create_task(worker.run())
    await asyncio.sleep(seconds)
    running.cancel()


def test_a_worker_that_is_run_again_begins_with_what_it_left() -> None:
    async def fail_and_go_on(worker: _Regular) -> None:
        with pytest.raises(OSError, match="the disk"):
            await worker.run()
        await _run_for(worker, 10)

    assert played(fail_and_go_on) == [0, 0]


def test_however_often_it_is_woken_it_sets_itself_one_time() -> None:
    async def wake_often(worker: _Regular) -> None:
        with pytest.raises(OSError, match="the disk"):
            await worker.run()
        running = asyncio.create_task(worker.run())
        for _ in range(5):
            await asyncio.sleep(10)
            worker.wake()
        await asyncio.sleep(130)
        running.cancel()

    assert played(wake_often) == [0, 0, 10, 20, 30, 40, 50, 110, 170]
