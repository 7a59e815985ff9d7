"""What happens to an update whose handler failed: tried again, or answered with an apology, never just dropped."""

import logging
from datetime import timedelta

from markupsafe import Markup
from telegram import CallbackQuery, Message, Update
from telegram.ext import ContextTypes

from bot.domain import Destination, Person
from bot.language.preferences import LanguagePreferences
from bot.messaging.keyboards import mention
from bot.messaging.messenger import Messenger, Undeliverable
from bot.messaging.update_order import UpdateDispatcher
from bot.runtime.clock import Clock
from bot.runtime.cooldown import Cooldown
from db.lease import LeaseLost
from db.retry import is_trouble
from handlers.context import destination
from handlers.gate import Gate

_log = logging.getLogger(__name__)

_ONCE_AN_HOUR = timedelta(hours=1)


class Failures:
    """python-telegram-bot's error handler."""

    def __init__(
        self,
        dispatcher: UpdateDispatcher,
        gate: Gate,
        messenger: Messenger,
        languages: LanguagePreferences,
        clock: Clock,
    ) -> None:
        self._dispatcher = dispatcher
        self._gate = gate
        self._messenger = messenger
        self._languages = languages
        self._notices = Cooldown(clock, _ONCE_AN_HOUR)

    async def __call__(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        error = context.error
        if not isinstance(update, Update):
            _log.error("an error outside of any update", exc_info=error)
        elif isinstance(error, Undeliverable):
            _log.warning("update %d: no answer possible: %s", update.update_id, error)
            await self._tell_in_private(update, error)
        elif isinstance(error, LeaseLost):
            # Nor can the update be ended: the next leader takes it up.
            return
        elif error is not None and is_trouble(error):
            self._dispatcher.postpone(update, error)
        else:
            _log.error("update %d: its handler failed", update.update_id, exc_info=error)
            await self.apologise(update)

    async def _tell_in_private(self, update: Update, error: Undeliverable) -> None:
        """Tell who asked in a group that takes nothing from the bot why it is silent, once in a while."""
        user, chat = update.effective_user, update.effective_chat
        if user is None or chat is None or chat.id != error.chat_id or chat.id == user.id:
            return
        if not await self._gate.admits(update) or not self._notices.first((chat.id, user.id)):
            return
        t = await self._languages.for_speaker(user.id, user.language_code)
        text = t.say(
            "I cannot answer in the group “{group}”: Telegram says “{why}”. Ask me here, or have the group's admins "
            "let me write there.",
            group=chat.title or str(chat.id),
            why=error.why,
        )
        try:
            await self._messenger.send_text(Destination(user.id), text)
        except Undeliverable as also:
            _log.info("nor can person %d be told: %s", user.id, also.why)

    async def apologise(self, update: Update) -> None:
        """Say that something went wrong on our side, where somebody who may use the bot waits for an answer."""
        if not await self._gate.admits(update):
            return
        user, message = update.effective_user, update.message or update.edited_message
        t = await self._languages.for_speaker(user.id, user.language_code) if user else self._languages.default
        sorry = t.say("Something went wrong on my side, and it is in my log. /queue shows whether your request waits.")
        try:
            if update.callback_query is not None:
                await self._answer_press(update.callback_query, sorry)
            elif message is not None and (message.text or message.document or message.contact):
                await self._messenger.send_text(destination(message), sorry)
        except Undeliverable as error:
            _log.warning("update %d: no apology possible: %s", update.update_id, error)

    async def _answer_press(self, query: CallbackQuery, sorry: Markup) -> None:
        """Answer a press, below its button where it was pressed too long ago: before several starts, perhaps."""
        if await self._messenger.answer_press(query.id, sorry.unescape(), alert=True):
            return
        under, person = query.message, query.from_user
        if under is not None:
            to = (
                destination(under) if isinstance(under, Message) else Destination(under.chat.id, None, under.message_id)
            )
            named = Markup("{}: {}").format(mention(Person(person.id, person.full_name, "")), sorry)
            await self._messenger.send_text(to, sorry if under.chat.id == person.id else named)
