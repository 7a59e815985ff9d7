"""Looks after what counts, and ends the process where that has not worked for a while and a new one may do better."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.process.health import Health
from db.engine import Database, sqlite_path
from db.retry import describe

_log = logging.getLogger(__name__)

_EVERY_S = 60.0
_ROUNDS = 3
_ANSWERS_WITHIN_S = 2.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """What does not work, in words for the operator."""

    says: str
    restart_helps: bool = True
    """Whether it may be this process's own state; not where something outside is away."""


Check = Callable[[], Awaitable[Trouble | None]]


class Watchdog:
    """Examines the process; that this runs at all shows that the event loop does."""

    def __init__(
        self, checks: Sequence[Check], end: Callable[[str], None], *, every_s: float = _EVERY_S, rounds: int = _ROUNDS
    ) -> None:
        self._checks = checks
        self._end = end
        self._every_s = every_s
        self._rounds = rounds

    async def examine(self) -> Health:
        """Say what does not work now."""
        return Health(tuple(trouble.says for trouble in await self._troubles()))

    async def run(self) -> None:
        """Log when something hangs, and when it goes on; end the process after some rounds of the same kind."""
        before: tuple[Trouble, ...] = ()
        rounds = 0
        while True:
            await asyncio.sleep(self._every_s)
            troubles = await self._troubles()
            for trouble in set(troubles) - set(before):
                _log.error("watchdog: %s", trouble.says)
            if before and not troubles:
                _log.info("watchdog: all goes on")
            before = troubles
            ours = [trouble for trouble in troubles if trouble.restart_helps]
            rounds = rounds + 1 if ours and len(ours) == len(troubles) else 0
            if rounds >= self._rounds:
                self._end(f"not healthy for {rounds} rounds of the watchdog: {ours[0].says}")
                return

    async def _troubles(self) -> tuple[Trouble, ...]:
        found = []
        for check in self._checks:
            try:
                async with asyncio.timeout(_ANSWERS_WITHIN_S):
                    found.append(await check())
            except (SQLAlchemyError, OSError):
                # The database, or a time-out because of it: `DatabaseCheck` says so.
                continue
        return tuple(trouble for trouble in found if trouble is not None)


class DatabaseCheck:
    """Sees whether the database takes a transaction, and whether its file is still the one at its path."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._path = sqlite_path(database.engine.url)
        self._opened = _identity(self._path)
        self._asking: asyncio.Task[str | None] | None = None

    async def file(self) -> Trouble | None:
        """Compare the file at the path with the one that was opened."""
        if self._path is None or _identity(self._path) == self._opened:
            return None
        return Trouble(
            f"the database file at {self._path} is not the one that was opened: what is stored now goes to a file "
            "that is gone"
        )

    async def transaction(self) -> Trouble | None:
        """Try a transaction; one that does not come back is asked after again, and no second one is begun."""
        asking = self._asking = self._asking or asyncio.create_task(self._ask(), name="asking the database")
        done, _ = await asyncio.wait([asking], timeout=_ANSWERS_WITHIN_S / 2)
        if not done:
            return Trouble("the database does not answer", restart_helps=False)
        self._asking = None
        problem = asking.result()
        return None if problem is None else Trouble(f"the database fails: {problem}", restart_helps=False)

    async def _ask(self) -> str | None:
        try:
            async with self._database.write() as session:
                await session.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError) as error:
            return describe(error)
        return None


def _identity(path: Path | None) -> tuple[int, int] | None:
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return None if found is None else (found.st_dev, found.st_ino)
