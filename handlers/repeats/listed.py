"""`/repeats`: what repeats in this chat, each to be seen and changed; `/repeats all` for admins: in every chat."""

from collections.abc import Awaitable, Callable, Sequence

from markupsafe import Markup

from bot.access.policy import Action
from bot.repeats import buttons, wording
from bot.repeats.control import RepeatControl, RepeatPage, RepeatResult, RepeatView, Whose
from bot.repeats.desk import RepeatDesk
from handlers.context import Button, Command, Press
from handlers.repeats.presses import refuse, whose_at

_ALL = ("all", "все")


class RepeatsCommand:
    """Lists repeats by pages, and does what the buttons below one say."""

    def __init__(self, control: RepeatControl, desk: RepeatDesk) -> None:
        self._control = control
        self._zone = desk.zone

    @property
    def buttons(self) -> Sequence[Button]:
        """What the buttons under the lists and under each repeat do."""
        return [
            Button(buttons.LIST, self.turned),
            Button(buttons.LIST_ALL, self.turned_of_all, 1, Action.READ_LISTS),
            Button(buttons.SHOW, self.shown),
            Button(buttons.RUN_NOW, self.run_now),
            Button(buttons.SKIP_ONCE, self.skip_once, 2),
            Button(buttons.PAUSE, self.pause),
            Button(buttons.GO_ON, self.go_on),
            Button(buttons.BY_ITSELF, self.by_itself, 2),
            Button(buttons.END, self.end),
            Button(buttons.END_SURE, self.end_sure),
        ]

    async def __call__(self, command: Command) -> None:
        t = command.t
        everywhere = command.args.strip().lower() in _ALL
        if everywhere and not command.access.may(Action.READ_LISTS):
            await command.reply(t.say("The repeats of every chat are for admins, alone with me."))
            return
        page = await self._page(command, 0, everywhere=everywhere)
        text = wording.listed(t, page, self._zone, everywhere=everywhere)
        await command.reply(text, buttons.of_page(t, page, everywhere=everywhere))

    async def turned(self, press: Press) -> None:
        """Show another page of the chat's repeats."""
        await self._turn(press, everywhere=False)

    async def turned_of_all(self, press: Press) -> None:
        """Show another page of all repeats."""
        await self._turn(press, everywhere=True)

    async def shown(self, press: Press) -> None:
        """Show one repeat in place of the list."""
        await self._answer(press, await self._control.look(press.args[0], whose_at(press)))

    async def run_now(self, press: Press) -> None:
        result = await self._control.run_now(press.args[0], whose_at(press))
        if isinstance(result, RepeatView):
            await press.answer(press.t.say("On its way."))
        else:
            await refuse(press, result)

    async def skip_once(self, press: Press) -> None:
        repeat_id, number = press.args
        await self._answer(press, await self._control.skip(repeat_id, whose_at(press), number))

    async def pause(self, press: Press) -> None:
        await self._do(press, self._control.pause)

    async def go_on(self, press: Press) -> None:
        await self._do(press, self._control.go_on)

    async def by_itself(self, press: Press) -> None:
        """Switch whether a repeat asks each time."""
        repeat_id, on = press.args
        await self._answer(press, await self._control.switch(repeat_id, whose_at(press), by_itself=on == 1))

    async def end(self, press: Press) -> None:
        """Ask once more before a repeat is ended."""
        found = await self._control.look(press.args[0], whose_at(press))
        if not isinstance(found, RepeatView):
            await refuse(press, found)
            return
        await press.answer()
        question = press.t.say("End it for good? What was made stays.")
        text = Markup("{}\n\n{}").format(wording.one(press.t, found, self._zone), question)
        await press.edit(text, buttons.of_end(press.t, found.repeat.id))

    async def end_sure(self, press: Press) -> None:
        await self._do(press, self._control.end)

    async def _do(self, press: Press, change: Callable[[int, Whose], Awaitable[RepeatResult]]) -> None:
        await self._answer(press, await change(press.args[0], whose_at(press)))

    async def _answer(self, press: Press, result: RepeatResult) -> None:
        if not isinstance(result, RepeatView):
            await refuse(press, result)
            return
        await press.answer()
        await press.edit(wording.one(press.t, result, self._zone), buttons.of_repeat(press.t, result))

    async def _turn(self, press: Press, *, everywhere: bool) -> None:
        page = await self._page(press, press.args[0], everywhere=everywhere)
        await press.answer()
        text = wording.listed(press.t, page, self._zone, everywhere=everywhere)
        await press.edit(text, buttons.of_page(press.t, page, everywhere=everywhere))

    async def _page(self, call: Command | Press, number: int, *, everywhere: bool) -> RepeatPage:
        if everywhere:
            return await self._control.page(None, None, number)
        chat_id = call.to.chat_id if isinstance(call, Command) else call.chat_id
        return await self._control.page(chat_id, call.access.logins.readable, number)
