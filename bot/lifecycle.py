"""The life of the process: start, serve until told to stop, and end without losing anything."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial

from bot import listening
from bot.app import App, build
from bot.checks import checks
from bot.messaging.standby import InboxWatch
from bot.metrics.exposition import Lead
from bot.metrics.monitoring import monitored
from bot.outside import Outside, open_outside
from bot.process import health
from bot.process.database import StartError, prepare, prepare_shared
from bot.process.leadership import Leadership
from bot.process.single_instance import only_instance
from bot.process.stall import StallGuard, end_at_once
from bot.process.supervision import Supervisor
from bot.process.watchdog import Watchdog
from bot.queue.late_answers import FinishedCall, record_late
from bot.runtime.clock import LoopClock
from bot.settings import Settings
from db import bell
from db.bell import Bell
from db.engine import Database, sqlite_path
from db.lease import LeaseLost
from db.retry import until_stored

_log = logging.getLogger(__name__)

_HANDLERS_MAY_TAKE_S = 5.0
_END_WITHIN_S = 30
_HAND_IN_WITHIN_S = 10.0


async def run(settings: Settings, *, wait: bool = False) -> None:
    """Run the bot until SIGTERM or SIGINT; raises `StartError` when it cannot start or cannot go on.

    On SQLite `wait` has it wait for the end of another that runs on the file. On PostgreSQL it stands by while another
    leads, and takes over.
    """
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)

    outside, url = open_outside(settings), settings.database_url.get_secret_value()
    file = sqlite_path(url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(outside.database.close)
        stack.push_async_callback(outside.vendor.aclose)
        if file is not None:
            alone = only_instance(file, wait=wait)
            if await _stopped_before(stop, stack.enter_async_context(alone)):
                return
        state = _State()
        clock = LoopClock(loop)
        metrics = await stack.enter_async_context(
            monitored(settings, outside.database, clock, lead=state.lead, troubles=state.troubles)
        )
        await stack.enter_async_context(health.answering(health.socket_path(url), state.examine, state.look_again))
        preparing = prepare(outside.database) if file is not None else prepare_shared(outside.database)
        if await _stopped_before(stop, preparing):
            return
        state.prepared = True
        if file is not None:
            await _watched(state, build(settings, clock, outside, metrics), stop)
        else:
            posted = await stack.enter_async_context(listening.standing_by(settings, outside.database, clock))
            everywhere = replace(outside, posted=posted)
            await _lead(state, lambda leading: build(settings, clock, leading, metrics), everywhere, stop)
    _log.info("stopped")


@dataclass
class _State:
    """What the command line and the monitoring reach; a bot that stands by is well."""

    prepared: bool = False
    """Whether the database is one that this version can work on."""
    app: App | None = None
    watchdog: Watchdog | None = None
    leadership: Leadership | None = None
    """None for a bot that is alone."""

    async def examine(self) -> health.Health:
        if not self.prepared:
            return health.Health(("it waits for its database, which is being migrated or of a newer version",))
        return health.Health(()) if self.watchdog is None else await self.watchdog.examine()

    async def troubles(self) -> tuple[str, ...]:
        """Say why the bot neither serves nor stands by."""
        if self.app is not None and not self.app.serving.is_set():
            return ("it does not listen to Telegram",)
        return (await self.examine()).troubles

    def lead(self) -> Lead:
        """Say whether the bot leads."""
        if self.leadership is None:
            return Lead(self.app is not None)
        return Lead(self.leadership.holds, self.leadership.term or 0)

    def look_again(self) -> None:
        """Have the bot see what the command line has changed; one that stands by reads everything when it leads."""
        if self.app is not None:
            self.app.look_again()


async def _lead(state: _State, build_on: Callable[[Outside], App], outside: Outside, stop: asyncio.Event) -> None:
    """Stand by until nobody else leads; then lead, until told to stop or until another does."""
    leadership = state.leadership = Leadership(outside.database)
    if await _stopped_before(stop, leadership.gain()):
        return
    leading = replace(outside, database=leadership.fenced(outside.database), may_call_vendor=lambda: leadership.holds)
    app = build_on(leading)
    try:
        await leadership.during(_watched(state, app, stop))
    except LeaseLost as lost:
        # Whatever may hang now must not: this process has to come back to stand by.
        signal.alarm(_END_WITHIN_S)
        # Mostly they are here: who was paused finds them waiting.
        await _hand_in(outside.database, await app.scheduler.last_answers(_HANDLERS_MAY_TAKE_S))
        raise StartError(f"the lead is lost ({lost}); start again to stand by", 1) from None


async def _hand_in(database: Database, answers: Iterable[FinishedCall]) -> None:
    """Record what came too late, if the database takes it in time; the process ends in any case."""
    try:
        async with asyncio.timeout(_HAND_IN_WITHIN_S):
            await until_stored("recording late answers", partial(record_late, database, answers))
    except Exception:  # noqa: BLE001 - that the lead is lost is what has to be said in the end
        _log.exception("late answers of SMS Center could not be recorded: what they answer stays unknown")


async def _watched(state: _State, app: App, stop: asyncio.Event) -> None:
    """Live, and end where that is no longer possible."""
    supervisor = Supervisor()
    asyncio.get_running_loop().set_exception_handler(supervisor.on_stray)
    state.app, state.watchdog = app, Watchdog(checks(app), supervisor.fail)
    supervisor.keep("the watchdog", state.watchdog.run)
    supervisor.keep("the guard of the loop", StallGuard(end_at_once).run)
    try:
        await live(app, stop, supervisor)
    finally:
        await supervisor.end()


async def live(app: App, stop: asyncio.Event, supervisor: Supervisor) -> None:
    """Take up what an earlier process left, meet Telegram, and serve; the database is up to date."""
    await app.inbox.take_over()
    await until_stored("taking up what was left", app.scheduler.recover)
    if await _stopped_before(stop, listening.connect(app)):
        return
    try:
        await serve(app, stop, supervisor)
    finally:
        await app.application.shutdown()


async def serve(app: App, stop: asyncio.Event, supervisor: Supervisor) -> None:
    """Handle, queue and deliver until `stop`; then let what runs end, and record it. Raises `StartError`.

    Who cancels it has lost the lead: what cannot be recorded any more is told to nobody.
    """
    lost = False
    for worker in app.workers:
        supervisor.keep(type(worker).__name__, worker.run)
    watch = InboxWatch(app.dispatcher)
    if app.posted is not None:
        supervisor.keep("the inbox", watch.run)
    bells = {Bell.TABLES: app.look_again, Bell.UPDATES: watch.wake}
    supervisor.keep("the bell", partial(bell.listen, app.database, bells))
    scheduling = supervisor.keep("the queue", app.scheduler.run)
    try:
        async with AsyncExitStack() as ears:
            try:
                if not await _stopped_before(stop, listening.listen(app, supervisor, ears)):
                    app.serving.set()
                    _log.info("docsbot serves @%s", app.application.bot.username)
                    await _stopped_before(stop, supervisor.failed.wait())
            except asyncio.CancelledError:
                lost = True
                supervisor.fail("it is cut off")
                await supervisor.end()
                raise
    finally:
        app.serving.clear()
        app.scheduler.stop()
        await app.dispatcher.drain(0 if lost else _HANDLERS_MAY_TAKE_S)
        if not lost:
            # A call at work ends within its time; a database that does not record it holds the end up no longer.
            await asyncio.wait([scheduling], timeout=app.settings.smsc_timeout + _HANDLERS_MAY_TAKE_S)
            await asyncio.gather(*(worker.drain(_HANDLERS_MAY_TAKE_S) for worker in app.workers))
        await supervisor.end()
    if supervisor.cause is not None:
        raise StartError(supervisor.cause, 1)


async def _stopped_before(stop: asyncio.Event, work: Awaitable[object]) -> bool:
    """Do some work unless `stop` comes first; say whether it did. Whatever ends this, the work ends with it."""
    working, stopping = asyncio.ensure_future(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            return True
        working.result()
        return False
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)
