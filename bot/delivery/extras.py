"""What is shown of an outcome, and does not stand in its request."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Failure
from bot.parsing import near
from db import documents, outcomes, requests
from db.models import Request

_KNOWN_NAMES = 100
_MAX_ALONG = 200


@dataclass(frozen=True, slots=True)
class Extra:
    """Read with the request."""

    pdf: bytes | None = None
    """Its document, where Telegram has none."""
    meant: tuple[str, ...] = ()
    """Of the chat's most used sub-clients those whose names are much like the one that SMS Center does not know."""
    along: tuple[Request, ...] = ()
    """What was cancelled with the same right: one message tells of all."""


async def with_extra(session: AsyncSession, request_id: int) -> tuple[Request, Extra]:
    """Read an outcome, and what it is shown with."""
    request, pdf = await documents.with_pdf(session, request_id)
    return request, Extra(pdf, await _meant(session, request), await _along(session, request))


async def _meant(session: AsyncSession, request: Request) -> tuple[str, ...]:
    if request.failure is Failure.NO_SUB_CLIENT and request.user_name is not None:
        known = await requests.lately_used_sub_clients(session, request.chat_id, _KNOWN_NAMES)
        return tuple(near(request.user_name, [one.name for one in known if one.name is not None]))
    return ()


async def _along(session: AsyncSession, request: Request) -> tuple[Request, ...]:
    if request.denied is None or request.invoice_number is not None:
        return ()
    return tuple(await outcomes.stopped_along(session, request, _MAX_ALONG))
