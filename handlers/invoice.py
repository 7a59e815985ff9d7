"""`/invoice <user> <sum> [service…]`: create an invoice and get its PDF."""

from bot.parsing import parse_invoice
from handlers.asks import Asks
from handlers.calls import Command


class Invoice:
    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    async def __call__(self, command: Command) -> None:
        wish = await self._asks.parse(command, "invoice", parse_invoice)
        if wish is not None:
            await self._asks.enqueue(command, wish)
