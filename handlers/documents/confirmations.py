"""The buttons under what is asked before a wish is queued: "You forwarded this. Make it as yours?" and its like."""

from markupsafe import Markup

from bot.access.wording import denial
from bot.documents.confirmations import AnswerResult, ConfirmationRefusal, Confirmations
from bot.documents.doubt_wording import doubt_question
from bot.documents.doubts import Confirmation, ConfirmationAnswer, Declined
from bot.documents.limits import TooManyWaiting
from bot.domain import Denial
from bot.language.translator import Translator
from handlers.context import Press, PressHandler
from handlers.intake import buttons_of, too_many


class ConfirmationHandlers:
    """Takes the answers, and shows what comes of them in the place of the question."""

    def __init__(self, confirmations: Confirmations) -> None:
        self._confirmations = confirmations

    def saying(self, answer: ConfirmationAnswer) -> PressHandler:
        """Return the handler of one of the buttons."""

        async def pressed(press: Press) -> None:
            result = await self._confirmations.answer(
                press.args[0], answer, press.person, press.chat_id, as_admin=press.access.is_admin
            )
            await self._show(press, answer, result)

        return pressed

    async def _show(self, press: Press, answer: ConfirmationAnswer, result: AnswerResult) -> None:
        t = press.t
        refused = _refused(t, result)
        if refused is not None:
            await press.answer(refused, alert=True)
            if result is ConfirmationRefusal.EXPIRED:
                await press.edit(refused)
        elif isinstance(result, Confirmation):
            await press.answer()
            await press.edit(doubt_question(t, result), buttons_of(t, result))
            await self._confirmations.asked_with(result, press.message_id)
        else:
            await press.answer()
            await press.edit(
                _taken(t, ConfirmationAnswer.NO if isinstance(result, Declined) else answer, press.person.name)
            )


def _taken(t: Translator, answer: ConfirmationAnswer, name: str) -> Markup:
    match answer:
        case ConfirmationAnswer.SEND_THAT:
            return t.say("{name}: send that PDF.", name=name)
        case ConfirmationAnswer.YES:
            return t.say("{name}: yes.", name=name)
        case ConfirmationAnswer.NO:
            return t.say("{name}: cancelled. Nothing was sent.", name=name)


def _refused(t: Translator, result: AnswerResult) -> Markup | None:
    match result:
        case Denial():
            return denial(t, result)
        case TooManyWaiting():
            return too_many(t, result)
        case ConfirmationRefusal.NOT_YOURS:
            return t.say("Only the person who sent the command can answer.")
        case ConfirmationRefusal.ANSWERED:
            return t.say("This was answered already.")
        case ConfirmationRefusal.EXPIRED:
            return t.say("This question has expired, and nothing was sent. Send the command again.")
        case ConfirmationRefusal.NO_PDF:
            return t.say("I have no PDF of it.")
        case ConfirmationRefusal.GONE:
            return t.say("This question is closed.")
        case _:
            return None
