"""Set up for every test."""

import gc
import os
from collections import Counter

import pytest

# python-telegram-bot's own switch for durations as timedelta; `bot.lifecycle` sets it for the real process.
os.environ["PTB_TIMEDELTA"] = "true"

# Collecting tests makes much that stays: looking through it again and again for garbage would take 2 s a process.
gc.disable()


def pytest_collection_finish() -> None:
    """From here on look for garbage, but not among the modules and the tests."""
    gc.freeze()
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end why tests of the page did not run: a skipped test is easily overlooked.

    Here and not in their own folder: of several processes the one that prints collects nothing there.
    """
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(report.longrepr[2] for report in skipped if report.nodeid.startswith("tests/browser/"))
    for reason, count in reasons.items():
        terminalreporter.write_line(f"tests/browser, {count} skipped: {reason.removeprefix('Skipped: ')}", yellow=True)
