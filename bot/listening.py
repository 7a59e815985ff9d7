"""Meeting Telegram and listening to it, by polling or by webhook."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.access.doorstep import Doorstep
from bot.app import App
from bot.messaging.inbox import Inbox
from bot.messaging.polling import ALLOWED_UPDATES
from bot.messaging.receiver import UpdateReceiver
from bot.messaging.standby import SharedReceiver
from bot.messaging.webhook import WebhookServer
from bot.process.database import StartError
from bot.process.supervision import Supervisor
from bot.runtime.backoff import backoff
from bot.runtime.clock import Clock
from bot.settings import Settings
from db.engine import Database

_log = logging.getLogger(__name__)

_WITHIN_S = 5.0
_REFUSED = "TELEGRAM_TOKEN: Telegram refused it while the bot ran (401 or 404). Was it revoked?"


async def connect(app: App) -> None:
    """Make Telegram's acquaintance; a refused token ends the start."""
    try:
        await _insist(app.application.initialize)
    except InvalidToken:
        raise StartError("TELEGRAM_TOKEN: Telegram refuses it. Copy it again from @BotFather.", 2) from None


async def listen(app: App, supervisor: Supervisor, ears: AsyncExitStack) -> None:
    """Handle what is left, then hear what is new; closing `ears` ends that, and Telegram keeps the rest."""
    left = await app.dispatcher.take_up_what_is_left()
    if left:
        _log.info("%d updates were left from before", left)
    try:
        await (_listen_by_polling if app.settings.webhook_url is None else _listen_by_webhook)(app, supervisor, ears)
    except InvalidToken:
        raise StartError(_REFUSED, 1) from None


async def _listen_by_polling(app: App, supervisor: Supervisor, ears: AsyncExitStack) -> None:
    async def poll() -> None:
        try:
            await app.poller.run()
        except InvalidToken:
            supervisor.fail(_REFUSED)

    async def stop_polling() -> None:
        supervisor.cut_off(polling)
        await asyncio.wait([polling])
        if supervisor.cause is None:
            async with asyncio.timeout(_WITHIN_S):
                await app.poller.confirm()

    bot = app.application.bot
    await _insist(lambda: bot.delete_webhook(drop_pending_updates=False))
    polling = supervisor.keep("polling", poll)
    ears.push_async_callback(_at_leisure, stop_polling)


async def _listen_by_webhook(app: App, _supervisor: Supervisor, ears: AsyncExitStack) -> None:
    settings, bot = app.settings, app.application.bot
    if app.posted is not None:
        ears.push_async_callback(_at_leisure, app.posted.stand_by)
        await app.posted.hand_to(app.reception)
    else:
        server = _open_webhook(settings, app.receiver, app.clock)
        ears.push_async_callback(_at_leisure, server.close)
    try:
        await _insist(
            lambda: bot.set_webhook(
                settings.webhook_url or "",
                allowed_updates=ALLOWED_UPDATES,
                secret_token=settings.webhook_word,
                drop_pending_updates=False,
            )
        )
    except BadRequest as error:
        raise StartError(f"WEBHOOK_URL: Telegram refuses it: {error}", 2) from None


@asynccontextmanager
async def standing_by(settings: Settings, database: Database, clock: Clock) -> AsyncIterator[SharedReceiver | None]:
    """Take what Telegram posts to this process while the block runs, whichever leads; None where it is polled.

    Raises `StartError` where the address cannot be had.
    """
    if settings.webhook_url is None:
        yield None
        return
    doorstep = Doorstep(database, clock, settings.admin_ids)
    posted = SharedReceiver(Inbox(database, clock), settings.bot_id, doorstep.sort, clock)
    server = _open_webhook(settings, posted, clock)
    try:
        yield posted
    finally:
        await _at_leisure(server.close)


def _open_webhook(settings: Settings, receiver: UpdateReceiver, clock: Clock) -> WebhookServer:
    where, path = settings.webhook_listen, httpx.URL(settings.webhook_url or "").path
    server = WebhookServer(receiver, path=path, secret=settings.webhook_word, clock=clock)
    try:
        server.listen(where.host, where.port)
    except OSError as error:
        why = error.strerror or str(error)
        raise StartError(f"WEBHOOK_LISTEN: cannot listen on {where.host}:{where.port}: {why}", 2) from None
    return server


async def _insist(call: Callable[[], Awaitable[object]]) -> None:
    """Have Telegram take a call, however long the network takes; what it refuses is raised."""
    pauses = backoff(0.5, 30.0)
    while True:
        try:
            await call()
        except (InvalidToken, BadRequest):
            raise
        except TelegramError as error:
            pause_s = next(pauses)
            _log.warning("Telegram does not answer (%s); trying again in %.1f s", error, pause_s)
        else:
            return
        await asyncio.sleep(pause_s)


async def _at_leisure(work: Callable[[], Awaitable[None]]) -> None:
    """Do some work that is not worth a late end."""
    try:
        async with asyncio.timeout(2 * _WITHIN_S):
            await work()
    except TimeoutError:
        _log.warning("Telegram did not hear in time what was taken; it will deliver some updates again")
