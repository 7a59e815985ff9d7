"""Install what a lock file names into this Python's environment, with a line that says how far it is.

    python .ci/install.py requirements-dev.lock

Needs nothing but Python. What pip prints is shown only when it fails; then the exit code is pip's.
"""

import re
import subprocess
import sys
import threading
import time
from pathlib import Path

FIRST_LINE, EVERY_LINE = 0.5, 10.0
"""Seconds until the first line, and between lines where they are not written over each other."""

LAST_WORDS = 30
"""Lines of pip's output that are shown when it fails."""


class Progress:
    """Reads pip's output and knows what it is at; `total` is the number of packages in the lock file."""

    def __init__(self, total: int) -> None:
        self.lines: list[str] = []
        self._total = total
        self._seen = 0
        self._at = "starting pip"

    def read(self, line: str) -> None:
        """Take in a line of pip's output."""
        self.lines.append(line)
        package = re.match(r"\s*(Collecting|Ignoring|Requirement already satisfied:) ([\w.-]+)", line)
        if package:
            self._seen = min(self._seen + 1, self._total)
            self._at = f"{self._seen} of {self._total} packages, {package[2]}"
        elif line.startswith("Installing collected packages"):
            self._at = "unpacking"

    def told(self, seconds: float) -> str:
        """Return the line for people."""
        return f"Setting up .venv: {self._at} ({seconds:.0f} s)"


def install(lock: Path) -> int:
    """Run pip and tell how far it is; return its exit code."""
    progress = Progress(len(re.findall(r"^[\w.-]+==", lock.read_text("utf-8"), re.MULTILINE)))
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    command += ["--require-hashes", "--no-deps", "-r", str(lock)]
    started = time.monotonic()
    pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # noqa: S603
    reader = threading.Thread(target=lambda: [progress.read(line) for line in pip.stdout or ()])
    reader.start()
    _tell(pip, progress, started)
    reader.join()
    if pip.returncode:
        sys.stderr.writelines(progress.lines[-LAST_WORDS:])
    else:
        print(f"Set up .venv in {time.monotonic() - started:.0f} s.", flush=True)
    return pip.returncode


def _tell(pip: "subprocess.Popen[str]", progress: Progress, started: float) -> None:
    over = sys.stdout.isatty()
    pause = FIRST_LINE
    while True:
        try:
            pip.wait(pause)
        except subprocess.TimeoutExpired:
            line = progress.told(time.monotonic() - started)
            print(f"\r\033[K{line}" if over else line, end="" if over else "\n", flush=True)
            pause = FIRST_LINE if over else EVERY_LINE
        else:
            if over:
                print("\r\033[K", end="", flush=True)
            return


if __name__ == "__main__":
    sys.exit(install(Path(sys.argv[1])))
