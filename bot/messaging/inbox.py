"""The first arrow: updates are on disk before Telegram is told that they arrived, and leave when they are handled.

What is kept is what Telegram wrote, character for character: nothing has to make sense of it before.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messaging.raw_updates import RawUpdate
from bot.runtime.clock import Clock
from db import bell, bots, inbox
from db.bell import Bell
from db.engine import Database
from db.lease import LeaseLost
from db.models import InboxUpdate

_log = logging.getLogger(__name__)

_A_PAGE = 200
_AT_THE_END_S = 5.0
_WITHOUT_ID = "it has no update_id"
_SHARES_A_COMMIT_WITHIN_S = 0.05
_ENDED = "docsbot_ended_updates"
"""In a session's `info`: what its transaction has written of updates that ended."""


@dataclass(frozen=True, slots=True)
class LeftUpdate:
    """An update that another process stored, or did not end."""

    raw: RawUpdate
    tries: int
    """How often its handler was begun."""


class Inbox:
    """The table `inbox` of the bot that the database belongs to. Every note in it is made, however long that takes.

    That an update has ended is written with the next transaction, whoever's that is, or by itself a moment later: until
    then a crash has it handled once more, which does nothing twice.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._ended: set[int] = set()
        """What is not written of that."""
        self._soon: asyncio.TimerHandle | None = None
        self._at_work: set[asyncio.Task[None]] = set()
        database.take_along(self._write_ended)

    async def take_over(self) -> None:
        """Make the database this bot's, which another may have used before."""

        async def take(session: AsyncSession) -> int | None:
            return await bots.take_over(session, self._clock.now())

        unhandled = await self._database.write_until_stored("looking whose database this is", take)
        if unhandled is not None:
            _log.warning(
                "another bot worked on this database before: answers that wait are sent as new messages; "
                "%d updates that it had not handled are left to it",
                unhandled,
            )

    async def keep(self, updates: Mapping[int, RawUpdate], begun: Collection[int]) -> set[int]:
        """Store updates in one transaction; return the ids of those to handle, without what is handled already.

        `begun` are those whose handler begins at once.
        """
        payloads = {update_id: raw.text for update_id, raw in updates.items()}

        async def store(session: AsyncSession) -> set[int]:
            # First, for the same id may begin anew.
            await self._write_ended(session)
            return await inbox.keep(session, payloads, self._clock.now(), begun=begun)

        return await self._database.write_until_stored("storing updates", store)

    async def leave(self, updates: Sequence[RawUpdate]) -> None:
        """Store updates in one transaction for the process that leads, and wake it."""
        numbered = {update.id: update.text for update in updates if update.id is not None}

        async def store(session: AsyncSession) -> None:
            now = self._clock.now()
            if await inbox.keep(session, numbered, now):
                await bell.ring(session, Bell.UPDATES)
            for update in updates:
                if update.id is None:
                    await inbox.set_aside(session, None, update.text, _WITHOUT_ID, now)

        await self._database.write_until_stored("storing updates for the leader", store)

    async def left(self, but: Collection[int] = ()) -> AsyncIterator[Sequence[LeftUpdate]]:
        """Yield what is left to handle but those that are at hand, page by page, in Telegram's order."""
        # Asked first: what ends while the inbox is read would be begun once more.
        handled = self._ended.union(but)
        after = -1
        while True:

            async def read(session: AsyncSession, after: int = after) -> tuple[int, Sequence[InboxUpdate]]:
                ids = await inbox.open_ids(session, after=after, limit=_A_PAGE)
                unknown = [update_id for update_id in ids if update_id not in handled]
                return ids[-1] if ids else -1, await inbox.named(session, unknown) if unknown else ()

            after, rows = await self._database.read_until_stored("reading the inbox", read)
            if after < 0:
                return
            yield [LeftUpdate(replace(RawUpdate.of(row.payload or ""), id=row.update_id), row.tries) for row in rows]

    async def begin(self, update_id: int) -> None:
        """Count a try."""

        async def store(session: AsyncSession) -> None:
            await inbox.begin(session, update_id)

        await self._database.write_until_stored("beginning an update", store)

    def end(self, update_id: int) -> None:
        """Note that an update is handled, and forget what it said."""
        self._ended.add(update_id)
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(_SHARES_A_COMMIT_WITHIN_S, self._write_by_itself)

    def _write_by_itself(self) -> None:
        self._soon = None
        if self._ended:
            task = asyncio.create_task(self._write(), name="ending updates")
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)

    async def _write(self) -> None:
        with suppress(LeaseLost):
            await self._database.write_until_stored("ending updates", self._write_ended)

    async def _write_ended(self, session: AsyncSession) -> None:
        written: set[int] = session.info.setdefault(_ENDED, set())
        ended = self._ended - written
        if ended:
            written |= ended
            await inbox.end(session, ended, self._clock.now())
            event.listen(session.sync_session, "after_commit", lambda _: self._ended.difference_update(ended))

    async def set_aside(self, raw: RawUpdate, problem: str = _WITHOUT_ID) -> None:
        """Keep what cannot be handled, for whoever looks into it, and go on."""

        async def store(session: AsyncSession) -> bool:
            return await inbox.set_aside(session, raw.id, raw.text, problem, self._clock.now())

        if await self._database.write_until_stored("setting an update aside", store):
            name = "an update without an id" if raw.id is None else f"update {raw.id}"
            _log.error("%s is set aside, for it cannot be handled: %s", name, problem)

    async def close(self, cut_off: Collection[int]) -> None:
        """Write what has ended, and take the tries back of updates that a stop in order has cut off: it is no fault of
        theirs. A slow database is let be."""
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        if not (self._ended or cut_off):
            return
        try:
            async with asyncio.timeout(_AT_THE_END_S), self._database.write() as session:
                if cut_off:
                    await inbox.take_back(session, cut_off)
        except Exception as error:  # noqa: BLE001 - the process ends; one try too many is counted, nothing else
            _log.warning("that %d updates were cut off by a stop could not be noted: %r", len(cut_off), error)
