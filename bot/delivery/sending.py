"""Shows "sending a document…" in a chat while a request of it runs."""

import asyncio
from collections.abc import Callable

from bot.messaging.courtesies import Courtesies
from bot.queue.changes import QueueChange
from bot.runtime.worker import Worker
from db.models import Request

_SOON_S = 1.0
"""What is answered sooner needs no sign of life."""
_LASTS_S = 4.5


class SendingSigns(Worker):
    """Shows the sign again and again, for Telegram takes it away after five seconds."""

    def __init__(self, courtesies: Courtesies) -> None:
        super().__init__()
        self._courtesies = courtesies
        self._ends: dict[int, Callable[[], object]] = {}
        """What ends the sign of each request that runs, or keeps it from being shown."""

    def on_change(self, change: QueueChange) -> None:
        """Hear of a change of the queue."""
        for request in change.started:
            if request.batch_id is not None:
                # A batch has a message of its own, and one result.
                continue
            timer = asyncio.get_running_loop().call_later(_SOON_S, self._begin, request)
            self._ends[request.id] = timer.cancel
        for request in (*change.returned, *change.ended):
            end = self._ends.pop(request.id, None)
            if end is not None:
                end()

    async def run(self) -> None:
        """Wait until cancelled, and show nothing any more then."""
        try:
            await super().run()
        finally:
            for end in self._ends.values():
                end()

    async def work(self) -> None:
        """There is nothing that an earlier process could have left."""

    def _begin(self, request: Request) -> None:
        self._ends[request.id] = asyncio.create_task(self._show(request), name=f"sign of {request.id}").cancel

    async def _show(self, request: Request) -> None:
        while True:
            await self._courtesies.show_sending(request.destination)
            await asyncio.sleep(_LASTS_S)
