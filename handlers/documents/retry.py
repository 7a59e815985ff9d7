"""`/retry <request>`, which has an outcome sent once more, and the button "Try again" under a failure."""

from bot.documents.history import DocumentHistory, SendAgainResult
from bot.documents.requests import DocumentRequests
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
        match await history.send_again(request_id, command.person, as_admin=command.access.is_admin):
            case SendAgainResult.DONE:
                return
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
        text = press.t.say("This cannot be tried again.") if again is None else press.t.say("I am trying again.")
        await press.answer(text, alert=again is None)

    return pressed
