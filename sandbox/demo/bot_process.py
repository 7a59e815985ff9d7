"""The real bot as its own process, started again whenever it dies."""

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
"""Seconds before the next start; doubled while the bot dies young."""

STEADY_AFTER = 5.0
"""Seconds of life after which a death does not count as dying young."""

STOP_GRACE = 5.0
"""Seconds that the bot gets to end by itself."""


LEASH = str(Path(__file__).with_name("leash.py"))


class BotProcess:
    """Runs `python -m bot run` in this folder, with these settings and no others.

    The bot is on a leash: it ends with this process, also when this one is killed.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.settings = dict(settings)
        self.log = folder / "bot.log"
        self.starts = 0
        self.exit_code: int | None = None
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    @property
    def alive(self) -> bool:
        """Whether there is a process now."""
        return self._process is not None and self._process.returncode is None

    async def run(self, changed: Callable[[], None]) -> None:
        """Keep the bot running until cancelled; `changed` is called at every start and end."""
        pause = FIRST_PAUSE
        try:
            while True:
                born = time.monotonic()
                self._process = await self._start()
                self.starts += 1
                changed()
                self.exit_code = await self._process.wait()
                changed()
                pause = FIRST_PAUSE if time.monotonic() - born > STEADY_AFTER else min(2 * pause, LONGEST_PAUSE)
                await asyncio.sleep(pause)
        finally:
            await self._stop()

    def kill(self) -> None:
        """Kill it as a power cut does."""
        self._signal(signal.SIGKILL)

    def restart(self) -> None:
        """Ask it to end; it is started again with the settings as they are then."""
        self._signal(signal.SIGTERM)

    def last_words(self, lines: int = 12) -> str:
        """Return the end of the log."""
        text = self.log.read_text("utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    async def _start(self) -> asyncio.subprocess.Process:
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                LEASH,
                "run",
                cwd=self._folder,
                env=self.settings,
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                # The terminal's Ctrl-C is for the demo, which then ends the bot.
                start_new_session=True,
            )

    async def _stop(self) -> None:
        if self._process is None:
            return
        self._signal(signal.SIGTERM)
        # Not asyncio.timeout: before Python 3.11.4 it raises nothing in a task that is being cancelled.
        ending = asyncio.ensure_future(self._process.wait())
        ended, _ = await asyncio.wait({ending}, timeout=STOP_GRACE)
        if not ended:
            self.kill()
        await ending

    def _signal(self, signum: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signum)
