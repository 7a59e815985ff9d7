"""Reads what waits in the places of status messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import groupby

from bot.delivery.promises import Prospect, prospect
from bot.runtime.clock import Clock
from bot.runtime.together import Together
from db import status_messages
from db.engine import Database
from db.retry import until_stored
from db.status_messages import StatusPlace

_AT_ONCE = 50
"""After a start, or when a login's times have moved, thousands of places may be looked at; commands go in between."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen in a place."""

    prospect: Prospect | None
    """What can be said of what waits there; None where nothing does."""
    is_open: bool
    """Whether anything of it waits, runs, or has an outcome that nobody has seen yet."""


class StatusReader:
    """Reads many places in one go, in one statement for each login; waits for the database, however long it takes."""

    def __init__(self, database: Database, clock: Clock, *, pace: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._pace = pace
        self._together: Together[StatusPlace, Sight] = Together(self._see_all, at_most=_AT_ONCE)

    async def see(self, place: StatusPlace) -> Sight:
        """Look at a place."""
        return await self._together.ask(place)

    async def _see_all(self, places: Sequence[StatusPlace]) -> dict[StatusPlace, Sight]:
        return await until_stored("reading what waits", partial(self._read, places))

    async def _read(self, places: Sequence[StatusPlace]) -> dict[StatusPlace, Sight]:
        seen: dict[StatusPlace, Sight] = {}
        async with self._database.read() as session:
            for login, there in groupby(sorted(places, key=_login_of), key=_login_of):
                chats = {place.chat_id for place in there}
                waiting = await status_messages.waiting_in(session, login, chats)
                now = self._clock.now()
                for place, found in waiting.items():
                    seen[place] = Sight(prospect(found, pace=self._pace, now=now), is_open=True)
            for place in places:
                if place not in seen:
                    seen[place] = Sight(None, await status_messages.is_open(session, place))
        return seen


def _login_of(place: StatusPlace) -> str:
    return place.login
