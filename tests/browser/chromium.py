"""Where the browser comes from: one that is there, else, for root on Debian, the distribution's own."""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "DOCSBOT_CHROMIUM"
"""Environment variable with the path of a browser to use; `none` for none at all."""

HOW = (
    "The tests of the page in a browser did NOT run: {why}. To have them: apt-get install chromium, "
    f"or .venv/bin/playwright install chromium, or name one with {VARIABLE}."
)
TRIES, PAUSE = 2, 3.0
"""How often the installation is tried, and seconds between: a mirror may stumble."""

STEPS = (
    ("apt-get", "-o", "Acquire::Retries=3", "update"),
    (
        "apt-get",
        "-o",
        "Acquire::Retries=3",
        "-o",
        "DPkg::Lock::Timeout=300",
        "install",
        "--yes",
        "--no-install-recommends",
        "chromium",
    ),
)

Run = Callable[[tuple[str, ...]], "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True, slots=True)
class Found:
    """A browser's path, or why there is none."""

    path: str | None
    why: str = ""

    @property
    def how(self) -> str:
        """What to do to have one."""
        return HOW.format(why=self.why)


@cache
def find() -> Found:
    """Look for a Chromium; installs Debian's if there is none and that can be done without a question."""
    named = os.environ.get(VARIABLE)
    if named:
        return Found(None, f"{VARIABLE} says so") if named == "none" else Found(named)
    there = _there()
    if there is not None:
        return Found(there)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return Found(None, "there is no Chromium, and only root on Debian can have it installed from here")
    with (Path(tempfile.gettempdir()) / "docsbot-chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        why = None if _there() else install(_quietly)
    there = _there()
    return Found(there, "" if there else f"Chromium could not be installed ({why or 'apt-get brought none'})")


def install(run: Run, pause: Callable[[float], None] = time.sleep) -> str | None:
    """Install Debian's Chromium, in two tries; return why it failed, None if it did not."""
    print("\nInstalling chromium for the tests of the page (apt-get, a minute or two)...", flush=True)
    for left in reversed(range(TRIES)):
        why = _tried(run)
        if why is None:
            return None
        print(f"That failed: {why}" + (", trying again" if left else ""), flush=True)
        if left:
            pause(PAUSE)
    return why


def _tried(run: Run) -> str | None:
    for step in STEPS:
        done = run(step)
        if done.returncode:
            return _reason(done)
    return None


def _reason(done: "subprocess.CompletedProcess[str]") -> str:
    """Return the line in which apt-get says what went wrong, else its last one."""
    lines = [line.strip() for line in f"{done.stdout}\n{done.stderr}".splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("E:")]
    return (errors or lines[-1:] or [f"exit code {done.returncode}"])[0]


def _there() -> str | None:
    for name in NAMES:
        path = shutil.which(name)
        if path is not None:
            return path
    cache_folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return next((str(path) for path in sorted(cache_folder.glob("chromium-*/chrome-linux*/chrome"))), None)


def _quietly(command: tuple[str, ...]) -> "subprocess.CompletedProcess[str]":
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environ, capture_output=True, check=False, text=True)
