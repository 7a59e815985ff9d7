"""A bot as its own process: start it, ask Linux what it costs, end it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
BOT = ("-m", "bot", "run")
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MAY_TAKE_S = 30.0


@dataclass
class BotProcess:
    """A running bot. `started_at` is `time.monotonic`."""

    popen: subprocess.Popen[bytes]
    log: Path
    started_at: float

    @classmethod
    def start(cls, arguments: Sequence[str], folder: Path, settings: Mapping[str, str]) -> "BotProcess":
        """Run Python with these arguments in a folder, with these settings and no others."""
        environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "TMPDIR": str(folder), **settings}
        log = folder / "bot.log"
        with log.open("ab") as output:
            started_at = time.monotonic()
            popen = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=folder,
                env=environ,
                stdout=output,
                stderr=output,
            )
        return cls(popen, log, started_at)

    def cpu_s(self) -> float:
        """Return the processor time that it has used, in seconds; Linux counts in hundredths."""
        fields = Path(f"/proc/{self.popen.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND

    def memory_mb(self) -> float:
        """Return the memory that it holds, in megabytes."""
        return int(Path(f"/proc/{self.popen.pid}/statm").read_text().split()[1]) * _PAGE / 1e6

    def end(self) -> None:
        """Ask it to end; kill it if it does not."""
        self.popen.send_signal(signal.SIGTERM)
        try:
            self.popen.wait(_MAY_TAKE_S)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()


def migrate(database: Path) -> None:
    """Make the bot's tables in a new SQLite file."""
    settings = {"DATABASE_URL": f"sqlite+aiosqlite:///{database}"}
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), **settings}
    subprocess.run(
        [sys.executable, "-m", "bot", "migrate"],
        cwd=database.parent,
        env=environ,
        check=True,
        stdout=subprocess.DEVNULL,
    )
