"""The status messages that are there, and what each promises: kept in rows, so that a restart knows them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.promises import Delay, Promise
from bot.runtime.clock import Clock
from db import status_messages
from db.engine import Database
from db.models import StatusMessage
from db.retry import until_stored
from db.status_messages import StatusPlace


@dataclass(frozen=True, slots=True)
class ShownStatus:
    """A status message that is in its chat."""

    row_id: int
    message_id: int
    sent_at: datetime
    promise: Promise


class StatusBoard:
    """One message for each place, and those of before that are about to be deleted.

    Each change is written down until it is stored: what Telegram took is never forgotten because the database was away.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._shown: dict[StatusPlace, ShownStatus] = {}
        self._old: dict[StatusPlace, tuple[ShownStatus, ...]] = {}

    async def load(self) -> set[StatusPlace]:
        """Read what an earlier process left, and return where that is."""
        rows = await until_stored("reading the status messages", self._rows)
        for row in rows:
            self._add(
                StatusPlace(row.chat_id, row.thread_id, row.login),
                ShownStatus(row.id, row.message_id, row.sent_at, _promise_of(row)),
            )
        return {*self._shown, *self._old}

    def at(self, place: StatusPlace) -> ShownStatus | None:
        return self._shown.get(place)

    def old_at(self, place: StatusPlace) -> tuple[ShownStatus, ...]:
        """Return the messages that are to be deleted."""
        return self._old.get(place, ())

    def of_login(self, login: str) -> set[StatusPlace]:
        return {place for place in self._shown if place.login == login}

    async def add(self, place: StatusPlace, message_id: int, promise: Promise) -> None:
        """Note a message that has just been sent; the one before it is to be deleted."""
        now, tried = self._clock.now(), False

        async def keep(session: AsyncSession) -> int:
            nonlocal tried
            # The commit may have worked, and been reported as failed.
            kept = await status_messages.find(session, place, message_id) if tried else None
            tried = True
            values = {"message_id": message_id, "sent_at": now, **_values(promise)}
            return await status_messages.add(session, place, values) if kept is None else kept.id

        row_id = await self._database.write_until_stored("keeping a status message's id", keep)
        self._add(place, ShownStatus(row_id, message_id, now, promise))

    async def change(self, place: StatusPlace, shown: ShownStatus, promise: Promise) -> None:
        """Note what a message says now."""

        async def note(session: AsyncSession) -> None:
            await status_messages.change(session, shown.row_id, _values(promise))

        await self._database.write_until_stored("noting what a status message says", note)
        if place in self._shown:
            self._shown[place] = replace(shown, promise=promise)

    def retire(self, place: StatusPlace) -> None:
        """Have the message of a place deleted."""
        shown = self._shown.pop(place, None)
        if shown is not None:
            self._old[place] = (*self.old_at(place), shown)

    async def remove(self, place: StatusPlace, old: ShownStatus) -> None:
        """Forget a message that is gone."""

        async def forget(session: AsyncSession) -> None:
            await status_messages.forget(session, old.row_id)

        await self._database.write_until_stored("forgetting a status message", forget)
        self._old[place] = tuple(other for other in self.old_at(place) if other != old)
        if not self._old[place]:
            del self._old[place]

    def forget_chat(self, chat_id: int) -> None:
        """Forget the messages of a group that has another id, as its rows are forgotten."""
        self._shown = {place: shown for place, shown in self._shown.items() if place.chat_id != chat_id}
        self._old = {place: old for place, old in self._old.items() if place.chat_id != chat_id}

    def _add(self, place: StatusPlace, shown: ShownStatus) -> None:
        self.retire(place)
        self._shown[place] = shown

    async def _rows(self) -> list[StatusMessage]:
        async with self._database.read() as session:
            return list(await status_messages.everything(session))


def _promise_of(row: StatusMessage) -> Promise:
    return Promise(row.newest_id, row.waiting, row.is_next, row.last_at, Delay(row.delay))


def _values(promise: Promise) -> dict[str, Any]:
    return {
        "newest_id": promise.newest_id,
        "waiting": promise.waiting,
        "is_next": promise.is_next,
        "last_at": promise.last_at,
        "delay": promise.delay,
    }
