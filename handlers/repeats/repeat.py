"""`/repeat`: an invoice again every week, month, quarter or year; shown first, and created by a press."""

from collections.abc import Awaitable, Callable
from functools import partial

from bot.domain import Denial
from bot.language.translator import LANGUAGES
from bot.parsing import MoneyWords
from bot.repeats import wording
from bot.repeats.buttons import of_preview, of_repeat
from bot.repeats.control import RepeatControl
from bot.repeats.desk import RepeatDesk, RepeatPreview, RepeatRefusal
from bot.runtime.clock import Clock
from bot.schedules.words import Repeat, parse_repeat
from handlers.context import Command, Press, PressHandler
from handlers.repeats.presses import refuse
from handlers.repeats.previews import RepeatPreviews

ReadRepeat = Callable[[Command, Callable[[str], Repeat]], Awaitable[Repeat | None]]
"""Reads a command; None once the person is asked for what is missing, or told what is wrong."""


class RepeatCommand:
    """Reads what shall repeat, asks for what is missing, and takes the presses below its preview."""

    def __init__(
        self,
        desk: RepeatDesk,
        control: RepeatControl,
        previews: RepeatPreviews,
        read: ReadRepeat,
        money: MoneyWords,
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._control = control
        self._previews = previews
        self._read = read
        self._money = money
        self._clock = clock

    async def __call__(self, command: Command) -> None:
        parser = partial(
            parse_repeat,
            money=self._money,
            now=self._clock.now(),
            zone=self._desk.zone,
            language=command.t.language,
        )
        wanted = await self._read(command, parser)
        if wanted is not None:
            await self._previews.show(command.caller, command.to, wanted)

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
        if isinstance(result, RepeatRefusal | Denial):
            await refuse(press, result)
            return
        await press.answer()
        await press.edit(wording.preview(press.t, result, self._desk.zone), of_preview(press.t, result))
