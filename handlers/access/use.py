"""`/use`: which of their logins a person uses in this chat."""

from markupsafe import Markup

from bot.access.login_buttons import of_choice
from bot.access.login_choice import LoginChoices, login_of
from bot.access.policy import LoginOptions
from bot.access.wording import another_login, no_login, unknown_login, which_login
from bot.language.translator import Translator
from handlers.context import Command, Press


class UseCommand:
    """Shows a person's logins in a chat, and takes their choice."""

    def __init__(self, choices: LoginChoices) -> None:
        self._choices = choices

    async def __call__(self, command: Command) -> None:
        options = command.access.logins
        buttons = of_choice(options) if options.can_choose else None
        await command.reply(_text(command.t, options), buttons)

    async def chosen(self, press: Press) -> None:
        """Take the presser's choice, for themselves alone."""
        t, options = press.t, press.access.logins
        login = login_of(press.args[0], options.usable)
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
    if options.lost is not None and options.now is not None:
        return another_login(t, options.lost, options.now)
    if options.now is not None and options.own and options.now not in options.usable:
        return which_login(t, options.now) if options.can_choose else unknown_login(t, options.now)
    if options.can_choose:
        return t.say("Your requests in this chat use <b>{login}</b>. Which one shall they use?", login=options.now)
    if options.now is None:
        return no_login(t)
    if not options.own:
        return t.say("Your requests use the default login. There is nothing to choose.")
    return t.say("Your login: <b>{login}</b>, the only one.", login=options.now)
