"""The bot's queue, read from its database: what waits for each login, and until when."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain import CreateInvoice, GetAct, GetInvoice, Wish
from bot.queue.positions import QueuePosition, positions
from db import logins, requests
from sandbox.demo.stage import Stage

Json = dict[str, Any]


async def queue(stage: Stage) -> Json:
    """Return what waits or runs for each login, and why a login rests; times are Unix time in milliseconds."""
    now, pace = datetime.now(UTC), timedelta(seconds=stage.pace)
    async with stage.database.read() as session:
        rows = await logins.everyone(session)
        waiting = await requests.open_of_logins(session, [row.login for row in rows])
        unresolved = await requests.unresolved(session, limit=20)
    return {
        "logins": [
            {
                "login": row.login,
                "paused": row.paused_at is not None,
                "hold": row.hold,
                "until": _milliseconds(row.held_until),
                "requests": [
                    _item(item)
                    for item in positions(row, [one for one in waiting if one.login == row.login], pace=pace, now=now)
                ],
            }
            for row in rows
        ],
        "unresolved": len(unresolved),
    }


def _item(item: QueuePosition) -> Json:
    request = item.request
    return {
        "id": request.id,
        "what": _described(request.wish),
        "sub_client": str(request.sub_client),
        "by": request.requester_name,
        "place": item.place,
        "starts": _milliseconds(item.starts_at),
    }


def _described(wish: Wish) -> Json:
    match wish:
        case CreateInvoice(amount=amount):
            return {"kind": "invoice", "detail": str(amount)}
        case GetInvoice(id=number):
            return {"kind": "getinvoice", "detail": number}
        case GetAct(num=num, id=number):
            return {"kind": "act", "detail": num or f"id:{number}"}


def _milliseconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp() * 1000
