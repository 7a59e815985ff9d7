"""An event loop that stands still is noticed from outside of it, and one that works or was stopped is left alone."""

import asyncio
import subprocess
import sys
import threading

from bot.process.stall import StallGuard

_TICK_S = 0.02
_WITHIN_S = 30.0


async def test_a_loop_that_stands_still_is_told_with_its_place() -> None:
    told: list[str] = []
    noticed = threading.Event()

    def end(cause: str) -> None:
        told.append(cause)
        noticed.set()

    guarding = asyncio.create_task(StallGuard(end, tick_s=_TICK_S).run())
    await asyncio.sleep(0)
    assert noticed.wait(_WITHIN_S)  # it is this that holds up the loop
    guarding.cancel()
    (cause,) = told
    assert cause.startswith("the event loop stands still at ")
    assert cause.endswith(" in wait")


async def test_the_thread_ends_with_its_guard() -> None:
    guarding = asyncio.create_task(StallGuard(lambda _: None, tick_s=_TICK_S).run())
    await asyncio.sleep(0)
    (thread,) = [thread for thread in threading.enumerate() if thread.name == "stall"]
    guarding.cancel()
    await asyncio.wait([guarding])
    await asyncio.to_thread(thread.join, _WITHIN_S)
    assert not thread.is_alive()


def test_the_process_ends_with_a_line_and_exit_code_1() -> None:
    code = """
import asyncio, time
from bot.process.stall import StallGuard, end_at_once
from bot.runtime.log import configure

async def main():
    task = asyncio.create_task(StallGuard(end_at_once, tick_s=0.05).run())
    await asyncio.sleep(0)
    time.sleep(60)

configure("INFO", "text", ())
asyncio.run(main())
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=_WITHIN_S, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert "the event loop stands still at <string>:9 in main: the process ends" in ended.stderr
