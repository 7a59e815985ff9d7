"""Set up for every test."""

import gc
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from db.engine import sqlite_path
from tests.support.compiled_once import compile_once
from tests.support.databases import Databases, EngineName, databases, migrated

# On a busy machine anything may take a while, and the first example of a test pays for what is read once.
settings.register_profile("default", deadline=None)
settings.load_profile("default")
# `make fuzz` asks for this one.
settings.register_profile("long", max_examples=20_000)

# python-telegram-bot's own switch for durations as timedelta; `bot.lifecycle` sets it for the real process.
os.environ["PTB_TIMEDELTA"] = "true"

compile_once()

# Collecting tests makes much that stays: looking through it again and again for garbage would take 2 s a process.
gc.disable()


def pytest_collection_finish() -> None:
    """From here on look for garbage, but not among the modules and the tests."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Have one process more than processors: whole bots and a browser are waited for a third of the time."""
    return (os.cpu_count() or 1) + 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end why tests of the page did not run: a skipped test is easily overlooked.

    Here and not in their own folder: of several processes the one that prints collects nothing there.
    """
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(report.longrepr[2] for report in skipped if report.nodeid.startswith("tests/browser/"))
    for reason, count in reasons.items():
        terminalreporter.write_line(f"tests/browser, {count} skipped: {reason.removeprefix('Skipped: ')}", yellow=True)


@pytest.fixture(scope="session", name="databases")
def _databases() -> Iterator[Databases]:
    with databases() as made:
        yield made


@pytest.fixture(params=list(EngineName))
def engine(request: pytest.FixtureRequest) -> EngineName:
    """Have a test run once on each engine."""
    return EngineName(request.param)


@pytest.fixture(scope="session")
def migrated_file(databases: Databases) -> Iterator[Path]:
    """Return an SQLite file with all tables, to be copied: to make them takes longer than most tests."""
    with databases.new(EngineName.SQLITE, migrated) as url:
        file = sqlite_path(url)
        assert file is not None
        yield file


@pytest.fixture
def empty_url(databases: Databases, engine: EngineName) -> Iterator[str]:
    """Return the address of a database without tables, on each engine."""
    with databases.new(engine) as url:
        yield url


@pytest.fixture
def database_url(databases: Databases, engine: EngineName) -> Iterator[str]:
    """Return the address of a database with all tables, on each engine."""
    with databases.new(engine, migrated) as url:
        yield url
