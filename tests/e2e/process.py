"""The bot as its own process: start it, ask it to stop, kill it, and read what it logged."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).parents[2]
END_S = 20.0
"""Seconds within which a process has to end that was told to, or that has every reason to."""


@dataclass
class Bot:
    """The bot's process. `deaths` are the times (`time.monotonic`) of its starts and violent ends, for oracles."""

    folder: Path
    environ: dict[str, str]
    process: asyncio.subprocess.Process | None = None
    deaths: list[float] = field(default_factory=list)
    output: str = ""
    """What the other `docsbot` commands printed."""

    @property
    def log(self) -> str:
        path = self.folder / "bot.log"
        return path.read_text() if path.exists() else ""

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def start(self, **changed: str) -> None:
        """Start it; `changed` are settings that differ from now on."""
        self.environ |= changed
        with (self.folder / "bot.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self.folder, env=self.environ, stdout=log, stderr=log
            )

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
        async with asyncio.timeout(END_S):
            return await self.process.wait()

    async def command(self, *arguments: str) -> tuple[int, str]:
        """Run another `docsbot` command beside it, with the same settings; return its exit code and all it printed."""
        code, output = await run_docsbot(self.folder, self.environ, *arguments)
        self.output += output
        return code, output

    async def _end(self, signum: signal.Signals) -> int:
        assert self.process is not None
        with suppress(ProcessLookupError):
            self.process.send_signal(signum)
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
    async with asyncio.timeout(END_S):
        output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


def bare_environ(folder: Path) -> dict[str, str]:
    """Return an environment without any setting of the bot; its sockets are in the folder, as its database is."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "TMPDIR": str(folder)}
