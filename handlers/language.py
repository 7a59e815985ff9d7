"""`/language`: the language in which the bot speaks with a person, wherever they write to it."""

from collections.abc import Callable

from telegram import InlineKeyboardMarkup

from bot.language.preferences import LanguagePreferences
from bot.language.translator import LANGUAGES, Translator
from bot.messaging.keyboards import column
from handlers.context import Command, Press

SPEAK = "speak"
_NAMES = {"en": "English", "ru": "Русский"}
_CHOICES = (None, *LANGUAGES)
"""What the number in a button's data means."""


class LanguageCommand:
    """Asks for a person's language, and speaks it from then on."""

    def __init__(self, languages: LanguagePreferences, changed: Callable[[], None]) -> None:
        self._languages = languages
        self._changed = changed

    async def __call__(self, command: Command) -> None:
        chosen = await self._languages.chosen(command.person.id)
        await command.reply(command.t.say("Which language do you prefer?"), _keyboard(command.t, chosen))

    async def chosen(self, press: Press) -> None:
        """Speak the chosen language with whoever pressed; everybody chooses for themselves."""
        index = press.args[0]
        if index >= len(_CHOICES):
            await press.out_of_date()
            return
        language = _CHOICES[index]
        t = await self._languages.choose(press.person, language, press.telegram_language)
        self._changed()
        if language is None:
            text = t.say("I follow the language of your Telegram.")
        else:
            text = t.say("I write to you in English now.")
        await press.answer(text)
        if press.private:
            await press.edit(text, _keyboard(t, language))


def _keyboard(t: Translator, chosen: str | None) -> InlineKeyboardMarkup:
    labels = [t.say("As in Telegram").unescape(), *(_NAMES[language] for language in LANGUAGES)]
    return column(
        [
            (f"✓ {label}" if language == chosen else label, f"{SPEAK}:{index}")
            for index, (label, language) in enumerate(zip(labels, _CHOICES, strict=True))
        ]
    )
