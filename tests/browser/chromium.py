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

SHELL = "chromium-headless-shell"
"""Chromium without its window: the same engine, and half of the processor time, for each page needs no window made."""
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "DOCSBOT_CHROMIUM"
"""Environment variable with the path of a browser to use; `none` for none at all."""

HOW = (
    f"The tests of the page in a browser did NOT run: {{why}}. To have them: apt-get install {SHELL}, "
    f"or .venv/bin/playwright install chromium, or name one with {VARIABLE}."
)
PACKAGES, PAUSE = (SHELL, "chromium"), 3.0
"""What is tried to be installed, and seconds between: a mirror may stumble, and an old Debian has no shell."""

_APT_GET = ("apt-get", "-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=300")
_UPDATE, _INSTALL = (*_APT_GET, "update"), (*_APT_GET, "install", "--yes", "--no-install-recommends")

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
    """Install one of Debian's, in two tries; return why it failed, None if it did not."""
    print("\nInstalling a Chromium for the tests of the page (apt-get, a minute or two)...", flush=True)
    why = None
    for package in PACKAGES:
        why = _tried(run, package)
        if why is None:
            return None
        last = package == PACKAGES[-1]
        print(f"That failed: {why}" + ("" if last else ", trying again"), flush=True)
        if not last:
            pause(PAUSE)
    return why


def _tried(run: Run, package: str) -> str | None:
    for step in (_UPDATE, (*_INSTALL, package)):
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
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    patterns = ("chromium_headless_shell-*/*/*headless*shell", "chromium-*/chrome-linux*/chrome")
    return next((str(path) for pattern in patterns for path in sorted(folder.glob(pattern))), None)


def _quietly(command: tuple[str, ...]) -> "subprocess.CompletedProcess[str]":
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environ, capture_output=True, check=False, text=True)
