"""`/getinvoice <user> <id>`: download an invoice that exists."""

from bot.parsing import parse_get_invoice
from handlers.asks import Asks
from handlers.calls import Command


class GetInvoice:
    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    async def __call__(self, command: Command) -> None:
        wish = await self._asks.parse(command, "getinvoice", parse_get_invoice)
        if wish is not None:
            await self._asks.enqueue(command, wish)
