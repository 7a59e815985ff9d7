"""`/retry <request>`, which has an outcome sent once more, and the button "Try again" under a failure."""

from bot.access.wording import denial
from bot.documents.history import DocumentHistory, SendAgainResult
from bot.documents.requests import DocumentRequests
from bot.domain import Denial
from bot.parsing import parse_document_id
from handlers.context import Command, CommandHandler, Press, PressHandler
from handlers.intake import parse


def retry_command(history: DocumentHistory) -> CommandHandler:
    """Return the handler of `/retry`; SMS Center is not asked."""

    async def retry(command: Command) -> None:
        number = await parse(command, "retry", parse_document_id)
        if number is None:
            return
        t, request_id = command.t, int(number)
        became = await history.send_again(request_id, command.person, as_admin=command.access.is_admin)
        match became:
            case SendAgainResult.DONE:
                return
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


def try_again_button(requests: DocumentRequests) -> PressHandler:
    """Return the handler of "Try again": a request anew."""

    async def pressed(press: Press) -> None:
        again = await requests.try_again(press.args[0], press.person, press.chat_id)
        match again:
            case None:
                text = press.t.say("This cannot be tried again.")
            case Denial():
                text = denial(press.t, again)
            case _:
                text = press.t.say("I am trying again.")
        await press.answer(text, alert=again is None or isinstance(again, Denial))

    return pressed
