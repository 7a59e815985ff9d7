"""The files that people send."""

import asyncio
import logging

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.runtime.backoff import backoff

_log = logging.getLogger(__name__)

_TRIES = 4


class Attachments:
    """Fetches files from Telegram."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def fetch(self, file_id: str) -> bytes | None:
        """Return a file's bytes; None if Telegram does not hand it out, also after some tries."""
        pauses = backoff(0.5, 5.0)
        for left in reversed(range(_TRIES)):
            try:
                file = await self._bot.get_file(file_id)
                return bytes(await file.download_as_bytearray())
            except BadRequest as error:
                _log.warning("Telegram does not hand out a file: %s", error.message)
                return None
            except TelegramError as error:
                _log.warning("a file could not be fetched: %s", error)
            if left:
                await asyncio.sleep(next(pauses))
        return None
