"""Notes to the admins, in private."""

import asyncio
import logging
from collections.abc import Callable

from markupsafe import Markup

from bot.access.authorization import Doorkeeper
from bot.domain import Destination, Hold
from bot.language.preferences import Tongues
from bot.language.translator import Translator
from bot.messaging.messenger import Messenger, Undeliverable
from bot.queue.changes import QueueChange
from bot.runtime.clock import Clock
from db import logins
from db.engine import Database
from db.models import Login
from db.retry import until_stored

_log = logging.getLogger(__name__)

Note = Callable[[Translator], Markup]
"""Words a note in one language."""


class Admins:
    """Tells every admin what only they can mend."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        messenger: Messenger,
        tongues: Tongues,
        doorkeeper: Doorkeeper,
    ) -> None:
        self._database = database
        self._clock = clock
        self._messenger = messenger
        self._tongues = tongues
        self._doorkeeper = doorkeeper
        self._trouble = asyncio.Event()
        self._trouble.set()

    async def tell(self, note: Note) -> None:
        """Send all admins a note in their language; who never wrote to the bot cannot be reached, which is logged."""
        tongues = await until_stored("reading the admins", self._admins)
        if not tongues:
            _log.warning("there is no admin to tell: set ADMIN_IDS")
        await asyncio.gather(*(self._tell_one(admin, note(t)) for admin, t in tongues.items()))

    def on_turn(self, turn: QueueChange) -> None:
        """Hear of the queue's turn."""
        if turn.troubled:
            self._trouble.set()

    async def run(self) -> None:
        """Tell of logins in trouble, once for each time that one gets into it, until cancelled."""
        while True:
            await self._trouble.wait()
            self._trouble.clear()
            for login in await until_stored("reading the logins", self._untold):
                await self.tell(lambda t, login=login: self._login_in_trouble(t, login))  # type: ignore[misc]
                await until_stored("noting that the admins know", lambda login=login: self._told(login))  # type: ignore[misc]

    async def _admins(self) -> dict[int, Translator]:
        async with self._database.read() as session:
            ids = await self._doorkeeper.admins(session)
        return await self._tongues.of(ids)

    async def _untold(self) -> list[Login]:
        async with self._database.read() as session:
            everyone = await logins.everyone(session)
        return [
            login
            for login in everyone
            if login.told_at is None and (login.paused_at is not None or login.hold is Hold.BLOCKED)
        ]

    async def _told(self, login: Login) -> None:
        async with self._database.write() as session:
            (await logins.lock(session, login.login)).told_at = self._clock.now()

    def _login_in_trouble(self, t: Translator, login: Login) -> Markup:
        if login.paused_at is not None:
            return t.say(
                "SMS Center refused the login <b>{login}</b> (error 2), so it is paused and its requests wait. Check "
                "its password or API key in the bot's settings, and in SMS Center's cabinet the list of addresses that "
                "may use it. Then: <code>/resume {login}</code>",
                login=login.login,
            )
        return t.say(
            "SMS Center has blocked the bot's address (error 4), so the login <b>{login}</b> rests until {time}; then "
            "one request is tried. It comes from frequent wrong requests: see whether another program uses the login.",
            login=login.login,
            time=t.clock_time(login.held_until or self._clock.now(), now=self._clock.now()),
        )

    async def _tell_one(self, admin: int, text: Markup) -> None:
        try:
            await self._messenger.send_text(Destination(admin), text)
        except Undeliverable as error:
            _log.warning("admin %d cannot be told: %s", admin, error.why)
