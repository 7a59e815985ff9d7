"""What a newcomer's machine is set up with: packages, and a browser for the tests of the page."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.browser import chromium

SHELL, WHOLE = chromium.PACKAGES
DONE = subprocess.CompletedProcess((), 0, "", "")
NO_MIRROR = subprocess.CompletedProcess((), 100, "Err:1 http://mirror\n", "W: old lists\nE: Failed to fetch chromium\n")


def ci_install() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ci_install", Path(".ci/install.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_line_of_progress_follows_pip() -> None:
    progress = ci_install().Progress(2)
    told = [progress.told(0.6)]
    for line in "Collecting aiosqlite==0.22.0 (from -r x)", "  Downloading a.whl", "Ignoring colorama: no match":
        progress.read(line)
        told.append(progress.told(3))
    progress.read("Installing collected packages: aiosqlite")
    told.append(progress.told(9))
    assert told == [
        "Setting up .venv: starting pip (1 s)",
        "Setting up .venv: 1 of 2 packages, aiosqlite (3 s)",
        "Setting up .venv: 1 of 2 packages, aiosqlite (3 s)",
        "Setting up .venv: 2 of 2 packages, colorama (3 s)",
        "Setting up .venv: unpacking (9 s)",
    ]


@pytest.mark.parametrize(
    ("answers", "why", "tried"),
    [
        ([DONE, DONE], None, [SHELL]),
        ([NO_MIRROR, DONE, DONE], None, [WHOLE]),
        ([DONE, NO_MIRROR, DONE, DONE], None, [SHELL, WHOLE]),
        ([NO_MIRROR, DONE, NO_MIRROR], "E: Failed to fetch chromium", [WHOLE]),
        ([NO_MIRROR, subprocess.CompletedProcess((), 127, "", "")], "exit code 127", []),
    ],
)
def test_the_browser_is_installed_in_two_tries(
    answers: list["subprocess.CompletedProcess[str]"],
    why: str | None,
    tried: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    left, waited, installed = list(answers), list[float](), list[str]()

    def run(command: tuple[str, ...]) -> "subprocess.CompletedProcess[str]":
        if "install" in command:
            installed.append(command[-1])
        return left.pop(0)

    assert chromium.install(run, waited.append) == why
    assert (left, installed) == ([], tried)
    assert len(waited) == (answers != [DONE, DONE])
    assert capsys.readouterr().out.count("That failed: ") == len(waited) + (why is not None)


def test_the_end_of_the_output_says_what_did_not_run_in_another_process() -> None:
    environ = {**os.environ, chromium.VARIABLE: "none"}
    for name in [name for name in environ if name == "CI" or name.startswith("PYTEST_")]:
        del environ[name]
    tests = ["tests/browser/test_browser_newcomer.py", "-k", "example or announced"]
    command = [sys.executable, "-m", "pytest", *tests, "--numprocesses=1", "-p", "no:cacheprovider"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "tests/browser, 2 skipped: The tests of the page in a browser did NOT run: DOCSBOT_CHROMIUM" in done.stdout
