"""`/retry <request>`, which has an outcome sent once more, and the button "Try again" under a failure."""

from bot.access.wording import denial
from bot.documents.doubts import Confirmation, Declined
from bot.documents.history import DocumentHistory, SendAgainResult
from bot.documents.limits import TooManyWaiting
from bot.documents.requests import DocumentRequests, TryAgainRefusal
from bot.domain import Denial
from bot.parsing import parse_document_id
from handlers.context import Command, CommandHandler, Press, PressHandler
from handlers.intake import Intake, parse, too_many


def retry_command(history: DocumentHistory) -> CommandHandler:
    """Return the handler of `/retry`; SMS Center is not asked."""

    async def retry(command: Command) -> None:
        number = await parse(command, "retry", parse_document_id)
        if number is None:
            return
        t, request_id = command.t, int(number)
        became = await history.send_again(
            request_id, command.person, as_admin=command.access.is_admin, chat_id=command.to.chat_id
        )
        match became:
            case SendAgainResult.DONE:
                return
            case SendAgainResult.ELSEWHERE:
                text = t.say("I send the result of request {id} to the chat where it was asked for.", id=request_id)
            case Denial():
                text = denial(t, became)
            case SendAgainResult.NOT_FOR_REQUESTER:
                text = t.say("Whoever asked for request {id} may not have it any more: I keep it back.", id=request_id)
            case SendAgainResult.NOT_YET:
                text = t.say("Request {id} is still on its way: /queue shows it.", id=request_id)
            case SendAgainResult.NO_PDF:
                text = t.say("I no longer keep the PDF of request {id}. Fetch the document again.", id=request_id)
            case SendAgainResult.NOT_YOURS:
                text = t.say("You have no request {id}.", id=request_id)
        await command.reply(text)

    return retry


def try_again_button(requests: DocumentRequests, intake: Intake) -> PressHandler:
    """Return the handler of "Try again": a request anew, or a question first."""

    async def pressed(press: Press) -> None:
        again = await requests.try_again(press.args[0], press.person, press.origin)
        match again:
            case TryAgainRefusal.NOTHING_TO_TRY:
                text = press.t.say("This cannot be tried again.")
            case Denial():
                text = denial(press.t, again)
            case TooManyWaiting():
                text = too_many(press.t, again)
            case Confirmation():
                await press.answer()
                await intake.ask(press.caller, press.origin, again)
                return
            case Declined():
                text = press.t.say("This was answered already.")
            case _:
                await press.answer(press.t.say("I am trying again."))
                return
        await press.answer(text, alert=True)

    return pressed
