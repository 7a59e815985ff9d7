"""What happens to an update whose handler failed: tried again, or answered with an apology, never just dropped."""

import logging

from telegram import Update
from telegram.ext import ContextTypes

from bot.i18n import Translators
from bot.inbox import PerChatProcessor
from bot.messenger import Messenger, Undeliverable
from bot.resilience import DATABASE_TROUBLE
from handlers.gate import Gate, destination

_log = logging.getLogger(__name__)


class Errors:
    """python-telegram-bot's error handler."""

    def __init__(self, processor: PerChatProcessor, gate: Gate, messenger: Messenger, translators: Translators) -> None:
        self._processor = processor
        self._gate = gate
        self._messenger = messenger
        self._translators = translators

    async def __call__(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        error = context.error
        if not isinstance(update, Update):
            _log.error("an error outside of any update", exc_info=error)
        elif isinstance(error, Undeliverable):
            _log.warning("update %d: no answer possible: %s", update.update_id, error)
        elif isinstance(error, DATABASE_TROUBLE):
            self._processor.postpone(update, error)
        else:
            _log.error("update %d: its handler failed", update.update_id, exc_info=error)
            await self.apologise(update)

    async def apologise(self, update: Update) -> None:
        """Say that something went wrong on our side, where somebody who may use the bot waits for an answer."""
        if not await self._gate.admits(update):
            return
        user = update.effective_user
        t = self._translators.choose(user.language_code if user else None)
        sorry = t.say("Something went wrong on my side, and it is in my log. /queue shows whether your request waits.")
        try:
            if update.callback_query is not None:
                await self._messenger.answer_press(update.callback_query.id, sorry.unescape(), alert=True)
            elif update.message is not None and update.message.text:
                await self._messenger.send_text(destination(update.message), sorry)
        except Undeliverable as error:
            _log.warning("update %d: no apology possible: %s", update.update_id, error)
