"""Signals: announcing within this process that something was committed."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Signal(Generic[T]):
    """Calls every listener, in the order in which they came, with what is announced. Listeners return at once."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[T], None]] = []

    def listen(self, listener: Callable[[T], None]) -> None:
        """Add a listener; there is no way to take one away, for all live as long as the process."""
        self._listeners.append(listener)

    def announce(self, news: T) -> None:
        for listener in self._listeners:
            listener(news)
