"""The buttons of a batch, and `/batches`: this chat's latest ones."""

from collections.abc import Awaitable, Callable

from markupsafe import Markup

from bot.access.wording import denial
from bot.batches import wording
from bot.batches.buttons import of_preview, of_progress
from bot.batches.control import BatchControl, BatchResult
from bot.batches.desk import BatchDesk, BatchRefusal, StartChoices
from bot.batches.status import BatchStatus
from bot.delivery.buttons import of_unknown
from bot.documents.wording import unknown
from bot.domain import Denial
from bot.language.translator import Translator
from bot.messaging.messenger import Messenger
from bot.runtime.clock import Clock
from handlers.context import Command, Press, PressHandler


class BatchButtons:
    """Takes presses under dry runs and under batches that were started."""

    def __init__(self, desk: BatchDesk, control: BatchControl, messenger: Messenger, clock: Clock) -> None:
        self._desk = desk
        self._control = control
        self._messenger = messenger
        self._clock = clock

    def starting(self, *, without_doubtful: bool) -> PressHandler:
        """Return the handler of one of the buttons that start a batch."""

        async def pressed(press: Press) -> None:
            batch_id = press.args[0]
            started = await self._desk.start(
                batch_id,
                press.person,
                press.chat_id,
                as_admin=press.access.is_admin,
                without_doubtful=without_doubtful,
            )
            if isinstance(started, BatchRefusal | Denial):
                await self._refuse(press, started)
                return
            if isinstance(started, StartChoices):
                text = press.t.say(
                    "Not started: since I read the file, some of its rows have come to look like other invoices. Press "
                    "Start again to send them all the same."
                )
                await press.answer(text, alert=True)
                await press.edit_buttons(of_preview(press.t, started))
                return
            await press.answer()
            await self._show(press, await self._control.status(batch_id, press.chat_id))

        return pressed

    def choosing(self, *, each_pdf: bool) -> PressHandler:
        """Return the handler of the button that says how the PDFs are sent."""

        async def pressed(press: Press) -> None:
            chosen = await self._desk.choose(
                press.args[0], press.person, press.chat_id, as_admin=press.access.is_admin, each_pdf=each_pdf
            )
            if isinstance(chosen, BatchRefusal | Denial):
                await self._refuse(press, chosen)
                return
            t = press.t
            await press.answer(
                t.say("I send each PDF as soon as it is made.")
                if each_pdf
                else t.say("I send all PDFs in one ZIP, at the end.")
            )
            await press.edit_buttons(of_preview(t, chosen))

        return pressed

    async def discard(self, press: Press) -> None:
        """Forget a file that was not started."""
        refusal = await self._desk.discard(press.args[0], press.person, press.chat_id, as_admin=press.access.is_admin)
        if refusal is not None:
            await self._refuse(press, refusal)
            return
        await press.answer()
        await press.edit(press.t.say("{name}: cancelled. Nothing was sent to SMS Center.", name=press.person.name))

    async def pause(self, press: Press) -> None:
        await self._change(press, self._control.pause)

    async def go_on(self, press: Press) -> None:
        await self._change(press, self._control.go_on)

    async def stop(self, press: Press) -> None:
        await self._change(press, self._control.stop)

    async def again(self, press: Press) -> None:
        await self._change(press, self._control.try_again)

    async def files(self, press: Press) -> None:
        await self._change(press, self._control.send_result_again)

    async def unknown(self, press: Press) -> None:
        """Show the first rows of which nobody knows whether their invoice was made, each with the ways out."""
        found = await self._control.unresolved(press.args[0], press.person, press.chat_id)
        if isinstance(found, BatchRefusal | Denial):
            await self._refuse(press, found)
            return
        if not found:
            await press.answer(press.t.say("Somebody has decided about all of them."))
            return
        await press.answer()
        for request in found:
            await press.reply(unknown(press.t, request, self._clock.now()), of_unknown(press.t, request))

    async def listed(self, command: Command) -> None:
        """`/batches`: each of the latest with its buttons."""
        latest = await self._control.latest(command.to.chat_id, command.access.logins.readable)
        if not latest:
            await command.reply(command.t.say("This chat has no batches yet. /batch explains them."))
        for status in reversed(latest):
            text = wording.progress(command.t, status, self._clock.now())
            await command.reply(text, of_progress(command.t, status))

    async def _change(self, press: Press, change: Callable[..., Awaitable[BatchResult]]) -> None:
        result = await change(press.args[0], press.person, press.chat_id, as_admin=press.access.is_admin)
        if not isinstance(result, BatchStatus):
            await self._refuse(press, result)
            return
        await press.answer()
        await self._show(press, result)

    async def _show(self, press: Press, status: BatchStatus | None) -> None:
        if status is not None:
            await press.edit(wording.progress(press.t, status, self._clock.now()), of_progress(press.t, status))

    async def _refuse(self, press: Press, why: BatchRefusal | Denial) -> None:
        text = denial(press.t, why) if isinstance(why, Denial) else _refused(press.t, why)
        await press.answer(text, alert=True)
        if why in {BatchRefusal.EXPIRED, BatchRefusal.SENT_MEANWHILE}:
            await press.edit(text)
        elif why is BatchRefusal.TOO_LATE:
            await self._show(press, await self._control.status(press.args[0], press.chat_id))


def _refused(t: Translator, why: BatchRefusal) -> Markup:
    match why:
        case BatchRefusal.NOT_YOURS:
            return t.say("Only the person who sent the file, or an admin, can do this.")
        case BatchRefusal.TOO_LATE:
            return t.say("That is over already.")
        case BatchRefusal.EXPIRED:
            return t.say("This is too long ago, and nothing was sent. Send the file again.")
        case BatchRefusal.SAME_RUNS:
            return t.say("The same rows are under way already: /batches shows them.")
        case BatchRefusal.SENT_MEANWHILE:
            return t.say("The same rows have been sent since. Send the file again, and I show what became of them.")
        case BatchRefusal.NOTHING_TO_START:
            return t.say("There is no row that I could send.")
        case BatchRefusal.LOGIN_PAUSED:
            return t.say("Its login is paused. Press Go on once an admin has started it again.")
        case BatchRefusal.GONE:
            return t.say("This batch is not there any more.")
