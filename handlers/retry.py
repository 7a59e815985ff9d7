"""`/retry <request>`: have an outcome sent once more; the vendor is not asked."""

from bot.documents.requests import SentAgain, Service
from bot.messaging.messenger import Messenger
from bot.parsing import ParseError, parse_document_id
from handlers.calls import Command
from handlers.mistakes import explain


class Retry:
    def __init__(self, service: Service, messenger: Messenger) -> None:
        self._service = service
        self._messenger = messenger

    async def __call__(self, command: Command) -> None:
        t = command.t
        try:
            request_id = int(parse_document_id(command.args))
        except ParseError as error:
            await self._messenger.send_text(command.to, explain(t, error, "retry"))
            return
        became = await self._service.send_again(request_id, command.person, as_admin=command.access.is_admin)
        match became:
            case SentAgain.DONE:
                return
            case SentAgain.NOT_YET:
                text = t.say("Request {id} is still on its way: /queue shows it.", id=request_id)
            case SentAgain.NO_PDF:
                text = t.say("I no longer keep the PDF of request {id}. Fetch the document again.", id=request_id)
            case SentAgain.NOT_YOURS:
                text = t.say("You have no request {id}.", id=request_id)
        await self._messenger.send_text(command.to, text)
