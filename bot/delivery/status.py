"""Keeps one status message true for all that waits in a chat, topic and login."""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from markupsafe import Markup

from bot.delivery.promises import Promise, Prospect, is_worth_telling
from bot.delivery.status_board import StatusBoard
from bot.delivery.status_reader import StatusReader
from bot.delivery.status_wording import status
from bot.delivery.upheavals import Affected, Upheavals
from bot.domain import State
from bot.language.translator import Translators
from bot.messaging.courtesies import Courtesies, Fate
from bot.queue.changes import QueueChange
from bot.runtime.backoff import backoff
from bot.runtime.clock import Clock
from bot.runtime.worker import Worker
from db.engine import Database
from db.lease import LeaseLost
from db.models import Request
from db.retry import until_stored
from db.status_messages import StatusPlace

_log = logging.getLogger(__name__)

_GATHER_S = 0.2
"""What follows at once is one change: an idle login's request is queued, started and answered."""
_BETWEEN_EDITS_S = 3.0
_AGAIN_S: Mapping[Fate | None, tuple[float, float]] = {
    Fate.NOTHING_TO_SAY: (3.0, 60.0),
    Fate.LOST: (3.0, 60.0),
    Fate.REFUSED: (60.0, 600.0),
}
"""How soon what Telegram did not take is tried again, and the longest of the growing pauses."""
_SOON = timedelta(seconds=1)
"""What goes out so soon is answered without a word; only if it still waits then, or waits again, there is one."""
_STILL_TRUE_FOR = timedelta(seconds=0.5)
_IN_SIGHT_FOR = timedelta(minutes=1)
"""After that, or above an outcome, people look for news of a newer request beneath it, and the message goes there."""


