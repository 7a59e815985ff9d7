"""The bot as its own process: start it, ask it to stop, kill it, and read what it logged."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Protocol
from unittest.mock import patch

from bot import lifecycle
from bot.cli import main as cli
from bot.messaging.budgets import TELEGRAM, Budget, Budgets, Rate
from bot.outside import open_outside

PROJECT = Path(__file__).parents[2]
LOG, DATABASE = "bot.log", "data/docsbot.db"
_IMPORTED_AT_WORK = ("aiosqlite", "anyio._backends._asyncio")
"""What libraries import only when they are first used, which every bot does within its first moments."""
END_S = 60.0
"""Seconds within which a process has to end that was told to, or that has every reason to."""


class Process(Protocol):
    """A process that was started; `subprocess.Popen` is one."""

    pid: int

    def poll(self) -> int | None:
        """Return its exit code, None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return its exit code, negative for a signal. Raises if it takes too long."""


class Starter(Protocol):
    """Starts bots."""

    def start(self, folder: Path, environ: Mapping[str, str]) -> Process:
        """Start `docsbot run` in a folder, with these settings and no others; its output is added to the log there."""

    async def command(self, folder: Path, environ: Mapping[str, str], *arguments: str) -> tuple[int, str]:
        """Run another `docsbot` command to its end; return its exit code and all it printed."""


class PlainStarter:
    """Starts bots as an operator does; that takes a second and a half, most of it imports."""

    def __init__(self, *program: str) -> None:
        self._program = program or ("bot", "run")

    def start(self, folder: Path, environ: Mapping[str, str]) -> Process:
        with (folder / LOG).open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *self._program], cwd=folder, env=dict(environ), stdout=log, stderr=log
            )

    async def command(self, folder: Path, environ: Mapping[str, str], *arguments: str) -> tuple[int, str]:
        return await run_docsbot(folder, environ, *arguments)


class ForkStarter:
    """Starts bots by forking a process in which a bot has been at work (`warmed_up`): imports, SQL and more are there.

    They take Telegram's limits for a twentieth of what they are, or half of the tests' time would be waiting for them.
    """

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(
            ["__main__", "bot.cli.main", "bot.lifecycle", *_IMPORTED_AT_WORK, "tests.e2e.warmed_up", __name__]
        )

    def start(self, folder: Path, environ: Mapping[str, str]) -> Process:
        return self._fork(folder, environ, folder / LOG, "run")

    async def command(self, folder: Path, environ: Mapping[str, str], *arguments: str) -> tuple[int, str]:
        with tempfile.NamedTemporaryFile() as output:
            process = self._fork(folder, environ, Path(output.name), *arguments)
            code = await asyncio.to_thread(process.wait, END_S)
            return code, output.read().decode()

    def _fork(self, folder: Path, environ: Mapping[str, str], output: Path, *arguments: str) -> Process:
        what = (folder, dict(environ), output, arguments)
        process = self._context.Process(target=_become_docsbot, args=what, daemon=True)
        process.start()
        return _Forked(process)


class _Forked:
    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        self.pid = process.pid or 0

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutError(f"the bot did not end within {timeout} s")
        return self._process.exitcode


def _become_docsbot(folder: Path, environ: dict[str, str], output: Path, arguments: Sequence[str]) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder)
    with output.open("ab") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
    with patch.object(lifecycle, "open_outside", lambda settings: replace(open_outside(settings), budgets=_QUICK)):
        sys.exit(cli.main(arguments))


def _quicker(budget: Budget) -> Budget:
    def rate(given: Rate) -> Rate:
        return Rate(given.count, given.seconds / 20)

    return Budget(tuple(map(rate, budget.rates)), {rank: rate(share) for rank, share in budget.shares.items()})


_QUICK = Budgets(_quicker(TELEGRAM.overall), _quicker(TELEGRAM.group), _quicker(TELEGRAM.person))


@dataclass
class Bot:
    """The bot's process. `deaths` are the times (`time.monotonic`) at which it was killed."""

    folder: Path
    environ: dict[str, str]
    starter: Starter
    process: Process | None = None
    deaths: list[float] = field(default_factory=list)
    output: str = ""
    """What the other `docsbot` commands printed."""

    @property
    def log(self) -> str:
        path = self.folder / LOG
        return path.read_text() if path.exists() else ""

    @property
    def database(self) -> dict[str, str]:
        """The setting that leads to its database."""
        url = self.environ.get("DATABASE_URL")
        return database_settings(self.folder / DATABASE) if url is None else {"DATABASE_URL": url}

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, **changed: str) -> None:
        """Start it; `changed` are settings that differ from now on."""
        self.environ |= changed
        self.process = self.starter.start(self.folder, self.environ)

    async def kill(self) -> None:
        """Kill it as a power cut does."""
        await self._end(signal.SIGKILL)
        self.deaths.append(time.monotonic())

    async def stop(self) -> int:
        """Ask it to end; return its exit code."""
        return await self._end(signal.SIGTERM)

    async def exit_code(self) -> int:
        """Wait until it ends by itself."""
        assert self.process is not None
        return await asyncio.to_thread(self.process.wait, END_S)

    async def command(self, *arguments: str) -> tuple[int, str]:
        """Run another `docsbot` command beside it, with the same settings; return its exit code and all it printed."""
        code, output = await self.starter.command(self.folder, self.environ, *arguments)
        self.output += output
        return code, output

    async def _end(self, signum: signal.Signals) -> int:
        assert self.process is not None
        if self.running:
            os.kill(self.process.pid, signum)
        return await self.exit_code()


async def run_docsbot(folder: Path, environ: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    """Run a `docsbot` command to its end in a folder; return its exit code and all it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env=dict(environ),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(END_S):
            output, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        output, _ = await process.communicate()
        raise TimeoutError(f"docsbot {' '.join(arguments)} did not end; it said: {output.decode()}") from None
    return process.returncode or 0, output.decode()


def bare_environ(folder: Path) -> dict[str, str]:
    """Return an environment without any setting of the bot; its sockets are in the folder, as its database is."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "TMPDIR": str(folder)}


def database_settings(path: Path) -> dict[str, str]:
    """Return the setting for a database in this file."""
    return {"DATABASE_URL": f"sqlite+aiosqlite:///{path}"}
