"""`/logins` and `/resume <login>`, for admins: the state of every login, and starting one again."""

from markupsafe import Markup

from bot.domain import Hold
from bot.language.translator import Translator
from bot.queue.logins import Logins, LoginState
from bot.runtime.clock import Clock
from handlers.context import Command, CommandHandler
from handlers.usage import form


class LoginsCommand:
    """Shows the state of every login."""

    def __init__(self, logins: Logins, clock: Clock) -> None:
        self._logins = logins
        self._clock = clock

    async def __call__(self, command: Command) -> None:
        states = await self._logins.states()
        await command.reply(Markup("\n").join(self._line(command.t, state) for state in states))

    def _line(self, t: Translator, state: LoginState) -> Markup:
        waiting = t.say_n("{n} request waits", "{n} requests wait", sum(1 for item in state.waiting if item.place))
        return t.say(
            "<b>{login}</b>: {state}, {waiting}", login=state.login.login, state=self._state(t, state), waiting=waiting
        )

    def _state(self, t: Translator, state: LoginState) -> Markup:
        login, now = state.login, self._clock.now()
        start = state.next_start
        if start is None:
            return t.say(
                "paused: SMS Center refused it, <code>/resume {login}</code> starts it again", login=login.login
            )
        if any(item.place == 0 for item in state.waiting):
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


def resume_command(logins: Logins) -> CommandHandler:
    """Return the handler of `/resume`."""

    async def resume(command: Command) -> None:
        t, name = command.t, command.args
        if not name:
            text = Markup("{}\n{}").format(t.say("Which login? /logins shows them."), form(t, "resume"))
        elif await logins.resume(name, command.person):
            text = t.say("Login <b>{login}</b> is working again.", login=name)
        else:
            text = t.say("<b>{login}</b> is not a paused or resting login. /logins shows them.", login=name[:64])
        await command.reply(text)

    return resume
