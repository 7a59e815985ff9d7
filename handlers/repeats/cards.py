"""The buttons of the cards that ask about what is due."""

from collections.abc import Sequence

from bot.access.wording import denial
from bot.domain import Denial, RunState
from bot.repeats import buttons, wording
from bot.repeats.desk import RepeatDesk
from bot.repeats.runs import RepeatRuns, RunRefusal, RunResult
from handlers.context import Button, Press, PressHandler
from handlers.repeats.change import RepeatChangeHandlers


class RepeatCardButtons:
    """Takes the answers; the card is brought up to date once they are stored."""

    def __init__(self, runs: RepeatRuns, desk: RepeatDesk, editing: RepeatChangeHandlers) -> None:
        self._runs = runs
        self._editing = editing
        self._zone = desk.zone

    @property
    def buttons(self) -> Sequence[Button]:
        """What the buttons under a card do."""
        return [
            Button(buttons.CREATE, self.creating(sure=False), 2),
            Button(buttons.CREATE_SURE, self.creating(sure=True), 2),
            Button(buttons.SKIP, self.skip, 2),
            Button(buttons.CHANGE, self.change, 2),
        ]

    def creating(self, *, sure: bool) -> PressHandler:
        """Return the handler of one of the buttons that agree."""

        async def pressed(press: Press) -> None:
            run_id, turn = press.args
            as_admin = press.access.is_admin
            result = await self._runs.create(run_id, turn, press.person, press.chat_id, as_admin=as_admin, sure=sure)
            await self._answer(press, result)

        return pressed

    async def skip(self, press: Press) -> None:
        run_id, turn = press.args
        as_admin = press.access.is_admin
        await self._answer(press, await self._runs.skip(run_id, turn, press.person, press.chat_id, as_admin=as_admin))

    async def change(self, press: Press) -> None:
        """Have the repeat of a card changed, of several the one that is chosen; the card waits meanwhile."""
        view = await self._runs.look(press.args[0], press.chat_id)
        if view is None or not view.dues:
            await self._refuse(press, RunRefusal.GONE if view is None else RunRefusal.TOO_LATE)
            return
        if not press.access.logins.include(view.run.login):
            await self._refuse(press, Denial.NO_LOGIN)
            return
        ids = list(dict.fromkeys(due.repeat.id for due in view.dues))[:50]
        if len(ids) == 1:
            await self._editing.ask_about(press, ids[0])
            return
        await press.answer()
        question = press.t.say("Which one? The question above waits meanwhile.")
        await press.reply(question, buttons.of_choice(ids))

    async def _answer(self, press: Press, result: RunResult) -> None:
        if isinstance(result, RunRefusal | Denial):
            await self._refuse(press, result)
            return
        await press.answer()
        if result.run.state is RunState.ASKED:
            await press.edit(
                wording.card(press.t, result, self._zone), buttons.of_run(press.t, result, sure=result.doubtful)
            )

    async def _refuse(self, press: Press, why: RunRefusal | Denial) -> None:
        text = denial(press.t, why) if isinstance(why, Denial) else wording.run_refused(press.t, why)
        await press.answer(text, alert=True)
