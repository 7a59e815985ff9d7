"""Keeps the updates of a chat in order while those of different chats run side by side."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from telegram import Bot, Update

from bot.messaging.inbox import Inbox
from bot.messaging.raw_updates import RawUpdate
from bot.messaging.update_shape import Unreadable, read_update
from bot.runtime.arrivals import Arrival, Arrivals
from bot.runtime.backoff import backoff
from bot.runtime.locks import KeyedLock
from bot.runtime.trace import traced
from db.lease import LeaseLost
from db.retry import log_trouble

_log = logging.getLogger(__name__)

_MAX_TRIES = 5
_MAX_AT_HAND = 1000
_SUSPICIOUS_S = 300.0

Handle = Callable[[Update], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _AtHand:
    raw: RawUpdate
    id: int
    arrival: Arrival
    tries: int
    """How often it was begun before this process."""


class UpdateDispatcher:
    """Handles the updates of a chat one after the other, and those of different chats side by side.

    A try counts when the handler begins: what merely waited while the process was killed is not to blame. Where the
    inbox is `shared` other processes store updates, too. Commands that come `in_crowds` stand in line.
    """

    def __init__(
        self,
        inbox: Inbox,
        arrivals: Arrivals,
        bot: Bot,
        *,
        shared: bool = False,
        in_crowds: Collection[str] = frozenset(),
    ) -> None:
        self._inbox = inbox
        self._shared = shared
        self._in_crowds = in_crowds
        self._arrivals = arrivals
        self._bot = bot
        self._handle: Handle = _nobody
        self._give_up: Handle = _nobody
        self._turns = KeyedLock()
        self._postponed: dict[int, Exception] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._at_work: dict[int, tuple[Arrival, float]] = {}
        self._begun: set[int] = set()
        """Whose try is counted in the inbox, and not ended."""
        self._room = asyncio.Event()
        self._room.set()
        self._taking = asyncio.Lock()
        self._stopping = False

    def handle_with(self, handle: Handle, *, give_up: Handle) -> None:
        """Say what handles an update, and what apologises for one that ended the process again and again."""
        self._handle, self._give_up = handle, give_up

    def postpone(self, update: Update, error: Exception) -> None:
        """Have an update handled again a little later, because the database failed its handler."""
        self._postponed[update.update_id] = error

    async def room(self) -> None:
        """Wait until fewer updates are at hand than are good for us; Telegram keeps the others meanwhile."""
        await self._room.wait()

    async def take(self, updates: Sequence[RawUpdate]) -> None:
        """Store updates, however long the database takes, then begin to handle them; known ones are dropped."""
        async with self._taking:
            if self._shared:
                # What Telegram gave another process before it gave us these.
                await self._take_up()
            numbered = {update.id: update for update in updates if update.id is not None}
            at_once = self._begin_at_once(numbered)
            open_ = await self._inbox.keep(numbered, at_once) if numbered else set()
            for update_id, raw in numbered.items():
                if update_id not in open_ or update_id in self._tasks:
                    _log.info("update %d came again", update_id)
                    continue
                if update_id in at_once:
                    self._begun.add(update_id)
                self._start(_AtHand(raw, update_id, self._enter(raw), tries=0))
            for raw in updates:
                if raw.id is None:
                    await self._inbox.set_aside(raw)

    async def handle_unstored(self, raw: RawUpdate) -> bool:
        """Handle an update that no inbox keeps; False if it cannot be, and is set aside."""
        if raw.id is None:
            return False
        with traced(update=raw.id):
            problem = await self._work(raw, raw.id)
        if problem is not None:
            await self._inbox.set_aside(raw, problem)
        return problem is None

    async def take_up_what_is_left(self) -> int:
        """Begin to handle what other processes stored or did not end; return how many there were."""
        async with self._taking:
            return await self._take_up()

    async def drain(self, timeout_s: float) -> None:
        """Let the handlers at work finish; those that take longer are cut off and go on at the next start."""
        self._stopping = True
        for _ in ("to finish", "to be cut off"):
            if self._tasks:
                _done, late = await asyncio.wait(self._tasks.values(), timeout=timeout_s)
                for task in late:
                    task.cancel()
        await self._inbox.close(self._begun)

    def hanging(self) -> int | None:
        """Return an update whose handler neither ends nor talks to Telegram for suspiciously long, for a watchdog."""
        before = asyncio.get_running_loop().time() - _SUSPICIOUS_S
        works = self._at_work.items()
        return next((id_ for id_, (arrival, at) in works if at < before and self._arrivals.is_in(arrival)), None)

    async def _take_up(self) -> int:
        count = 0
        # Asked first: one that ends while the inbox is read would be begun once more.
        at_hand = frozenset(self._tasks)
        async for page in self._inbox.left(but=at_hand):
            await self.room()
            count += len(page)
            for left in page:
                if left.raw.id is not None:
                    self._start(_AtHand(left.raw, left.raw.id, self._enter(left.raw), left.tries))
        return count

    def _begin_at_once(self, updates: dict[int, RawUpdate]) -> set[int]:
        """Return those that wait for nothing: their try is counted as they are stored."""
        chats: set[int | None] = set()
        found = set()
        places = self._arrivals.free_places
        for update_id, raw in updates.items():
            stands_in_line = raw.command in self._in_crowds
            waits = raw.chat_id in chats or self._turns.is_held(raw.chat_id) or (stands_in_line and places <= 0)
            if not (waits or update_id in self._tasks):
                found.add(update_id)
            places -= stands_in_line
            chats.add(raw.chat_id)
        return found

    def _enter(self, raw: RawUpdate) -> Arrival:
        return self._arrivals.enter(in_line=raw.command in self._in_crowds)

    def _start(self, update: _AtHand) -> None:
        task = asyncio.create_task(self._take_turn(update), name=f"update {update.id}")
        self._tasks[update.id] = task
        task.add_done_callback(lambda done: self._on_done(update, done))
        if len(self._tasks) >= _MAX_AT_HAND:
            self._room.clear()

    def _on_done(self, update: _AtHand, task: asyncio.Task[None]) -> None:
        del self._tasks[update.id]
        self._at_work.pop(update.id, None)
        self._arrivals.leave(update.arrival)
        if len(self._tasks) < _MAX_AT_HAND:
            self._room.set()
        error = None if task.cancelled() else task.exception()
        if isinstance(error, LeaseLost):
            _log.warning("update %d is left to the next leader", update.id)
        elif error is not None:
            _log.error("update %d could not be ended; the next start tries again", update.id, exc_info=error)

    async def _take_turn(self, update: _AtHand) -> None:
        async with self._turns.hold(update.raw.chat_id):
            await update.arrival.admitted.wait()
            if self._stopping:
                return
            if update.id not in self._begun and update.tries < _MAX_TRIES:
                await self._inbox.begin(update.id)
                self._begun.add(update.id)
            self._at_work[update.id] = update.arrival, asyncio.get_running_loop().time()
            with traced(update=update.id), self._arrivals.handling(update.arrival):
                problem = await self._work(update.raw, update.id, update.tries)
            if problem is None:
                self._inbox.end(update.id)
            else:
                await self._inbox.set_aside(update.raw, problem)
            self._begun.discard(update.id)

    async def _work(self, raw: RawUpdate, update_id: int, tries: int = 0) -> str | None:
        """Handle an update, again while the database fails its handler; return what is wrong with the update."""
        try:
            update = read_update(raw, self._bot)
            if tries >= _MAX_TRIES:
                await self._give_up(update)
                return f"it was begun {tries} times and never ended"
            await self._handle(update)
            pauses = backoff(0.2, 30.0)
            while (error := self._postponed.pop(update_id, None)) is not None:
                pause_s = next(pauses)
                log_trouble(f"update {update_id}", error, pause_s)
                await asyncio.sleep(pause_s)
                await self._handle(update)
        except LeaseLost:
            raise
        except Unreadable as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next update goes on
            _log.exception("update %d: its handler failed", update_id)
            return f"its handler raises {type(error).__name__}"
        return None


async def _nobody(_: Update) -> None:
    raise RuntimeError("nobody handles updates yet")
