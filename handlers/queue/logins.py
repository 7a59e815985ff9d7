"""`/logins`, `/pause <login>` and `/resume <login>`, for admins: how the logins are, and stopping or starting one."""

from collections.abc import Awaitable, Callable, Sequence

from markupsafe import Markup

from bot.access.login_choice import login_of
from bot.domain import Hold, Person
from bot.language.translator import Translator
from bot.messaging.keyboards import Keyboard, keyboard, pages
from bot.queue.logins import LoginPage, Logins, LoginState, SwitchResult
from bot.runtime.clock import Clock
from handlers.context import Command, CommandHandler, Press, PressHandler
from handlers.usage import form

LOGINS = "loginpages"


class LoginsCommand:
    """Shows the state of every login, by pages."""

    def __init__(self, logins: Logins, clock: Clock) -> None:
        self._logins = logins
        self._clock = clock

    async def __call__(self, command: Command) -> None:
        page = await self._logins.states()
        await command.reply(self._text(command.t, page), _turn(command.t, page))

    async def turned(self, press: Press) -> None:
        """Show another page."""
        await press.answer()
        page = await self._logins.states(press.args[0])
        await press.edit(self._text(press.t, page), _turn(press.t, page))

    def _text(self, t: Translator, page: LoginPage) -> Markup:
        return Markup("\n").join(self._line(t, state) for state in page.states)

    def _line(self, t: Translator, state: LoginState) -> Markup:
        waiting = (
            t.say_n("{n} request waits", "{n} requests wait", state.waiting)
            if state.waiting
            else t.say("nothing waits")
        )
        name = state.login.login
        line = t.say("<b>{login}</b>: {state}, {waiting}", login=name, state=self._state(t, state), waiting=waiting)
        if state.next_start is not None:
            return line
        return Markup("{}. {}").format(line, t.say("Start again: <code>/resume {login}</code>", login=name))

    def _state(self, t: Translator, state: LoginState) -> Markup:
        login, now = state.login, self._clock.now()
        start = state.next_start
        if start is None:
            if login.paused_by is None:
                return t.say("paused, SMS Center refused the login")
            return t.say("paused ({name})", name=login.paused_by or t.say("the command line"))
        if state.runs:
            return t.say("a request is running")
        if start <= now:
            return t.say("ready")
        time = t.clock_time(start, now=now)
        if login.hold is Hold.BLOCKED:
            return t.say("rests until {time}, as SMS Center has blocked our address", time=time)
        if login.hold is Hold.WRONG_SETTING:
            return t.say("rests until {time}, as a setting is wrong: {trouble}", time=time, trouble=login.trouble)
        if login.hold is Hold.UNREACHABLE:
            return t.say("SMS Center cannot be reached, next try at {time}", time=time)
        return t.say("next slot at {time}", time=time)


def _turn(t: Translator, page: LoginPage) -> Keyboard | None:
    return keyboard([pages(t, LOGINS, page.number, page.more)])


def pause_command(logins: Logins) -> CommandHandler:
    """Return the handler of `/pause`."""

    def done(t: Translator, name: str) -> Markup:
        return t.say(
            "Login <b>{login}</b> is paused. Its queue waits; a request that runs goes on. "
            "Start again: <code>/resume {login}</code>",
            login=name,
        )

    return _switch("pause", logins.pause, done)


def resume_command(logins: Logins) -> CommandHandler:
    """Return the handler of `/resume`."""

    return _switch("resume", logins.resume, _works_again)


def _switch(
    verb: str, switch: Callable[[str, Person], Awaitable[SwitchResult]], done: Callable[[Translator, str], Markup]
) -> CommandHandler:
    async def handle(command: Command) -> None:
        t, name = command.t, command.args
        if not name:
            text = Markup("{}\n{}").format(t.say("Which login? /logins shows them."), form(t, verb))
        elif await switch(name, command.person) is SwitchResult.UNKNOWN:
            text = _unknown(t, name)
        else:
            text = done(t, name)
        await command.reply(text)

    return handle


def resume_button(logins: Logins, configured: Sequence[str]) -> PressHandler:
    """Return the handler of "Start again" under a note about a paused login."""

    async def pressed(press: Press) -> None:
        name = login_of(press.args[0], configured)
        if name is None:
            await press.out_of_date()
            return
        await logins.resume(name, press.person)
        text = _works_again(press.t, name)
        await press.answer(text)
        await press.edit(text)

    return pressed


def _works_again(t: Translator, name: str) -> Markup:
    return t.say("Login <b>{login}</b> is working again.", login=name)


def _unknown(t: Translator, name: str) -> Markup:
    return t.say("There is no login <b>{login}</b>. /logins shows them.", login=name[:64])
