"""The buttons under "Anna made this 4 min ago": send that PDF, create another, cancel."""

from markupsafe import Markup

from bot.documents.duplicates import Choice, Duplicates, Refusal
from bot.language.translator import Translator
from bot.messaging.messenger import Messenger
from handlers.calls import Press, PressHandler


class Duplicate:
    def __init__(self, duplicates: Duplicates, messenger: Messenger) -> None:
        self._duplicates = duplicates
        self._messenger = messenger

    def saying(self, choice: Choice) -> PressHandler:
        """Return the handler of one button."""

        async def pressed(press: Press) -> None:
            refusal = await self._duplicates.answer(
                press.args[0], choice, press.person, press.chat_id, as_admin=press.access.is_admin
            )
            if refusal is not None:
                await self._messenger.answer_press(press.query_id, _refused(press.t, refusal).unescape(), alert=True)
            else:
                await self._messenger.answer_press(press.query_id)
            if refusal in {None, Refusal.EXPIRED}:
                text = _taken(press.t, choice, press.person.name) if refusal is None else _refused(press.t, refusal)
                await self._messenger.edit_text(press.chat_id, press.message_id, text)

        return pressed


def _taken(t: Translator, choice: Choice, name: str) -> Markup:
    match choice:
        case Choice.SEND_THAT:
            return t.say("{name}: send that PDF.", name=name)
        case Choice.CREATE_ANOTHER:
            return t.say("{name}: create another.", name=name)
        case Choice.CANCEL:
            return t.say("{name}: cancelled. Nothing was created.", name=name)


def _refused(t: Translator, refusal: Refusal | None) -> Markup:
    match refusal:
        case Refusal.NOT_YOURS:
            return t.say("Only the person who sent the command can answer.")
        case Refusal.ANSWERED:
            return t.say("This was answered already.")
        case Refusal.EXPIRED:
            return t.say("This question has expired, and nothing was created. Send the command again.")
        case Refusal.NO_PDF:
            return t.say("I have no PDF of it.")
        case _:
            return t.say("This question is closed.")
