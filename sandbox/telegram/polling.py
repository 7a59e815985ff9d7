"""`getUpdates` with long polling, and the ways in which Telegram ends one poll for another."""

import asyncio
from typing import Any

from sandbox.telegram.params import Params
from sandbox.telegram.refusals import conflict
from sandbox.telegram.state import Bot
from sandbox.telegram.updates import Update
from sandbox.telegram.world import World

MAX_TIMEOUT = 50
"""Seconds after which Telegram ends any long poll."""


async def get_updates(world: World, bot: Bot, params: Params) -> list[dict[str, Any]]:
    """`getUpdates`. Of two that hang at once the earlier ends with a conflict."""
    if bot.webhook is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    offset = params.integer("offset")
    limit = min(max(params.integer("limit", 100), 1), 100)
    timeout = min(max(params.integer("timeout"), 0), MAX_TIMEOUT)
    bot.updates.allow(params.strings("allowed_updates"))
    found = bot.updates.fetch(offset, limit)
    if not found and timeout:
        found = await _hang(world, bot, max(offset, 0), limit, timeout)
    return [update.body() for update in found]


async def _hang(world: World, bot: Bot, offset: int, limit: int, timeout: int) -> list[Update]:
    mine = bot.poll = object()
    world.bell.ring()  # wakes the earlier poll, which sees that it is not the last one any more

    def look() -> list[Update]:
        if bot.webhook is not None:
            raise conflict("terminated by setWebhook request")
        if bot.poll is not mine:
            raise conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        return bot.updates.fetch(offset, limit)

    try:
        async with asyncio.timeout(timeout):
            return await world.bell.until(look)
    except TimeoutError:
        return []
    finally:
        if bot.poll is mine:
            bot.poll = None
