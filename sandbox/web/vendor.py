"""SMS Center's view: what came in for each login, and the minutes that ran."""

from typing import Any

from sandbox.demo.stage import Stage
from sandbox.smscentre.journal import Entry

Json = dict[str, Any]

KEPT = 200
"""Requests that are shown, the latest ones."""


def vendor(stage: Stage) -> Json:
    """Return the journal for the time line; times are Unix time in milliseconds."""
    return {
        "pace": stage.pace,
        "logins": [account.login for account in stage.centre.world.accounts],
        "requests": [_request(entry) for entry in stage.centre.journal.entries[-KEPT:]],
        "invoices": len(stage.centre.invoices),
    }


def _request(entry: Entry) -> Json:
    return {
        "number": entry.number,
        "login": entry.login,
        "arrived": entry.arrived.wall.timestamp() * 1000,
        "ended": entry.ended.wall.timestamp() * 1000 if entry.ended else None,
        "method": entry.method,
        "sub_client": entry.parameters.get("user") or "#" + entry.parameters.get("user_id", "?"),
        "outcome": entry.outcome,
        "error": entry.error_code,
        "invoice": entry.invoice,
        "fault": entry.fault,
        "delivered": entry.delivered,
    }
