"""`/invoice <user> <sum> [service…]`: create an invoice and get its PDF; alone it asks for them."""

from bot.conversation.draft import About
from bot.parsing import parse_invoice
from handlers.asks import Asks
from handlers.calls import Command
from handlers.conversation import Conversation


class Invoice:
    def __init__(self, asks: Asks, conversation: Conversation) -> None:
        self._asks = asks
        self._conversation = conversation

    async def __call__(self, command: Command) -> None:
        if not command.args.strip():
            await self._conversation.begin(About.INVOICE, command)
            return
        wish = await self._asks.parse(command, "invoice", parse_invoice)
        if wish is not None:
            await self._asks.enqueue(command, wish)
