"""What others may do to the queue: append a request in their own transaction, and announce it after the commit."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import State
from bot.runtime.signals import Signal
from db import batch_rows, logins
from db.models import Login, Request


@dataclass(frozen=True, slots=True)
class QueueChange:
    """What one committed transaction changed in the queue."""

    started: tuple[Request, ...] = ()
    returned: tuple[Request, ...] = ()
    """Put back to the head of their login's queue."""
    ended: tuple[Request, ...] = ()
    troubled: frozenset[str] = frozenset()
    """Logins that were paused, or that met why all rest."""
    touched: frozenset[str] = frozenset()
    """Logins whose queue changed otherwise: something was queued, the login was resumed, or all rest or go on."""
    resolved: tuple[Request, ...] = ()
    """Unknown ones that a person has decided about."""

    @classmethod
    def of_cancelled(cls, cancelled: tuple[Request, ...]) -> "QueueChange":
        """Return the change that cancelling these makes."""
        return cls(ended=cancelled, touched=frozenset(request.login for request in cancelled))

    @property
    def logins(self) -> frozenset[str]:
        """The logins in whose queues positions and times may have changed."""
        return self.touched | {request.login for request in (*self.started, *self.returned, *self.ended)}


def news_of(request: Request) -> QueueChange:
    """Return what to announce of a request that was queued or has ended.

    Announce it also where the request was there already: its commit may have worked and been reported as failed, and
    then nobody has heard of it.
    """
    ended = () if request.state in {State.QUEUED, State.RUNNING} else (request,)
    return QueueChange(ended=ended, touched=frozenset({request.login}))


QueueChanges = Signal[QueueChange]
"""Announces each committed change of the queue to whoever shows, delivers or schedules."""


async def append(session: AsyncSession, login: Login, request: Request) -> None:
    """Put a new request at the end of its login's queue, which gives it its id.

    `login` is the request's, and locked. A row of a batch goes along with the request that follows its own. Announce a
    `QueueChange` once the transaction is committed.
    """
    session.add(request)
    await logins.refresh_due(session, login)
    if request.again_of > 0:
        await batch_rows.go_along(session, request)
