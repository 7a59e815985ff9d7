"""Notes to the admins about logins that were paused, or that met why all rest."""

from functools import partial

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.admins import AdminNotes
from bot.access.login_choice import key_of
from bot.domain import Hold
from bot.language.translator import Translator
from bot.messaging.keyboards import Keyboard, column
from bot.queue.changes import QueueChange
from bot.runtime.clock import Clock
from bot.runtime.worker import Worker
from bot.smscentre import ErrorCode
from db import logins
from db.engine import Database
from db.models import Login

START_AGAIN = "startagain"


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
        untold = partial(logins.in_untold_trouble, now=self._clock.now())
        for login in await self._database.read_until_stored("reading the logins", untold):
            paused = login.paused_at is not None
            await self._admins.tell(partial(self._note, login), partial(_start_again, login) if paused else None)
            await self._database.write_until_stored("noting that the admins know", partial(self._told, login))

    async def _told(self, seen: Login, session: AsyncSession) -> None:
        """Note that the admins know of a trouble, unless the login is in another one meanwhile."""
        login = await logins.lock(session, seen.login)
        if (login.paused_at, login.hold, login.trouble) == (seen.paused_at, seen.hold, seen.trouble):
            login.told_at = self._clock.now()
        else:
            self.wake()

    def _note(self, login: Login, t: Translator) -> Markup:
        now = self._clock.now()
        if login.paused_at is not None:
            return t.say(
                "SMS Center refused the login <b>{login}</b> (error {code}), so it is paused and its requests wait. "
                "Check its password or API key in the bot's settings, and in SMS Center's cabinet the list of "
                "addresses that may use it. Then: <code>/resume {login}</code>",
                login=login.login,
                code=ErrorCode.CREDENTIALS,
            )
        time = t.clock_time(login.held_until or now, now=now)
        if login.hold is Hold.WRONG_SETTING:
            return t.say(
                "At the address in the bot's settings there is no SMS Center, so all logins rest and nothing is lost. "
                "This setting is wrong: <code>{trouble}</code>\nPut it right and restart the bot. Until then it tries "
                "one request from time to time, next at {time}.",
                trouble=login.trouble,
                time=time,
            )
        return t.say(
            "SMS Center has blocked the bot's address (error {code}), which the login <b>{login}</b> was told. All "
            "logins rest until {time}; then one request is tried. This happens after too many bad requests: see "
            "whether another program uses the address.",
            code=ErrorCode.BLOCKED,
            login=login.login,
            time=time,
        )


def _start_again(login: Login, t: Translator) -> Keyboard:
    return column([(t.say("Start again"), f"{START_AGAIN}:{key_of(login.login)}")])
