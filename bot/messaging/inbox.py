"""The first arrow: updates are on disk before Telegram is told that they arrived, and leave when they are handled.

What is kept is what Telegram wrote, character for character: nothing has to make sense of it before.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.messaging.raw_updates import RawUpdate
from bot.runtime.clock import Clock
from db import bell, bots, inbox
from db.bell import Bell
from db.engine import Database
from db.models import InboxUpdate

_log = logging.getLogger(__name__)

_A_PAGE = 200
_AT_THE_END_S = 5.0
_WITHOUT_ID = "it has no update_id"


@dataclass(frozen=True, slots=True)
class LeftUpdate:
    """An update that another process stored, or did not end."""

    raw: RawUpdate
    tries: int
    """How often its handler was begun."""


class Inbox:
    """The table `inbox` of the bot that the database belongs to. Every note in it is made, however long that takes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def take_over(self) -> None:
        """Make the database this bot's, which another may have used before."""

        async def take(session: AsyncSession) -> bool:
            return await bots.take_over(session, self._clock.now())

        if await self._database.write_until_stored("looking whose database this is", take):
            _log.warning("another bot worked on this database before: answers that wait are sent as new messages")

    async def keep(self, updates: Mapping[int, RawUpdate], begun: Collection[int]) -> set[int]:
        """Store updates in one transaction; return the ids of those to handle, without what is handled already.

        `begun` are those whose handler begins at once.
        """
        payloads = {update_id: raw.text for update_id, raw in updates.items()}

        async def store(session: AsyncSession) -> set[int]:
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
        after = -1
        while True:

            async def read(session: AsyncSession, after: int = after) -> tuple[int, Sequence[InboxUpdate]]:
                ids = await inbox.open_ids(session, after=after, limit=_A_PAGE)
                unknown = [update_id for update_id in ids if update_id not in but]
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

    async def end(self, update_id: int) -> None:
        """Note that an update is handled, and forget what it said."""

        async def store(session: AsyncSession) -> None:
            await inbox.end(session, update_id, self._clock.now())

        await self._database.write_until_stored("ending an update", store)

    async def set_aside(self, raw: RawUpdate, problem: str = _WITHOUT_ID) -> None:
        """Keep what cannot be handled, for whoever looks into it, and go on."""

        async def store(session: AsyncSession) -> bool:
            return await inbox.set_aside(session, raw.id, raw.text, problem, self._clock.now())

        if await self._database.write_until_stored("setting an update aside", store):
            name = "an update without an id" if raw.id is None else f"update {raw.id}"
            _log.error("%s is set aside, for it cannot be handled: %s", name, problem)

    async def take_back(self, update_ids: Collection[int]) -> None:
        """Take the tries of updates back, for a stop in order is no fault of theirs; a slow database is let be."""
        try:
            async with asyncio.timeout(_AT_THE_END_S), self._database.write() as session:
                await inbox.take_back(session, update_ids)
        except Exception as error:  # noqa: BLE001 - the process ends; one try too many is counted, nothing else
            _log.warning("that %d updates were cut off by a stop could not be noted: %r", len(update_ids), error)
