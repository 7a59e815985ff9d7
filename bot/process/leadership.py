"""Which of several processes on one PostgreSQL leads: polls, starts calls, delivers. The others stand by."""

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db import lease
from db.engine import Database
from db.lease import LeaseLost
from db.migrate import NewerDatabase, unknown_revisions
from db.retry import is_trouble, log_trouble, until_stored

_log = logging.getLogger(__name__)

LASTS = timedelta(seconds=10)
"""How long after its leader's last word the lease is free: a killed one's place is taken after this."""
_RENEW_EVERY_S = 3.0
_RETRY_AFTER_S = 0.5
_STOP_BEFORE_S = 2.0
"""A leader that cannot renew ends this long before its lease does."""
_ASK_LATE_S = 2.0
"""How long a leader that comes too late to renew asks, during which it calls nobody, before it gives up."""
_LOOK_EVERY_S = 0.5
"""How often a standby looks: after an orderly stop the lead changes within this."""


class Leadership:
    """Gets the lease and keeps it; whoever wants to lead again makes another."""

    def __init__(self, database: Database, name: str | None = None) -> None:
        self._database = database
        self._name = name or f"{socket.gethostname()[:100]}:{os.getpid()}"
        self._term: int | None = None
        self._outdated = False
        self._valid_until = 0.0

    @property
    def holds(self) -> bool:
        """Whether the lease is certainly ours still, as far as can be told without asking."""
        return self._term is not None and _now() < self._valid_until

    @property
    def term(self) -> int | None:
        return self._term

    def fenced(self, database: Database) -> Database:
        """Return the database in which only the leader writes."""
        return database.fenced_by(self._hold)

    async def gain(self) -> None:
        """Stand by until the lease is ours, however long the database takes.

        While the database is of a newer version, which changed the tables, others lead.
        """
        told = False
        while not await self._try():
            if not told:
                _log.info("standing by: another docsbot leads")
                told = True
            await asyncio.sleep(_LOOK_EVERY_S)
        _log.info("leading, term %s", self._term)

    async def during(self, work: Awaitable[None]) -> None:
        """Do the leader's work while the lease is renewed, and hand over when it ends. Raises `LeaseLost`.

        Where the lease is lost the work is cancelled: none of it can be recorded any more.
        """
        working = asyncio.ensure_future(work)
        keeping = asyncio.create_task(self.keep(), name="lease")
        try:
            await asyncio.wait([working, keeping], return_when=asyncio.FIRST_COMPLETED)
            if keeping.done() and not working.done():
                keeping.result()
            await working
        finally:
            for task in (working, keeping):
                task.cancel()
            await asyncio.wait([working, keeping], timeout=_STOP_BEFORE_S)
            await self._hand_over()

    async def keep(self) -> None:
        """Renew the lease for as long as that works. Raises `LeaseLost`."""
        pause_s = _RENEW_EVERY_S
        while True:
            await asyncio.sleep(pause_s)
            pause_s = _RENEW_EVERY_S if await self._renewed() else _RETRY_AFTER_S

    async def _try(self) -> bool:
        """Take the lease if it is free; who is cancelled amid that leaves none behind that nobody holds."""
        taking = asyncio.create_task(until_stored("taking the lead", self._take), name="taking the lead")
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            await asyncio.wait([taking], timeout=_STOP_BEFORE_S)
            taking.cancel()
            await asyncio.gather(taking, return_exceptions=True)
            await self._hand_over()
            raise

    async def _take(self) -> bool:
        async with self._database.read() as session:
            if not await lease.is_free(session):
                return False
        began = _now()
        async with self._database.write() as session:
            # In the same transaction, for a migration is a write transaction, too.
            unknown = await unknown_revisions(session)
            term = None if unknown else await lease.take(session, self._name, LASTS)
        if unknown and not self._outdated:
            _log.error("standing by, and never leading: %s", NewerDatabase(unknown))
        self._outdated = bool(unknown)
        if term is None:
            return False
        self._term, self._valid_until = term, began + LASTS.total_seconds() - _STOP_BEFORE_S
        return True

    async def _renewed(self) -> bool:
        """Renew once; False if the database failed, and there is time to try again."""
        began, term = _now(), self._term or 0
        renewing = asyncio.create_task(self._renew(term))
        # Who comes late (a busy machine, a pause) asks all the same: often nobody has taken the lease meanwhile. Not
        # `asyncio.timeout`, which would wait for a commit that never ends.
        await asyncio.wait([renewing], timeout=max(_ASK_LATE_S, self._valid_until - began))
        if not renewing.done():
            renewing.cancel()
            raise LeaseLost("the lease could not be renewed in time")
        error = renewing.exception()
        if error is not None:
            if not isinstance(error, Exception) or not is_trouble(error):
                raise error
            if not self.holds:
                raise LeaseLost("the lease could not be renewed in time") from error
            log_trouble("renewing the lease", error, _RETRY_AFTER_S)
            return False
        if not renewing.result():
            self._valid_until = 0.0
            raise LeaseLost(f"another process has taken the lead from term {term}")
        self._valid_until = began + LASTS.total_seconds() - _STOP_BEFORE_S
        return True

    async def _renew(self, term: int) -> bool:
        async with self._database.write_aside() as session:
            return await lease.renew(session, term, LASTS)

    async def _hand_over(self) -> None:
        """Free the lease for the next; where that fails it ends by itself."""
        term, self._term = self._term, None
        if term is None:
            return
        giving_up = asyncio.create_task(self._give_up(term))
        await asyncio.wait([giving_up], timeout=_STOP_BEFORE_S)
        if not giving_up.done() or giving_up.exception() is not None:
            giving_up.cancel()
            _log.warning("the lease could not be handed over: the next leader waits %d s", LASTS.total_seconds())

    async def _give_up(self, term: int) -> None:
        async with self._database.write_aside() as session:
            await lease.give_up(session, term)

    async def _hold(self, session: AsyncSession) -> None:
        await lease.hold(session, self._term or 0)


def _now() -> float:
    return asyncio.get_running_loop().time()
