"""`/use`: which of their logins a person uses in this chat."""

from collections.abc import Sequence

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.access.login_choice import LoginChoices, key_of, login_of
from bot.access.policy import LoginOptions
from bot.access.wording import no_login
from bot.language.translator import Translator
from bot.messaging.keyboards import keyboard, short
from handlers.context import Command, Press

USE = "use"


class UseCommand:
    """Shows a person's logins in a chat, and takes their choice."""

    def __init__(self, choices: LoginChoices) -> None:
        self._choices = choices

    async def __call__(self, command: Command) -> None:
        options = command.access.logins
        buttons = _buttons(options) if options.can_choose else None
        await command.reply(_text(command.t, options), buttons)

    async def chosen(self, press: Press) -> None:
        """Take the presser's choice, for themselves alone."""
        t, options = press.t, press.access.logins
        login = login_of(press.args[0], options.own)
        if login is None or not options.can_choose:
            text = t.say("You do not have this login (any more). /use shows those that you have.")
            await press.answer(text, alert=True)
            return
        await self._choices.choose(press.person, press.chat_id, login)
        text = t.say("{name} uses the login <b>{login}</b> in this chat now.", name=press.person.name, login=login)
        await press.answer(text)
        await press.edit(text)


def _text(t: Translator, options: LoginOptions) -> Markup:
    if options.of_chat is not None:
        return t.say("This group has a login of its own: all requests here use <b>{login}</b>.", login=options.of_chat)
    if options.can_choose:
        return t.say("Your requests in this chat use <b>{login}</b>. Which one shall they use?", login=options.now)
    if options.now is None:
        return no_login(t)
    if not options.own:
        return t.say("Your requests use the default login. There is nothing to choose.")
    return t.say("Your login: <b>{login}</b>, the only one.", login=options.now)


def _buttons(options: LoginOptions) -> InlineKeyboardMarkup | None:
    return keyboard(_rows(options.own, options.now))


def _rows(logins: Sequence[str], now: str | None) -> list[list[tuple[str, str]]]:
    return [[(f"{'✓ ' if login == now else ''}{short(login)}", f"{USE}:{key_of(login)}")] for login in logins]
