"""No task ends unnoticed: what fails is begun again, and what keeps failing ends the process with its cause."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.runtime.backoff import backoff
from db.lease import LeaseLost
from db.retry import describe

_log = logging.getLogger(__name__)

_MOST_FAILURES = 5
_WELL_AFTER_S = 600.0
"""What ran that long before it failed does not keep failing."""
_PROJECT = Path(__file__).parents[2]


class Supervisor:
    """Keeps endless work going, and knows why the process has to end."""

    def __init__(self) -> None:
        self.failed = asyncio.Event()
        self.cause: str | None = None
        """One line; None while all goes on."""
        self._tasks: list[asyncio.Task[None]] = []
        self._let_end: set[asyncio.Task[None]] = set()
        """Those that were cut off on purpose."""

    def keep(self, name: str, run: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        """Run endless work beside everything else, from its beginning again where it fails; it may end by itself."""
        task = asyncio.create_task(self._keep(name, run), name=name)
        self._tasks.append(task)
        return task

    def fail(self, cause: str) -> None:
        """Have the process end; the first cause is the true one."""
        if self.cause is None:
            self.cause = cause
            self.failed.set()

    def cut_off(self, task: asyncio.Task[None]) -> None:
        """Cancel a task that is kept; cancelled by anybody else it has failed."""
        self._let_end.add(task)
        task.cancel()

    async def end(self) -> None:
        """Cut off what still runs."""
        for task in self._tasks:
            self.cut_off(task)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def on_stray(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Take what asyncio tells of tasks whose failure nobody asked for; to be the loop's exception handler."""
        task, error = context.get("task") or context.get("future"), context.get("exception")
        loop.default_exception_handler(context)
        if isinstance(task, asyncio.Task) and isinstance(error, Exception) and _is_ours(task):
            self.fail(f"{task.get_name()} failed: {in_a_line(error)}")

    async def _keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        failures, pauses = 0, backoff(1.0, 60.0)
        while True:
            began = loop.time()
            try:
                await self._run(name, run)
            except LeaseLost:
                # Whoever keeps the lease ends the process.
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, it is not left unnoticed
                if loop.time() - began > _WELL_AFTER_S:
                    failures, pauses = 0, backoff(1.0, 60.0)
                failures += 1
                if failures > _MOST_FAILURES:
                    self.fail(f"{name} fails again and again: {in_a_line(error)}")
                    return
                pause_s = next(pauses)
                _log.exception("%s failed; it is begun again in %.0f s", name, pause_s)
                await asyncio.sleep(pause_s)
            else:
                return

    async def _run(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run once; raises `_CancelledWithin` where a cancellation comes out though nobody cancelled the task."""
        task = asyncio.current_task()
        try:
            await run()
        except asyncio.CancelledError:
            if task is None or task in self._let_end:
                raise
            if task.cancelling():
                # It is not known who cancelled it: perhaps the loop, at its end. So it is not begun again.
                self.fail(f"{name} was cancelled")
                raise
            raise _CancelledWithin from None


class _CancelledWithin(Exception):
    """A cancellation came out of what was run, and nobody had cancelled that."""


def in_a_line(error: Exception) -> str:
    """Say in one line what went wrong."""
    if isinstance(error, SQLAlchemyError):
        return describe(error)
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"


def _is_ours(task: asyncio.Task[Any]) -> bool:
    """Say whether a task runs code of this project: a library's stray task is its own affair."""
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and _PROJECT in Path(code.co_filename).parents and "site-packages" not in code.co_filename
