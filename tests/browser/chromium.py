"""Where the browser comes from: one that is there, else, for root on Debian, the distribution's own."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "DOCSBOT_CHROMIUM"
"""Environment variable with the path of a browser to use; `none` for none at all."""

HOW = (
    "no Chromium found, so the tests of the page in a browser did NOT run. To have them: apt-get install chromium, "
    f"or .venv/bin/playwright install chromium, or name one with {VARIABLE}."
)


@cache
def find() -> str | None:
    """Return the path of a Chromium; installs Debian's if there is none and that can be done without a question."""
    named = os.environ.get(VARIABLE)
    if named:
        return None if named == "none" else named
    return _there() or (_there() if _install() else None)


def _there() -> str | None:
    for name in NAMES:
        path = shutil.which(name)
        if path is not None:
            return path
    cache_folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return next((str(path) for path in sorted(cache_folder.glob("chromium-*/chrome-linux*/chrome"))), None)


def _install() -> bool:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    print("\nInstalling chromium for the tests of the page (apt-get, a minute or two)...", flush=True)
    return _quietly("apt-get", "update") and _quietly(
        "apt-get", "install", "--yes", "--no-install-recommends", "chromium"
    )


def _quietly(*command: str) -> bool:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environ, capture_output=True, check=False)  # noqa: S603
    return done.returncode == 0
