"""`/getinvoice <user> <id>`: download an invoice that exists; alone it asks for them."""

from bot.conversation.draft import About
from bot.parsing import parse_get_invoice
from handlers.asks import Asks
from handlers.calls import Command
from handlers.conversation import Conversation


class GetInvoice:
    def __init__(self, asks: Asks, conversation: Conversation) -> None:
        self._asks = asks
        self._conversation = conversation

    async def __call__(self, command: Command) -> None:
        if not command.args.strip():
            await self._conversation.begin(About.GET_INVOICE, command)
            return
        wish = await self._asks.parse(command, "getinvoice", parse_get_invoice)
        if wish is not None:
            await self._asks.enqueue(command, wish)
