"""The step that a new request takes, whether a command, another try or the history led to it."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Person
from db import audit, logins
from db.models import Login, Request


async def append_to_queue(
    session: AsyncSession, login: Login, request: Request, actor: Person, action: str, detail: str = ""
) -> None:
    """Put a new request at the end of its login's queue, and note who did what; gives the request its id.

    `login` is the request's, and locked. To be announced to the queue once the transaction is committed.
    """
    session.add(request)
    await logins.refresh_due(session, login)
    audit.record(
        session,
        action,
        now=request.created_at,
        actor=actor,
        chat_id=request.chat_id,
        request_id=request.id,
        detail=detail,
    )
