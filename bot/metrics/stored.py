"""The figures that the database has, read when somebody asks for them."""

import asyncio
import logging
from collections.abc import Iterable

from db import metrics
from db.engine import Database
from db.metrics import Figures
from db.retry import describe, is_trouble

_log = logging.getLogger(__name__)

_KEPT_S = 5.0
"""How long what was read is given to whoever asks again."""
_READ_WITHIN_S = 2.0


class StoredFigures:
    """Reads the figures at most every few seconds, and never twice at a time."""

    def __init__(self, database: Database, logins: Iterable[str]) -> None:
        self._database = database
        self._logins = tuple(logins)
        self._read_at = float("-inf")
        self._figures: Figures | None = None
        self._reading: asyncio.Task[Figures] | None = None

    async def read(self) -> Figures | None:
        """Return the figures, at most a few seconds old; None where the database does not give them in time."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._read_at < _KEPT_S:
            return self._figures
        if self._reading is None:
            self._reading = asyncio.create_task(self._read(), name="figures")
        reading = self._reading
        # Not cancelled where it takes too long: whoever asks next waits for the same.
        await asyncio.wait([reading], timeout=_READ_WITHIN_S)
        if not reading.done():
            return None
        if self._reading is reading:
            self._reading, self._figures, self._read_at = None, _result(reading), loop.time()
        return self._figures

    async def aclose(self) -> None:
        """Read nothing more."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])

    async def _read(self) -> Figures:
        async with self._database.read() as session:
            return await metrics.read(session, self._logins)


def _result(reading: "asyncio.Task[Figures]") -> Figures | None:
    error = reading.exception()
    if error is None:
        return reading.result()
    if not isinstance(error, Exception) or not is_trouble(error):
        raise error
    _log.error("reading the figures: the database failed: %s", describe(error))
    return None
