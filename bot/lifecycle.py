"""The life of the process: start, serve until told to stop, and end without losing anything."""

import asyncio
import logging
import os
import secrets
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
from telegram import Update
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.app import App, build
from bot.messaging.application import POLL_TIMEOUT_S
from bot.metrics.exposition import Lead
from bot.metrics.monitoring import monitored
from bot.outside import Outside, open_outside
from bot.process import health
from bot.process.database import StartError, prepare
from bot.process.leadership import Leadership
from bot.process.single_instance import only_instance
from bot.queue.late_answers import record_late
from bot.runtime.backoff import backoff
from bot.runtime.clock import LoopClock
from bot.settings import Settings
from db import bell
from db.engine import sqlite_path
from db.lease import LeaseLost
from db.retry import until_stored

_log = logging.getLogger(__name__)

_ALLOWED_UPDATES = [Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
_HANDLERS_MAY_TAKE_S = 5.0
_WATCH_EVERY_S = 60.0
_END_WITHIN_S = 30
_REFUSED = "TELEGRAM_TOKEN: Telegram refused it while the bot ran (401 or 404). Was it revoked?"
_DEAF_AFTER = timedelta(seconds=4 * POLL_TIMEOUT_S)


async def run(settings: Settings, *, wait: bool = False) -> None:
    """Run the bot until SIGTERM or SIGINT; raises `StartError` when it cannot start or can hear no more.

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
        await prepare(outside.database)
        state = _State()
        clock = LoopClock(loop)
        metrics = await stack.enter_async_context(
            monitored(settings, outside.database, clock, lead=state.lead, troubles=state.troubles)
        )
        await stack.enter_async_context(health.answering(health.socket_path(url), state.examine, state.look_again))
        if file is not None:
            state.app = build(settings, clock, outside, metrics)
            await live(state.app, stop)
        else:
            await _lead(state, lambda leading: build(settings, clock, leading, metrics), outside, stop)
    _log.info("stopped")


@dataclass
class _State:
    """What the command line and the monitoring reach; a bot that stands by is well."""

    app: App | None = None
    leadership: Leadership | None = None
    """None for a bot that is alone."""

    def examine(self) -> health.Health:
        return health.Health(()) if self.app is None else _examine(self.app)

    def troubles(self) -> tuple[str, ...]:
        """Say why the bot neither serves nor stands by."""
        if self.app is not None and not self.app.serving.is_set():
            return ("it does not listen to Telegram",)
        return self.examine().troubles

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
    state.app = build_on(leading)
    try:
        await leadership.during(live(state.app, stop))
    except LeaseLost as lost:
        # Whatever may hang now must not: this process has to come back to stand by.
        signal.alarm(_END_WITHIN_S)
        # Mostly they are here: who was paused finds them waiting.
        await record_late(outside.database, await state.app.scheduler.last_answers(_HANDLERS_MAY_TAKE_S))
        raise StartError(f"the lead is lost ({lost}); start again to stand by", 1) from None


async def live(app: App, stop: asyncio.Event) -> None:
    """Take up what an earlier process left, meet Telegram, and serve; the database is up to date."""
    await until_stored("taking up what was left", app.scheduler.recover)
    if await _stopped_before(stop, _connect(app)):
        return
    try:
        await serve(app, stop)
    except InvalidToken:
        raise StartError(_REFUSED, 1) from None
    finally:
        await app.application.shutdown()


async def serve(app: App, stop: asyncio.Event) -> None:
    """Handle, queue and deliver until `stop`; then let what runs end, and record it."""
    async with _background(
        *(worker.run() for worker in app.workers),
        _watch(app),
        bell.listen(app.database, app.look_again),
    ) as failed:
        scheduling = asyncio.create_task(app.scheduler.run(), name="scheduler")
        await app.application.start()
        await app.inbox.feed(app.application.bot, app.failures.apologise)
        if not await _stopped_before(stop, _listen(app)):
            app.serving.set()
            _log.info("docsbot serves @%s", app.application.bot.username)

        ends = {
            "stop": asyncio.create_task(stop.wait()),
            "deaf": asyncio.create_task(app.polling.deaf.wait()),
            "failed": asyncio.create_task(failed.wait()),
        }
        await asyncio.wait([scheduling, *ends.values()], return_when=asyncio.FIRST_COMPLETED)
        for task in ends.values():
            task.cancel()

        app.serving.clear()
        app.scheduler.stop()
        await _stop_hearing(app)
        await scheduling
        await asyncio.gather(*(worker.drain(_HANDLERS_MAY_TAKE_S) for worker in app.workers))
    if app.polling.deaf.is_set():
        raise StartError(_REFUSED, 1)


async def _stop_hearing(app: App) -> None:
    """Take no more updates, and let the handlers at work finish; what takes too long is in the inbox."""
    updater = app.application.updater
    try:
        async with asyncio.timeout(_HANDLERS_MAY_TAKE_S):
            if updater is not None and updater.running:
                await updater.stop()
    except TimeoutError:
        _log.warning("Telegram did not answer the last poll; it will deliver some updates again")
    except InvalidToken:
        _log.warning("Telegram refuses the token: updates can be taken no more")
    await app.processor.drain(_HANDLERS_MAY_TAKE_S)
    try:
        async with asyncio.timeout(_HANDLERS_MAY_TAKE_S):
            await app.application.stop()
    except TimeoutError:
        _log.warning("some handlers did not end; their updates are in the inbox")


async def _connect(app: App) -> None:
    """Make Telegram's acquaintance, however long the network takes; a refused token ends the start."""
    pauses = backoff(0.5, 30.0)
    while True:
        try:
            await app.application.initialize()
        except InvalidToken:
            raise StartError("TELEGRAM_TOKEN: Telegram refuses it. Copy it again from @BotFather.", 2) from None
        except TelegramError as error:
            pause_s = next(pauses)
            _log.warning("Telegram does not answer (%s); trying again in %.1f s", error, pause_s)
        else:
            return
        await asyncio.sleep(pause_s)


async def _listen(app: App) -> None:
    updater = app.application.updater
    if updater is None:
        raise RuntimeError("the application was built without an updater")
    settings = app.settings
    if settings.webhook_url is None:
        await updater.start_polling(
            timeout=POLL_TIMEOUT_S,
            bootstrap_retries=-1,
            allowed_updates=_ALLOWED_UPDATES,
            drop_pending_updates=False,
            error_callback=_on_poll_error,
        )
        return
    await updater.start_webhook(
        listen=settings.webhook_listen.host,
        port=settings.webhook_listen.port,
        url_path=httpx.URL(settings.webhook_url).path.lstrip("/"),
        webhook_url=settings.webhook_url,
        secret_token=_webhook_secret(settings),
        bootstrap_retries=-1,
        allowed_updates=_ALLOWED_UPDATES,
        drop_pending_updates=False,
    )


def _on_poll_error(error: TelegramError) -> None:
    """Log in one line what python-telegram-bot would log with a traceback each time."""
    if isinstance(error, Conflict):
        _log.error("another program polls Telegram with this TELEGRAM_TOKEN: end it, or it takes our commands")
    else:
        _log.warning("polling Telegram failed (%s); trying again", error)


async def _watch(app: App) -> None:
    """Log when something hangs, and when it goes on."""
    before: tuple[str, ...] = ()
    while True:
        await asyncio.sleep(_WATCH_EVERY_S)
        troubles = _examine(app).troubles
        for trouble in set(troubles) - set(before):
            _log.error("watchdog: %s", trouble)
        if before and not troubles:
            _log.info("watchdog: all goes on")
        before = troubles


def _webhook_secret(settings: Settings) -> str:
    """Return what Telegram has to say with each update; without it anybody could command the bot."""
    if settings.webhook_secret is not None:
        return settings.webhook_secret.get_secret_value()
    return secrets.token_urlsafe(32)


def _examine(app: App) -> health.Health:
    """Say what does not work; that this runs at all shows that the event loop does."""
    troubles = []
    if app.settings.webhook_url is None and app.clock.now() - app.polling.last_heard_at > _DEAF_AFTER:
        troubles.append(f"Telegram has not answered a poll since {app.polling.last_heard_at:%Y-%m-%d %H:%M:%S} UTC")
    overdue = app.scheduler.overdue()
    if overdue is not None:
        troubles.append(f"the queue's turn is overdue since {overdue:%Y-%m-%d %H:%M:%S} UTC")
    return health.Health(tuple(troubles))


async def _stopped_before(stop: asyncio.Event, work: Awaitable[None]) -> bool:
    """Do some work unless `stop` comes first; say whether it did."""
    working, stopping = asyncio.ensure_future(work), asyncio.create_task(stop.wait())
    await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        working.result()
        return False
    working.cancel()
    return True


@asynccontextmanager
async def _background(*loops: Awaitable[None]) -> AsyncIterator[asyncio.Event]:
    """Run endless loops beside the block; the event tells that one failed, which the end of the block raises."""
    failed = asyncio.Event()
    tasks = [asyncio.ensure_future(loop) for loop in loops]
    for task in tasks:
        task.add_done_callback(lambda _: failed.set())
    try:
        yield failed
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result
