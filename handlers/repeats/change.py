"""Changing a repeat: the bot asks for its words anew, shows what would come of them, and takes the press below."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.conversation.questions import Questions, RepeatChange
from bot.messaging.keyboards import ask, mention
from bot.parsing import ParseError
from bot.repeats import buttons, wording
from bot.repeats.control import RepeatControl, RepeatView
from bot.repeats.desk import RepeatPreview
from bot.repeats.editing import RepeatEditing
from handlers.context import Button, Command, Press
from handlers.intake import borrowed_refusal
from handlers.repeats.presses import refusal, refuse, whose_at
from handlers.usage import explain


class RepeatChangeHandlers:
    """Asks what a repeat shall be, and takes the answer."""

    def __init__(self, editing: RepeatEditing, control: RepeatControl, questions: Questions) -> None:
        self._editing = editing
        self._control = control
        self._questions = questions

    @property
    def buttons(self) -> Sequence[Button]:
        """What asks, and the answers to the preview."""
        return [
            Button(buttons.EDIT, self.asked),
            Button(buttons.EDIT_SURE, self.sure),
            Button(buttons.EDIT_DROP, self.dropped),
        ]

    async def asked(self, press: Press) -> None:
        """Ask what a repeat shall be."""
        await self.ask_about(press, press.args[0])

    async def ask_about(self, press: Press, repeat_id: int) -> None:
        """Ask what this repeat shall be, if the presser may change it."""
        found = await self._control.may_change(repeat_id, whose_at(press))
        if not isinstance(found, RepeatView):
            await refuse(press, found)
            return
        await press.answer()
        question = await self._questions.ask_repeat_change(repeat_id, press.person, press.origin)
        if question.asked.message_id is None:
            words = self._editing.form(found.repeat, press.t.language)
            text = wording.change_asked(press.t, found.repeat, words, self._control.zone)
            if not press.private:
                text = Markup("{}: {}").format(mention(press.person), text)
            message_id = await press.reply(text, ask(press.t.say("Sub-client, sum, service, when")))
            await self._questions.asked_with(question.asked, message_id)

    async def replied(self, command: Command) -> bool:
        """Take a reply, in private any words, as what a repeat shall be; False if they answer no question of ours."""
        if command.replied_to is None and not command.private:
            return False
        question = await self._questions.repeat_change_asked_by(
            command.to.chat_id, command.replied_to, command.person, command.to.reply_to
        )
        if question is None:
            return False
        if command.borrowed is not None:
            await command.reply(borrowed_refusal(command))
        else:
            await self._take(command, question)
        return True

    async def _take(self, command: Command, question: RepeatChange) -> None:
        t = command.t
        try:
            shown = await self._editing.preview(question.repeat_id, whose_at(command), command.args)
        except ParseError as error:
            await command.reply(explain(t, error, "repeat_change"))
            return
        if isinstance(shown, RepeatPreview):
            text = wording.change_preview(t, shown, self._control.zone)
            await command.reply(text, buttons.of_change(t, question.asked.id))
        else:
            await command.reply(refusal(t, shown))
        # Only now: where the process ends before, the reply comes again and is answered.
        await self._questions.answered(question.asked, command.to.reply_to, said=command.args)

    async def sure(self, press: Press) -> None:
        """Change the repeat as the preview said."""
        try:
            result = await self._editing.change(press.args[0], whose_at(press))
        except ParseError as error:
            # What it said was possible then, such as an end that has passed meanwhile.
            await press.answer(explain(press.t, error, "repeat_change"), alert=True)
            return
        if not isinstance(result, RepeatView):
            await refuse(press, result)
            return
        await press.answer()
        text = wording.changed(press.t, result, self._control.zone)
        await press.edit(text, buttons.of_repeat(press.t, result))

    async def dropped(self, press: Press) -> None:
        """Leave the repeat as it is."""
        refused = await self._editing.withdraw(press.args[0], whose_at(press))
        if refused is not None:
            await refuse(press, refused)
            return
        await press.answer()
        await press.edit(press.t.say("Cancelled. The repeat stays as it was."))
