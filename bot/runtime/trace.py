"""What the running task works on, for each of its log lines: the update that it handles, the request that it serves.

A person's command is one update and then one request; the line with which a request is made carries both ids.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_IDS: ContextVar[Mapping[str, int]] = ContextVar("docsbot_trace", default={})  # noqa: B039 - a Mapping is never changed


@contextmanager
def traced(**ids: int) -> Iterator[None]:
    """Have these ids be in the log while the block runs, in the tasks too that it starts; they add to those around."""
    token = _IDS.set({**_IDS.get(), **ids})
    try:
        yield
    finally:
        _IDS.reset(token)


def trace() -> Mapping[str, int]:
    """Return the ids that stand for what runs."""
    return _IDS.get()
