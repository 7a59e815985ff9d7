"""No task ends unnoticed: it is begun again, or the process learns its true cause."""

import asyncio
import itertools
import logging

import pytest

from bot.process.supervision import Supervisor
from tests.support.loop import Timeline, VirtualLoop


def in_virtual_time(play: object) -> None:
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(Timeline())) as runner:
        runner.run(play)  # type: ignore[arg-type]


def test_what_fails_is_begun_again(caplog: pytest.LogCaptureFixture) -> None:
    async def play() -> None:
        tries, done = [], asyncio.Event()

        async def work() -> None:
            tries.append(asyncio.get_running_loop().time())
            if len(tries) < 4:
                raise RuntimeError("odd")
            done.set()
            await asyncio.Event().wait()

        supervisor = Supervisor()
        supervisor.keep("the work", work)
        await done.wait()
        assert [round(later - sooner) for sooner, later in itertools.pairwise(tries)] == [1, 2, 4]
        assert not supervisor.failed.is_set()
        await supervisor.end()

    in_virtual_time(play())
    assert caplog.text.count("the work failed; it is begun again") == 3


def test_what_keeps_failing_ends_the_process_with_its_first_cause() -> None:
    async def play() -> None:
        async def work() -> None:
            raise KeyError("the true\ncause")

        supervisor = Supervisor()
        supervisor.keep("the work", work)
        await supervisor.failed.wait()
        supervisor.fail("what came of it")
        assert supervisor.cause == "the work fails again and again: KeyError: 'the true\\ncause'"
        await supervisor.end()

    in_virtual_time(play())


def test_a_cancellation_that_comes_out_of_the_work_is_a_failure_of_it() -> None:
    async def play() -> None:
        tries, done = 0, asyncio.Event()

        async def work() -> None:
            nonlocal tries
            tries += 1
            if tries == 1:
                future = asyncio.get_running_loop().create_future()
                future.cancel()
                await future
            done.set()
            await asyncio.Event().wait()

        supervisor = Supervisor()
        supervisor.keep("the work", work)
        await done.wait()
        assert (tries, supervisor.cause) == (2, None)
        await supervisor.end()

    in_virtual_time(play())


def test_work_that_somebody_else_cancels_ends_the_process() -> None:
    async def play() -> None:
        async def work() -> None:
            await asyncio.Event().wait()

        supervisor = Supervisor()
        wanted, task = (supervisor.keep(name, work) for name in ("the ears", "the work"))
        await asyncio.sleep(1)
        supervisor.cut_off(wanted)
        await asyncio.wait([wanted])
        assert not supervisor.failed.is_set()
        task.cancel()
        await supervisor.failed.wait()
        assert supervisor.cause == "the work was cancelled"
        await supervisor.end()

    in_virtual_time(play())


def test_what_fails_once_a_day_goes_on_for_ever() -> None:
    async def play() -> None:
        days = 0

        async def work() -> None:
            nonlocal days
            await asyncio.sleep(24 * 3600)
            days += 1
            raise RuntimeError

        supervisor = Supervisor()
        supervisor.keep("the work", work)
        await asyncio.sleep(20 * 24 * 3600)
        assert days == 19
        assert supervisor.cause is None
        await supervisor.end()

    in_virtual_time(play())


async def test_a_stray_task_of_ours_ends_the_process(caplog: pytest.LogCaptureFixture) -> None:
    async def stray() -> None:
        raise RuntimeError("nobody asked")

    supervisor = Supervisor()
    asyncio.get_running_loop().set_exception_handler(supervisor.on_stray)
    with caplog.at_level(logging.ERROR):
        task = asyncio.create_task(stray(), name="delivery 7")
        await asyncio.wait([task])
        del task
    assert supervisor.cause == "delivery 7 failed: RuntimeError: nobody asked"


async def test_a_librarys_stray_task_is_its_own_affair() -> None:
    supervisor = Supervisor()
    asyncio.get_running_loop().set_exception_handler(supervisor.on_stray)
    task = asyncio.create_task(asyncio.wait_for(asyncio.Event().wait(), 0))
    await asyncio.wait([task])
    del task
    assert supervisor.cause is None
