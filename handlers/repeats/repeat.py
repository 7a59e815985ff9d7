"""`/repeat`: an invoice again every week, month, quarter or year; shown first, and created by a press."""

import logging

from bot.access import wording as access_wording
from bot.documents.requests import UnknownLogin
from bot.domain import Denial, Destination
from bot.language.translator import LANGUAGES
from bot.messaging.messenger import Messenger
from bot.parsing import MoneyWords, ParseError
from bot.repeats import wording
from bot.repeats.buttons import of_preview, of_repeat
from bot.repeats.control import RepeatControl
from bot.repeats.desk import RepeatDesk, RepeatPreview, RepeatRefusal
from bot.runtime.clock import Clock
from bot.schedules.words import Repeat, parse_repeat
from handlers.context import Caller, Command, Press, PressHandler
from handlers.repeats.presses import refuse
from handlers.usage import explain

_log = logging.getLogger(__name__)


class RepeatCommand:
    """Reads what shall repeat, shows it with its first dates, and takes the presses below."""

    def __init__(
        self, desk: RepeatDesk, control: RepeatControl, messenger: Messenger, money: MoneyWords, clock: Clock
    ) -> None:
        self._desk = desk
        self._control = control
        self._messenger = messenger
        self._money = money
        self._clock = clock

    async def __call__(self, command: Command) -> None:
        try:
            wanted = self.read(command.args, command.t.language)
        except ParseError as error:
            await command.reply(explain(command.t, error, "repeat"))
            return
        await self.show(command.caller, command.to, wanted)

    def read(self, words: str, language: str) -> Repeat:
        """Read the words of the command; raises `ParseError`."""
        return parse_repeat(words, self._money, now=self._clock.now(), zone=self._desk.zone, language=language)

    async def show(self, caller: Caller, to: Destination, wanted: Repeat) -> None:
        """Keep what somebody wants to repeat, and show it; `to` is the message that led to it."""
        t = caller.t
        shown = await self._desk.preview(wanted, caller.person, to)
        match shown:
            case UnknownLogin(login):
                _log.error("the allowlist names login %r, which the settings do not have", login)
                await self._messenger.send_text(to, access_wording.unknown_login(t, login))
            case Denial.NO_LOGIN:
                await self._messenger.send_text(to, access_wording.no_login(t))
            case Denial():
                await self._messenger.send_text(to, access_wording.denial(t, shown))
            case RepeatPreview(repeat=repeat) if repeat.message_id is None:
                text, buttons = wording.preview(t, shown, self._desk.zone), of_preview(t, shown)
                message_id = await self._messenger.send_text(to, text, buttons)
                await self._desk.shown_with(repeat.id, message_id)

    def beginning(self, *, sure: bool) -> PressHandler:
        """Return the handler of one of the buttons that create a repeat."""

        async def pressed(press: Press) -> None:
            result = await self._desk.create(
                press.args[0], press.person, press.chat_id, as_admin=press.access.is_admin, sure=sure
            )
            match result:
                case RepeatRefusal() | Denial():
                    await refuse(press, result)
                case RepeatPreview():
                    await press.answer()
                    text = wording.doubts if result.doubtful else wording.preview
                    buttons = of_preview(press.t, result, sure=result.doubtful)
                    await press.edit(text(press.t, result, self._desk.zone), buttons)
                case _:
                    await press.answer()
                    view = self._control.view(result)
                    await press.edit(wording.created(press.t, view, self._desk.zone), of_repeat(press.t, view))

        return pressed

    async def drop(self, press: Press) -> None:
        """Forget a repeat that was not created."""
        refusal = await self._desk.discard(press.args[0], press.person, press.chat_id, as_admin=press.access.is_admin)
        if refusal is not None:
            await refuse(press, refusal)
            return
        await press.answer()
        await press.edit(press.t.say("{name}: cancelled. Nothing was sent to SMS Center.", name=press.person.name))

    async def speak(self, press: Press) -> None:
        """Choose the language of the words that stand for a month, a quarter or a year."""
        repeat_id, index = press.args
        if index >= len(LANGUAGES):
            await press.out_of_date()
            return
        result = await self._desk.speak(
            repeat_id, LANGUAGES[index], press.person, press.chat_id, as_admin=press.access.is_admin
        )
        if isinstance(result, RepeatRefusal):
            await refuse(press, result)
            return
        await press.answer()
        await press.edit(wording.preview(press.t, result, self._desk.zone), of_preview(press.t, result))
