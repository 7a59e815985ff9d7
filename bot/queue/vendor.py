"""From a request in the queue to a call of the vendor's client."""

from collections.abc import Iterable

from bot.domain import CreateInvoice, GetAct, GetInvoice
from bot.smscentre import Created, Credentials, SmsCentre
from db.models import Request


class VendorCalls:
    """Sends a request with the credentials of its login; what it raises is a `VendorError`."""

    def __init__(self, client: SmsCentre, accounts: Iterable[Credentials]) -> None:
        self._client = client
        self._accounts = {account.login: account for account in accounts}

    async def __call__(self, request: Request) -> Created | bytes:
        account = self._accounts[request.login]
        if request.invoice_number is not None:
            return await self._client.get_invoice(account, request.sub_client, request.invoice_number)
        match request.wish:
            case CreateInvoice(sub_client=sub_client, amount=amount, service=service):
                return await self._client.create_invoice(account, sub_client, amount, service)
            case GetInvoice(sub_client=sub_client, id=invoice_id):
                return await self._client.get_invoice(account, sub_client, invoice_id)
            case GetAct(sub_client=sub_client, num=num, id=act_id):
                return await self._client.get_act(account, sub_client, num=num, act_id=act_id)
