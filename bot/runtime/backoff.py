"""Growing pauses between tries."""

from collections.abc import Iterator


def backoff(first_s: float, longest_s: float) -> Iterator[float]:
    """Yield pauses in seconds, each twice as long as the one before up to the longest, without end."""
    pause_s = first_s
    while True:
        yield pause_s
        pause_s = min(pause_s * 2, longest_s)
