"""Word that the allowlist or a petition has changed, for those who show it."""

from collections.abc import Callable


class Changes:
    """Called after each commit that changes who may what; tells all who listen, at once and in this process."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def __call__(self) -> None:
        for listener in self._listeners:
            listener()
