"""The bot's process in the demo: started again when it dies, ended with the demo."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from sandbox.demo import bot_process
from sandbox.demo.bot_process import BotProcess

OBEDIENT = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@asynccontextmanager
async def running(folder: Path, program: str) -> AsyncIterator[tuple[BotProcess, Callable[[int], Awaitable[None]]]]:
    """Run a stand-in for the bot; the second value waits until that many of them have come up."""
    (folder / "bot").mkdir()
    (folder / "bot" / "__init__.py").touch()
    (folder / "bot" / "__main__.py").write_text(program)
    bot = BotProcess(folder, {"PATH": os.environ["PATH"]})

    async def up(times: int) -> None:
        async with asyncio.timeout(10):
            while not bot.log.exists() or bot.log.read_text().count("up") < times:  # noqa: ASYNC110 (another process writes it)
                await asyncio.sleep(0.01)

    task = asyncio.create_task(bot.run(lambda: None))
    try:
        yield bot, up
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            async with asyncio.timeout(5):
                await task


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot_process, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(bot_process, "LONGEST_PAUSE", 0.05)
    monkeypatch.setattr(bot_process, "STOP_GRACE", 0.1)


async def test_it_is_started_again_when_it_dies(tmp_path: Path) -> None:
    async with running(tmp_path, OBEDIENT) as (bot, up):
        await up(1)
        bot.kill()
        await up(2)
        assert (bot.starts, bot.exit_code, bot.alive) == (2, -9, True)


@pytest.mark.parametrize("program", [OBEDIENT, STUBBORN])
async def test_it_ends_with_the_demo(tmp_path: Path, program: str) -> None:
    async with running(tmp_path, program) as (bot, up):
        await up(1)
    assert not bot.alive


async def test_its_last_words_are_kept(tmp_path: Path) -> None:
    async with running(tmp_path, "print('up'); raise SystemExit('I have no token')") as (bot, up):
        await up(2)
        assert "I have no token" in bot.last_words()
