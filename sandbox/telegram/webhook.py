"""Webhooks: the methods that set them, and the courier that brings updates to them."""

import asyncio
import json
import re
from typing import Any
from urllib.parse import urlsplit

import httpx

from sandbox.telegram.params import Params
from sandbox.telegram.refusals import bad_request
from sandbox.telegram.state import Bot, Webhook
from sandbox.telegram.updates import Update
from sandbox.telegram.world import World

Json = dict[str, Any]

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (the name of a header)
ANSWER_TIMEOUT = 60.0
MAX_PAUSE = 60.0
"""Seconds: for a webhook's answer, and between two tries at most."""

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def set_webhook(world: World, bot: Bot, params: Params) -> bool:
    """`setWebhook`. Plain HTTP is taken on loopback, as a local Bot API server does."""
    url = params.text("url")
    if not url:
        return delete_webhook(world, bot, params)
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = params.text("secret_token")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    bot.updates.allow(params.strings("allowed_updates"))
    bot.webhook = Webhook(url, secret or None, params.integer("max_connections", 40))
    return _settled(world, bot, params)


def delete_webhook(world: World, bot: Bot, params: Params) -> bool:
    """`deleteWebhook`."""
    bot.webhook = None
    return _settled(world, bot, params)


def get_webhook_info(world: World, bot: Bot, params: Params) -> Json:  # noqa: ARG001
    """`getWebhookInfo`."""
    hook = bot.webhook
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(bot.updates),
    }
    if hook is not None:
        info |= {"max_connections": hook.max_connections, "allowed_updates": sorted(bot.updates.kinds)}
        if hook.failure is not None:
            info |= {"last_error_date": hook.failed_at, "last_error_message": hook.failure}
    return info


class Courier:
    """Posts updates to webhooks, one at a time and in order for each bot, again and again until it is answered 2xx.

    `pause` is the seconds before the second try; it doubles with every further one.
    """

    def __init__(self, world: World, pause: float) -> None:
        self._world = world
        self._pause = pause
        self._busy: set[str] = set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        await self._world.bell.until(self._waiting)
        async with httpx.AsyncClient(trust_env=False, timeout=ANSWER_TIMEOUT) as client, asyncio.TaskGroup() as rounds:
            while True:
                for bot in await self._world.bell.until(self._waiting):
                    self._busy.add(bot.token)
                    rounds.create_task(self._round(bot, client))

    def _waiting(self) -> list[Bot]:
        bots = self._world.bots.values()
        return [bot for bot in bots if bot.webhook and bot.token not in self._busy and bot.updates.first()]

    async def _round(self, bot: Bot, client: httpx.AsyncClient) -> None:
        pause = self._pause
        try:
            while (hook := bot.webhook) is not None and (update := bot.updates.first()) is not None:
                failure = await _post(client, hook, update)
                if failure is None:
                    bot.updates.delivered(update)
                    pause = self._pause
                else:
                    hook.failure, hook.failed_at = failure, self._world.now()
                self._world.bell.ring()
                if failure is not None:
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, MAX_PAUSE)
        finally:
            self._busy.discard(bot.token)


async def _post(client: httpx.AsyncClient, hook: Webhook, update: Update) -> str | None:
    """Return what went wrong, None if the webhook took the update."""
    headers = {"Content-Type": "application/json"}
    if hook.secret_token:
        headers[SECRET_HEADER] = hook.secret_token
    try:
        answer = await client.post(hook.url, content=json.dumps(update.body()), headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"Connection failed: {type(error).__name__}"
    if answer.is_success:
        return None
    return f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"


def _settled(world: World, bot: Bot, params: Params) -> bool:
    if params.flag("drop_pending_updates"):
        bot.updates.drop()
    world.bell.ring()
    return True
