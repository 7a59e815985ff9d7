"""From a request in the queue to a call of the vendor's client."""

from collections.abc import Callable, Iterable

from bot.domain import CreateInvoice, GetAct, GetInvoice
from bot.smscentre import Created, Credentials, NotSent, SmsCentre
from db.models import Request


class VendorCalls:
    """Sends a request with the credentials of its login; what it raises is a `VendorError`.

    `may_call` is asked right before: a process that has lost the lead sends nothing more.
    """

    def __init__(
        self, client: SmsCentre, accounts: Iterable[Credentials], may_call: Callable[[], bool] = lambda: True
    ) -> None:
        self._client = client
        self._may_call = may_call
        self._accounts = {account.login: account for account in accounts}

    async def __call__(self, request: Request) -> Created | bytes:
        if not self._may_call():
            raise NotSent("another process may have taken the lead")
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
