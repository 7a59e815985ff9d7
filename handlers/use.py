"""`/use`: which of their logins a person uses in this chat."""

from collections.abc import Sequence

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.access.login_choice import Choices, Choosing
from bot.language.translator import Translator
from bot.messaging.messenger import Messenger
from handlers.calls import Command, Press
from handlers.entry_keyboards import key_of, keyboard, login_of
from handlers.keyboards import short

USE = "use"


class Use:
    def __init__(self, choosing: Choosing, messenger: Messenger) -> None:
        self._choosing = choosing
        self._messenger = messenger

    async def __call__(self, command: Command) -> None:
        choices = await self._choosing.choices(command.person, command.to.chat_id)
        buttons = _buttons(choices) if choices.can_choose else None
        await self._messenger.send_text(command.to, _text(command.t, choices), buttons)

    async def chosen(self, press: Press) -> None:
        """Take the presser's choice, for themselves alone."""
        t = press.t
        choices = await self._choosing.choices(press.person, press.chat_id)
        login = login_of(press.args[0], choices.logins)
        if login is None or not choices.can_choose:
            text = t.say("You do not have this login (any more). /use shows those that you have.")
            await self._messenger.answer_press(press.query_id, text.unescape(), alert=True)
            return
        await self._choosing.choose(press.person, press.chat_id, login)
        text = t.say("{name} uses the login <b>{login}</b> in this chat now.", name=press.person.name, login=login)
        await self._messenger.answer_press(press.query_id, text.striptags())
        await self._messenger.edit_text(press.chat_id, press.message_id, text)


def _text(t: Translator, choices: Choices) -> Markup:
    if choices.of_chat is not None:
        return t.say("This group has a login of its own: all requests here use <b>{login}</b>.", login=choices.of_chat)
    if choices.can_choose:
        return t.say("Your requests in this chat use <b>{login}</b>. Which one shall they use?", login=choices.now)
    if choices.now is None:
        return t.say("Your requests use the default login. There is nothing to choose.")
    return t.say("Your requests use <b>{login}</b>, the only login that you have.", login=choices.now)


def _buttons(choices: Choices) -> InlineKeyboardMarkup | None:
    return keyboard(_rows(choices.logins, choices.now))


def _rows(logins: Sequence[str], now: str | None) -> list[list[tuple[str, str]]]:
    return [[(f"{'✓ ' if login == now else ''}{short(login)}", f"{USE}:{key_of(login)}")] for login in logins]