class StatusMessages(Worker):
    """Shows when what waits goes out, and edits that only where it has become untrue.

    What it says is a courtesy: it never holds up anything else.
    """

    def __init__(
        self, database: Database, clock: Clock, courtesies: Courtesies, translators: Translators, *, pace: timedelta
    ) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._courtesies = courtesies
        self._translators = translators
        self._reader = StatusReader(database, clock, pace=pace)
        self._board = StatusBoard(database, clock)
        self._upheavals = Upheavals(pace)
        self._is_loaded = False
        self._postponed: set[StatusPlace] = set()
        """Where something was to go out at once: if that comes to nothing, people are told."""
        self._passed: set[StatusPlace] = set()
        """Where an outcome stands beneath the status message."""
        self._idle: set[str] = set()
        """Logins of which nothing waited when they were last looked at, and nothing was queued since."""
        self._changed_logins: set[str] = set()
        self._changed_places: set[StatusPlace] = set()
        self._dirty: set[StatusPlace] = set()
        self._at_work: dict[StatusPlace, asyncio.Task[None]] = {}
        self._speaking: set[asyncio.Task[Any]] = set()
        """Those that are just telling Telegram something, and noting that."""
        self._stopping = False

    def on_change(self, change: QueueChange) -> None:
        """Hear of a change of the queue."""
        self._idle -= change.touched.union(request.login for request in change.returned)
        self._changed_logins |= change.logins - self._idle
        for request in change.ended:
            if request.state is State.CANCELLED:
                # Whatever waited behind it moves up.
                self._upheavals.forget(request.login)
        self._hear(*change.started, *change.returned, *change.ended)

    def on_delivered(self, request: Request) -> None:
        """Hear that an outcome got where it goes, or never will."""
        place = StatusPlace(request.chat_id, request.thread_id, request.login)
        if self._board.at(place):
            self._passed.add(place)
        self._hear(request)

    def on_moved(self, chat_id: int) -> None:
        """Hear that a group has another id now: the messages of the old one are forgotten."""
        self._board.forget_chat(chat_id)
        self._changed_logins.update(self._upheavals.forget_all())
        self.wake()

    def _hear(self, *requests: Request) -> None:
        """Note where something happened; what never waited leads to no look at anything."""
        places = {StatusPlace(request.chat_id, request.thread_id, request.login) for request in requests}
        self._changed_places |= {place for place in places if place.login not in self._idle or self._is_kept(place)}
        if self._changed_logins or self._changed_places:
            self.wake()

    def _is_kept(self, place: StatusPlace) -> bool:
        return self._board.at(place) is not None or place in self._at_work or place in self._postponed

    async def run(self) -> None:
        """Keep the messages true until cancelled; after a failure those that are being kept go on."""
        try:
            await super().run()
        except asyncio.CancelledError:
            for task in self._at_work.values():
                task.cancel()
            raise

    async def work(self) -> None:
        """Find out which messages the latest changes have made untrue, and see to those."""
        if not self._is_loaded:
            self._see_to(await self._board.load())
            self._is_loaded = True
        await asyncio.sleep(_GATHER_S)
        places, self._changed_places = self._changed_places, set()
        self._see_to(filter(self._is_kept, places))
        while self._changed_logins:
            await self._see_to_login(self._changed_logins.pop())

    async def _see_to_login(self, login: str) -> None:
        try:
            found = await until_stored("the status messages", partial(self._affected, login))
        except BaseException:
            # Whoever runs this again finds it still to do.
            self._changed_logins.add(login)
            raise
        self._upheavals.remember(login, found)
        if found.mark is None and login not in self._changed_logins:
            self._idle.add(login)
        self._see_to(found.places)
        if found.everywhere:
            self._see_to(self._board.of_login(login))

    async def drain(self, timeout_s: float) -> None:
        """Begin nothing more, and let what is being sent be noted: a message without its id would stay for ever."""
        self._stopping = True
        if self._speaking:
            await asyncio.wait(self._speaking, timeout=timeout_s)

    async def _affected(self, login: str) -> Affected:
        async with self._database.read() as session:
            return await self._upheavals.look(session, login, self._clock.now())

    def _see_to(self, places: Iterable[StatusPlace]) -> None:
        for place in () if self._stopping else places:
            self._dirty.add(place)
            if place not in self._at_work:
                self._at_work[place] = asyncio.create_task(self._keep_true(place), name=f"status {place}")

    async def _keep_true(self, place: StatusPlace) -> None:
        """Bring a place up to date until nothing of it has changed meanwhile, with a pause after each change."""
        pauses: dict[Fate | None, Iterator[float]] = {}
        waited = False
        try:
            while place in self._dirty and not self._stopping:
                self._dirty.discard(place)
                fate = await self._try(place)
                self._speaking.discard(_this_task())
                if fate in _AGAIN_S:
                    self._dirty.add(place)
                    await asyncio.sleep(next(pauses.setdefault(fate, backoff(*_AGAIN_S[fate]))))
                elif fate is Fate.TAKEN:
                    pauses.clear()
                    await asyncio.sleep(_BETWEEN_EDITS_S)
                elif not waited and place in self._postponed:
                    waited = True
                    self._dirty.add(place)
                    await asyncio.sleep(_SOON.total_seconds())
        finally:
            self._speaking.discard(_this_task())
            self._dirty.discard(place)
            del self._at_work[place]

    async def _try(self, place: StatusPlace) -> Fate | None:
        try:
            return await self._bring_up_to_date(place)
        except LeaseLost:
            return Fate.LOST
        except Exception:  # noqa: BLE001
            # It is a courtesy, and the next try may work; the others must not suffer.
            _log.exception("the status message of login %s in chat %d could not be kept", place.login, place.chat_id)
            return Fate.LOST

    async def _bring_up_to_date(self, place: StatusPlace) -> Fate | None:
        """Show what is true now; return what became of it, or None where there was nothing to show."""
        shown, fate = self._board.at(place), None
        sight = await self._reader.see(place)
        seen = sight.prospect
        if seen is None:
            if not sight.is_open:
                self._board.retire(place)
                self._passed.discard(place)
                self._postponed.discard(place)
        elif shown is None:
            soon = seen.last_at is not None and seen.last_at - self._clock.now() < _SOON
            if soon and place not in self._postponed:
                self._postponed.add(place)
            else:
                fate = await self._say(place, seen)
        elif is_worth_telling(shown.promise, seen.promise, self._clock.now()):
            is_newer = seen.newest.id > shown.promise.newest_id
            out_of_sight = place in self._passed or self._clock.now() - shown.sent_at > _IN_SIGHT_FOR
            fate = await (self._say if is_newer and out_of_sight else self._edit)(place, seen)
        return fate if fate in _AGAIN_S else await self._take_old_away(place) or fate

    async def _take_old_away(self, place: StatusPlace) -> Fate | None:
        for old in self._board.old_at(place):
            if (await self._courtesies.take_away(place.chat_id, old.message_id)).fate is Fate.LOST:
                return Fate.LOST
            await self._board.remove(place, old)
        return None

    async def _say(self, place: StatusPlace, seen: Prospect) -> Fate:
        told: list[Promise] = []
        said = await self._courtesies.send(seen.newest.destination, partial(self._words, place, seen, told))
        if said.message_id is not None:
            await self._board.add(place, said.message_id, told[-1])
            self._passed.discard(place)
            self._postponed.discard(place)
        return said.fate

    async def _edit(self, place: StatusPlace, seen: Prospect) -> Fate:
        told: list[Promise] = []
        shown = self._board.at(place)
        if shown is None:
            return await self._say(place, seen)
        words = partial(self._words, place, seen, told)
        changed = await self._courtesies.change(place.chat_id, shown.message_id, words)
        if changed.fate is Fate.REFUSED:
            # Somebody has deleted it, or the chat takes nothing, which this will show.
            self._board.retire(place)
            return await self._say(place, seen)
        if changed.fate is Fate.TAKEN:
            await self._board.change(place, shown, told[-1])
        return changed.fate

    async def _words(self, place: StatusPlace, seen: Prospect, told: list[Promise]) -> Markup | None:
        """Say what is true when the turn has come, and note what it promises; None where nothing waits any more."""
        if self._clock.now() - seen.at > _STILL_TRUE_FOR:
            anew = (await self._reader.see(place)).prospect
            if anew is None:
                return None
            seen = anew
        if self._stopping:
            return None
        self._speaking.add(_this_task())
        told.append(seen.promise)
        return status(self._translators.choose(seen.newest.language), seen, self._clock.now())


def _this_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("this runs in a task")
    return task
