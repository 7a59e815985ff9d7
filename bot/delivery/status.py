"""The one status message of a request that has to wait, and "sending a document…" while one runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from bot.documents.wording import status
from bot.domain import State
from bot.language.translator import Translators
from bot.messaging.courtesies import Courtesies, Fate
from bot.queue.changes import QueueChange
from bot.queue.positions import QueuePosition, positions
from bot.runtime.clock import Clock
from bot.runtime.locks import KeyedLock
from bot.runtime.worker import Worker
from db import logins, requests
from db.engine import Database
from db.models import Request
from db.retry import until_stored

_log = logging.getLogger(__name__)

_WORTH_TELLING = timedelta(seconds=1)
_BETWEEN_EDITS_S = 3.0
_ACTION_LASTS_S = 4.5


class StatusMessages(Worker):
    """Shows each waiting request's place and time in its chat, and edits them when they change, but not in a flurry.

    What it says is a courtesy: it is tried again later when Telegram does not take it, and never holds up an outcome.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        courtesies: Courtesies,
        translators: Translators,
        chat_locks: KeyedLock,
        *,
        pace: timedelta,
    ) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._courtesies = courtesies
        self._translators = translators
        self._chat_locks = chat_locks
        self._pace = pace
        self._changed: set[str] = set()
        self._wanted: dict[int, Markup] = {}
        self._showing: dict[int, asyncio.Task[None]] = {}
        self._at_work: set[asyncio.Task[Any]] = set()
        self._sending: dict[int, asyncio.Task[None]] = {}
        self._stopping = False

    def on_change(self, change: QueueChange) -> None:
        """Hear of a change of the queue."""
        for request in change.started:
            if request.batch_id is not None:
                continue
            self._sending[request.id] = asyncio.create_task(self._keep_showing_sending(request))
        for request in (*change.returned, *change.ended):
            task = self._sending.pop(request.id, None)
            if task is not None:
                task.cancel()
        self.refresh(change.logins)

    def refresh(self, names: Iterable[str]) -> None:
        """Say that something changed in the queues of these logins."""
        self._changed.update(names)
        self.wake()

    async def run(self) -> None:
        """Keep the messages true until cancelled."""
        try:
            await super().run()
        finally:
            for task in (*self._sending.values(), *self._showing.values()):
                task.cancel()

    async def work(self) -> None:
        """Work out anew what the messages about the changed logins should say."""
        changed, self._changed = self._changed, set()
        await until_stored("the status messages", partial(self._plan, changed))

    async def drain(self, timeout_s: float) -> None:
        """Begin nothing more, and let what is being sent be noted: a message without its id would stay for ever."""
        self._stopping = True
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=timeout_s)

    async def _plan(self, names: set[str]) -> None:
        """Work out what each waiting request's message should say; a chat that is slow holds up no other."""
        now = self._clock.now()
        async with self._database.read() as session:
            rows = {login.login: login for login in await logins.everyone(session) if login.login in names}
            open_requests = await requests.open_of_logins(session, rows)
        for name, login in rows.items():
            own = [request for request in open_requests if request.login == name]
            for item in positions(login, own, pace=self._pace, now=now):
                self._want(item)

    def _want(self, item: QueuePosition) -> None:
        request, now = item.request, self._clock.now()
        soon = item.starts_at is not None and item.starts_at - now < _WORTH_TELLING
        if request.batch_id is not None or self._stopping:
            return
        if request.status_message_id is None and (request.state is State.RUNNING or soon):
            return
        self._wanted[request.id] = status(self._translators.choose(request.language), item, now)
        if request.id not in self._showing:
            self._showing[request.id] = asyncio.create_task(self._show(request), name=f"status {request.id}")

    async def _show(self, request: Request) -> None:
        """Bring a request's message up to date, with a pause after each change."""
        shown: Markup | None = None
        try:
            while (wanted := self._wanted.get(request.id)) is not None and wanted != shown:
                async with self._chat_locks.hold(request.chat_id):
                    open_ = await self._work(partial(self._show_now, request.id, wanted))
                if not open_ or self._stopping:
                    return
                shown = wanted
                await asyncio.sleep(_BETWEEN_EDITS_S)
        finally:
            del self._showing[request.id]
            self._wanted.pop(request.id, None)

    async def _work(self, show: Callable[[], Awaitable[bool]]) -> bool:
        task = asyncio.current_task()
        if self._stopping or task is None:
            return False
        self._at_work.add(task)
        try:
            return await until_stored("a status message", show)
        finally:
            self._at_work.discard(task)

    async def _show_now(self, request_id: int, text: Markup) -> bool:
        """Send or edit the message; False once the request is over, when its outcome is what counts."""
        async with self._database.read() as session:
            request = await requests.get(session, request_id)
        if request is None or request.state not in {State.QUEUED, State.RUNNING}:
            return False

        async def words() -> Markup:
            return text

        if request.status_message_id is not None:
            await self._courtesies.change(request.chat_id, request.status_message_id, words)
        elif request.state is State.QUEUED:
            said = await self._courtesies.send(request.destination, words)
            if said.message_id is None:
                if said.fate is Fate.REFUSED:
                    return False
                asyncio.get_running_loop().call_later(_BETWEEN_EDITS_S, self.refresh, [request.login])
                return True
            # Only this is repeated while the database is away: the message is there.
            keep = partial(_keep, request_id, said.message_id)
            await self._database.write_until_stored("keeping a status message's id", keep)
        return True

    async def _keep_showing_sending(self, request: Request) -> None:
        while True:
            await self._courtesies.show_sending(request.destination)
            await asyncio.sleep(_ACTION_LASTS_S)


async def _keep(request_id: int, message_id: int, session: AsyncSession) -> None:
    (await session.get_one(Request, request_id)).status_message_id = message_id
