"""Notes to the admins about logins that were paused, or that rest because the bot's address is blocked."""

from functools import partial

from markupsafe import Markup

from bot.access.admins import AdminNotes
from bot.domain import Hold
from bot.language.translator import Translator
from bot.queue.changes import QueueChange
from bot.runtime.clock import Clock
from bot.runtime.worker import Worker
from db import logins
from db.engine import Database
from db.models import Login
from db.retry import until_stored


class LoginTroubleNotes(Worker):
    """Tells the admins once each time that a login gets into trouble; the row remembers it across restarts."""

    def __init__(self, database: Database, clock: Clock, admins: AdminNotes) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._admins = admins

    def on_change(self, change: QueueChange) -> None:
        """Hear of a change of the queue."""
        if change.troubled:
            self.wake()

    async def work(self) -> None:
        """Tell of each login in trouble of which the admins do not know yet."""
        for login in await until_stored("reading the logins", self._untold):
            await self._admins.tell(partial(self._note, login))
            await until_stored("noting that the admins know", partial(self._told, login))

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

    def _note(self, login: Login, t: Translator) -> Markup:
        if login.paused_at is not None:
            return t.say(
                "SMS Center refused the login <b>{login}</b> (error 2), so it is paused and its requests wait. Check "
                "its password or API key in the bot's settings, and in SMS Center's cabinet the list of addresses that "
                "may use it. Then: <code>/resume {login}</code>",
                login=login.login,
            )
        now = self._clock.now()
        return t.say(
            "SMS Center has blocked the bot's address (error 4), so the login <b>{login}</b> rests until {time}; then "
            "one request is tried. It comes from frequent wrong requests: see whether another program uses the login.",
            login=login.login,
            time=t.clock_time(login.held_until or now, now=now),
        )
