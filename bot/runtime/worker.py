"""What works beside everything else for as long as the process lives."""

import asyncio
from abc import ABC, abstractmethod


class Worker(ABC):
    """Works once at the start, for whatever an earlier process left, and then each time it is woken.

    However often it is woken meanwhile, it works once more.
    """

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self._alarm: asyncio.TimerHandle | None = None

    def wake(self) -> None:
        """Say that there may be something to do."""
        self._woken.set()

    def on_signal(self, _: None) -> None:
        """Wake at a signal that says no more than that something has changed."""
        self.wake()

    def look_again(self) -> None:
        """Say that another process may have changed what this one works on."""
        self.wake()

    def wake_in(self, seconds: float) -> None:
        """Have it wake by itself, once; this takes the place of the time that was set before."""
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_later(seconds, self.wake)

    async def run(self) -> None:
        """Work until cancelled; raises what `work` raises, and begins with what that left when it is run again."""
        self._woken.set()
        while True:
            await self._woken.wait()
            self._woken.clear()
            await self.work()

    @abstractmethod
    async def work(self) -> None:
        """Do all there is to do now."""

    async def drain(self, timeout_s: float) -> None:  # noqa: B027 - most have nothing to bring to an end
        """Bring to an end what is under way before an orderly stop, if it takes no longer than this."""
