"""How things stand in the sandbox, as JSON without secrets."""

from typing import Any

from sandbox.smscentre.answers import Invoice
from sandbox.smscentre.centre import SmsCentre
from sandbox.smscentre.world import Account


def state_of(centre: SmsCentre) -> dict[str, Any]:
    """Return who exists and which invoices were made."""
    return {
        "logins": [_account(account) for account in centre.world.accounts],
        "invoices": [_invoice(invoice) for invoice in centre.invoices],
        "requests": len(centre.journal.entries),
    }


def _account(account: Account) -> dict[str, Any]:
    return {
        "login": account.login,
        "sub_clients": [
            {
                "user": client.name,
                "user_id": client.id,
                "company": client.party.name,
                "acts": [{"id": act.id, "num": act.num, "day": act.day.isoformat()} for act in client.acts],
            }
            for client in account.sub_clients
        ],
    }


def _invoice(invoice: Invoice) -> dict[str, Any]:
    return {
        "number": invoice.number,
        "login": invoice.login,
        "user": invoice.sub_client.name,
        "user_id": invoice.sub_client.id,
        "sum": str(invoice.amount),
        "service": invoice.service,
        "made": invoice.made.wall.isoformat(),
    }
