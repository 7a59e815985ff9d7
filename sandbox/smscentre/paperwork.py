"""From what the SMS Center knows to the papers that it sends."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from sandbox.documents.papers import Kind, Line, Paper, Seller
from sandbox.smscentre.answers import Invoice
from sandbox.smscentre.world import Act, SubClient

_MOSCOW = ZoneInfo("Europe/Moscow")
_SERVICE = "Услуги по рассылке СМС-сообщений"


def invoice_paper(seller: Seller, invoice: Invoice) -> Paper:
    """Return the invoice as a paper, dated by the day that it was in Moscow."""
    return Paper(
        kind=Kind.INVOICE,
        number=str(invoice.number),
        day=invoice.made.wall.astimezone(_MOSCOW).date(),
        seller=seller,
        buyer=invoice.sub_client.party,
        basis=_basis(invoice.sub_client),
        lines=(Line(invoice.service or _SERVICE, invoice.amount, Decimal(1), "усл."),),
    )


def act_paper(seller: Seller, sub_client: SubClient, act: Act) -> Paper:
    """Return the act as a paper."""
    return Paper(
        kind=Kind.ACT,
        number=act.num,
        day=act.day,
        seller=seller,
        buyer=sub_client.party,
        basis=_basis(sub_client),
        lines=act.lines,
    )


def _basis(sub_client: SubClient) -> str:
    return f"Договор-оферта, клиент {sub_client.name} (№ {sub_client.id})"
