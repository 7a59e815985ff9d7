"""Set up for every test."""

import gc
import os

# python-telegram-bot's own switch for durations as timedelta; `bot.lifecycle` sets it for the real process.
os.environ["PTB_TIMEDELTA"] = "true"

# Collecting tests makes much that stays: looking through it again and again for garbage would take 2 s a process.
gc.disable()


def pytest_collection_finish() -> None:
    """From here on look for garbage, but not among the modules and the tests."""
    gc.freeze()
    gc.enable()
