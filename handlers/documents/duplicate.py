"""The buttons under "Anna made this 4 min ago": send that PDF, create another, cancel."""

from markupsafe import Markup

from bot.access.wording import denial
from bot.documents.duplicates import DuplicateChoice, DuplicateGuard, DuplicateRefusal
from bot.domain import Denial
from bot.language.translator import Translator
from handlers.context import Press, PressHandler


def duplicate_button(duplicates: DuplicateGuard, choice: DuplicateChoice) -> PressHandler:
    """Return the handler of one of the buttons."""

    async def pressed(press: Press) -> None:
        refusal = await duplicates.answer(
            press.args[0], choice, press.person, press.chat_id, as_admin=press.access.is_admin
        )
        if refusal is None:
            await press.answer()
            await press.edit(_taken(press.t, choice, press.person.name))
            return
        text = _refused(press.t, refusal)
        await press.answer(text, alert=True)
        if refusal is DuplicateRefusal.EXPIRED:
            await press.edit(text)

    return pressed


def _taken(t: Translator, choice: DuplicateChoice, name: str) -> Markup:
    match choice:
        case DuplicateChoice.SEND_THAT:
            return t.say("{name}: send that PDF.", name=name)
        case DuplicateChoice.CREATE_ANOTHER:
            return t.say("{name}: create another.", name=name)
        case DuplicateChoice.CANCEL:
            return t.say("{name}: cancelled. Nothing was created.", name=name)


def _refused(t: Translator, refusal: DuplicateRefusal | Denial) -> Markup:
    match refusal:
        case Denial():
            return denial(t, refusal)
        case DuplicateRefusal.NOT_YOURS:
            return t.say("Only the person who sent the command can answer.")
        case DuplicateRefusal.ANSWERED:
            return t.say("This was answered already.")
        case DuplicateRefusal.EXPIRED:
            return t.say("This question has expired, and nothing was created. Send the command again.")
        case DuplicateRefusal.NO_PDF:
            return t.say("I have no PDF of it.")
        case _:
            return t.say("This question is closed.")
