"""`/language`: the language in which the bot speaks with a person, wherever they write to it."""

from collections.abc import Callable

from telegram import InlineKeyboardMarkup

from bot.language.preferences import Tongues
from bot.language.translator import LANGUAGES, Translator
from bot.messaging.messenger import Messenger
from handlers import keyboards
from handlers.calls import Command, Press

SPEAK = "speak"
_NAMES = {"en": "English", "ru": "Русский"}
_CHOICES = (None, *LANGUAGES)
"""What the number in a button's data means."""


class Language:
    def __init__(self, tongues: Tongues, messenger: Messenger, changed: Callable[[], None]) -> None:
        self._tongues = tongues
        self._messenger = messenger
        self._changed = changed

    async def __call__(self, command: Command) -> None:
        chosen = await self._tongues.chosen(command.person.id)
        await self._messenger.send_text(
            command.to, command.t.say("Which language shall I speak with you?"), _keyboard(command.t, chosen)
        )

    async def chosen(self, press: Press) -> None:
        """Speak the chosen language with whoever pressed; everybody chooses for themselves."""
        index = press.args[0]
        if index >= len(_CHOICES):
            await self._messenger.answer_press(press.query_id, press.t.say("This button is out of date.").unescape())
            return
        language = _CHOICES[index]
        t = await self._tongues.choose(press.person, language, press.telegram_language)
        self._changed()
        if language is None:
            text = t.say("I speak with you as your Telegram does.")
        else:
            text = t.say("I speak English with you from now on.")
        await self._messenger.answer_press(press.query_id, text.unescape())
        if press.chat_id == press.person.id:
            await self._messenger.edit_text(press.chat_id, press.message_id, text, _keyboard(t, language))


def _keyboard(t: Translator, chosen: str | None) -> InlineKeyboardMarkup:
    labels = [t.say("As in Telegram").unescape(), *(_NAMES[language] for language in LANGUAGES)]
    return keyboards.column(
        [
            (f"✓ {label}" if language == chosen else label, f"{SPEAK}:{index}")
            for index, (label, language) in enumerate(zip(labels, _CHOICES, strict=True))
        ]
    )
