"""Listens to everything that is logged, for secrets, and shows it when somebody wants to see a schedule."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from tests.simulation.cast import SECRETS, TOKENS_SECRET
from tests.simulation.journal import Journal
from tests.support.loop import Timeline

_SECRETS = (TOKENS_SECRET, *SECRETS.values())


class _Ears(logging.Handler):
    def __init__(self, journal: Journal, timeline: Timeline, *, aloud: bool) -> None:
        super().__init__()
        self._journal = journal
        self._timeline = timeline
        self._aloud = aloud
        self.setFormatter(logging.Formatter("%(levelname)-7s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if any(secret in line for secret in _SECRETS):
            self._journal.leaks.append(line)
        if self._aloud:
            print(f"{self._timeline.now:10.3f}  {line}")


@contextmanager
def listening(journal: Journal, timeline: Timeline, *, aloud: bool) -> Iterator[None]:
    """Be the only one who hears the log while the block runs."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    root.handlers = [_Ears(journal, timeline, aloud=aloud)]
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.handlers = before
        root.setLevel(level)
