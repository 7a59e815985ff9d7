"""What people do not miss when it comes late or not at all: status messages, and "sending a document…"."""

import logging
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup
from telegram import Message
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.domain import Destination
from bot.messaging.budgets import Rank
from bot.messaging.calls import Calls, seconds_to_wait
from bot.messaging.messenger import Moved
from bot.messaging.outbox import Outbox

_log = logging.getLogger(__name__)

Words = Callable[[], Awaitable[Markup | None]]
"""Asked when the turn has come, so that what is said is true then; None: there is nothing to say any more."""


class Fate(StrEnum):
    """What became of a courtesy."""

    TAKEN = "taken"
    NOTHING_TO_SAY = "nothing_to_say"
    """Its words came to nothing, or a newer one goes in its place."""
    REFUSED = "refused"
    """Telegram never will take it: the message is gone, or the chat takes nothing."""
    LOST = "lost"
    """Telegram did not take it, as far as we know; perhaps it does later."""


@dataclass(frozen=True, slots=True)
class Courtesy:
    """What became of a courtesy, and the id of the message if there is a new one."""

    fate: Fate
    message_id: int | None = None


class Courtesies:
    """Sends each once, in its turn, behind everything else that waits for its chat."""

    def __init__(self, calls: Calls, outbox: Outbox, moved: Moved) -> None:
        self._calls = calls
        self._outbox = outbox
        self._moved = moved

    async def send(self, to: Destination, words: Words) -> Courtesy:
        """Send an HTML text."""

        async def call(text: Markup) -> Message:
            return await self._calls.send_text(to, text)

        return await self._try(to.chat_id, words, call)

    async def change(self, chat_id: int, message_id: int, words: Words) -> Courtesy:
        """Change a text; of several changes of one message that wait, only the newest goes."""

        async def edit(text: Markup) -> None:
            await self._calls.edit_text(chat_id, message_id, text)

        return await self._try(chat_id, words, edit, key=message_id)

    async def take_away(self, chat_id: int, message_id: int) -> Courtesy:
        """Delete a message; its changes that wait are dropped."""

        async def nothing() -> Markup:
            return Markup("")

        async def delete(_: Markup) -> None:
            await self._calls.delete(chat_id, message_id)

        return await self._try(chat_id, nothing, delete, key=message_id)

    async def show_sending(self, to: Destination) -> None:
        """Show "sending a document…" for Telegram's five seconds, unless something else waits for the chat."""
        if not self._outbox.is_free(to.chat_id):
            return
        try:
            await self._calls.show_sending(to)
        except RetryAfter as error:
            self._outbox.hold(to.chat_id, seconds_to_wait(error))
        except TelegramError as error:
            _log.debug("chat %d: Telegram did not take a sign of life: %s", to.chat_id, error)

    async def _try(
        self,
        chat_id: int,
        words: Words,
        call: Callable[[Markup], Awaitable[Message | None]],
        key: Hashable | None = None,
    ) -> Courtesy:
        if not await self._outbox.turn(chat_id, Rank.COURTESY, self._outbox.place(), key=key):
            return Courtesy(Fate.NOTHING_TO_SAY)
        text = await words()
        if text is None:
            return Courtesy(Fate.NOTHING_TO_SAY)
        try:
            message = await call(text)
        except RetryAfter as error:
            self._outbox.hold(chat_id, seconds_to_wait(error))
            return Courtesy(Fate.LOST)
        except ChatMigrated as error:
            await self._moved(chat_id, error.new_chat_id)
            return Courtesy(Fate.REFUSED)
        except (BadRequest, Forbidden) as error:
            if "not modified" in error.message.lower():
                # It says that already: the process ended before it could note so.
                return Courtesy(Fate.TAKEN)
            _log.debug("chat %d: Telegram refused a courtesy: %s", chat_id, error)
            return Courtesy(Fate.REFUSED)
        except TelegramError as error:
            _log.debug("chat %d: Telegram did not take a courtesy: %s", chat_id, error)
            return Courtesy(Fate.LOST)
        return Courtesy(Fate.TAKEN, None if message is None else message.message_id)
