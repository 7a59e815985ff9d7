"""Conversations: a command asks for the arguments that it was not given, one at a time.

Only the person who began answers: by buttons, by replies to the bot's questions, in private also by plain messages.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.conversation.choices import Choice
from bot.conversation.dialogue import Dialogue, DialogueEnd, Dialogues
from bot.conversation.draft import Answer, DraftKind, Step
from bot.domain import CreateInvoice, Destination
from bot.language.translator import Translator
from bot.messaging.messenger import Messenger
from bot.parsing import ParseError, Understood
from bot.schedules.words import Repeat
from handlers.context import Caller, Command, Press, PressHandler
from handlers.conversation.prompts import Prompt, cancelled, expired, form_of, prompt
from handlers.intake import Intake
from handlers.usage import explain

T = TypeVar("T")
ShowRepeat = Callable[[Caller, Destination, Repeat], Awaitable[None]]
"""Shows what would repeat, to be created by a press."""


class DialogueHandlers:
    """Leads a person through the questions, and enqueues the wish, or shows the repeat, that comes out."""

    def __init__(self, dialogues: Dialogues, intake: Intake, show_repeat: ShowRepeat, messenger: Messenger) -> None:
        self._dialogues = dialogues
        self._intake = intake
        self._show_repeat = show_repeat
        self._messenger = messenger

    async def read(self, about: DraftKind, command: Command, parser: Callable[[str], T]) -> T | None:
        """Read a command's arguments; None once the person is asked for what is missing, or told what is wrong."""
        try:
            return parser(command.args)
        except ParseError as error:
            if error.missing is None:
                await command.reply(explain(command.t, error, about.value))
            else:
                await self._begin(about, command, error.understood)
            return None

    async def _begin(self, about: DraftKind, command: Command, said: Understood) -> None:
        """Ask the first question."""
        dialogue = await self._dialogues.begin(about, command.person, command.to, said, borrowed=command.borrowed)
        if dialogue.end is None:
            await self._ask(dialogue, prompt(command.t, dialogue, command.person, private=command.private))

    async def leave(self, command: Command) -> None:
        """Forget the person's conversation here without a word: they gave another command."""
        if command.caller.is_asked:
            await self._dialogues.leave(command.person.id, command.to)

    async def cancel(self, command: Command) -> None:
        """Say that nothing is asked any more: `leave` has seen to it, as for every other command."""
        await command.reply(cancelled(command.t))

    async def picked(self, press: Press) -> None:
        """Take a pressed sub-client."""
        index = press.args[2]
        await self._pressed(press, lambda dialogue: dialogue.choices[index] if index < len(dialogue.choices) else None)

    def saying(self, choice: Choice) -> PressHandler:
        """Return the handler of one of the other buttons."""

        async def pressed(press: Press) -> None:
            await self._pressed(press, lambda _: choice)

        return pressed

    async def said(self, command: Command) -> bool:
        """Take typed words; False if they answer no conversation."""
        dialogue = await self._dialogues.latest(command.person.id, command.to.chat_id)
        if dialogue is None:
            return False
        if dialogue.heard == command.to.reply_to:
            await self._go_on(dialogue, command.caller, private=command.private)
            return True
        asked = command.private or dialogue.was_asked_with(command.replied_to)
        if not asked or dialogue.end is not None or dialogue.draft.ended:
            return False
        if self._dialogues.is_late(dialogue):
            await command.reply(expired(command.t, dialogue.draft))
            await self._dialogues.end(dialogue, DialogueEnd.EXPIRED, heard=command.to.reply_to)
            await self._remove_question(dialogue)
            return True
        await self._hear(dialogue, command)
        return True

    async def _hear(self, dialogue: Dialogue, command: Command) -> None:
        t = command.t
        try:
            moved = await self._dialogues.answer(
                dialogue, command.args, heard=command.to.reply_to, borrowed=command.borrowed
            )
        except ParseError as error:
            mistake = explain(t, error, form_of(dialogue.draft))
        else:
            if moved != dialogue:
                await self._go_on(moved, command.caller, private=command.private)
                return
            mistake = t.say("Please press one of the buttons.")
        asking = prompt(t, dialogue, command.person, private=command.private)
        message_id = await command.reply(asking.after(mistake), asking.buttons)
        await self._remove_question(dialogue)
        await self._dialogues.misheard(dialogue, command.to.reply_to or 0, message_id, buttons=asking.editable)

    async def _pressed(self, press: Press, read: Callable[[Dialogue], Answer | None]) -> None:
        dialogue = await self._dialogues.get(press.args[0])
        if dialogue is None or dialogue.origin.chat_id != press.chat_id:
            await press.closed()
            return
        if dialogue.asker_id != press.person.id:
            await press.not_yours()
            return
        if dialogue.end is None and self._dialogues.is_late(dialogue):
            await self._dialogues.end(dialogue, DialogueEnd.EXPIRED)
            dialogue = await self._dialogues.get(dialogue.id) or dialogue
        answer = read(dialogue)
        decided = dialogue.draft.step is Step.READY and answer is not Choice.CREATE
        if dialogue.end is not None or decided or answer is None:
            await self._show_end(press, dialogue)
            return
        await press.answer()
        late_press = press.args[1] != dialogue.turn
        if not late_press:
            dialogue = await self._dialogues.answer(dialogue, answer)
        elif dialogue.message_id == press.message_id and dialogue.buttons:
            # An edit that Telegram did not take has left old buttons there.
            shown = prompt(press.t, dialogue, press.person, private=press.private)
            await press.edit(shown.text, shown.keyboard)
        await self._go_on(dialogue, press.caller, private=press.private)

    async def _show_end(self, press: Press, dialogue: Dialogue) -> None:
        t = press.t
        match dialogue.end:
            case DialogueEnd.EXPIRED:
                text = expired(t, dialogue.draft)
                await press.answer(text, alert=True)
                await press.edit(text)
            case DialogueEnd.CANCELLED:
                await press.answer()
                await press.edit(cancelled(t))
            case _:
                await press.answer(None if dialogue.end is DialogueEnd.DONE else t.say("This question is closed."))
                await self._messenger.delete(press.chat_id, press.message_id)

    async def _go_on(self, dialogue: Dialogue, caller: Caller, *, private: bool) -> None:
        """Do what follows from the draft as it stands; doing it twice does it once."""
        if dialogue.end not in {None, DialogueEnd.DONE}:
            return
        if dialogue.draft.step is Step.READY:
            if dialogue.end is None:
                await self._finish(dialogue, caller)
                await self._dialogues.end(dialogue, DialogueEnd.DONE)
            await self._remove_question(dialogue)
        elif dialogue.draft.step is Step.CANCELLED:
            await self._say_cancelled(dialogue, caller.t)
            # Only now: where the process ends before, the answer comes again and it is said.
            await self._dialogues.end(dialogue, DialogueEnd.CANCELLED)
        else:
            await self._ask(dialogue, prompt(caller.t, dialogue, caller.person, private=private))

    async def _say_cancelled(self, dialogue: Dialogue, t: Translator) -> None:
        if dialogue.buttons and dialogue.asked_so_far:
            await self._messenger.edit_text(dialogue.origin.chat_id, dialogue.asked_so_far[-1], cancelled(t))
        else:
            await self._messenger.send_text(dialogue.origin, cancelled(t))
            await self._remove_question(dialogue)

    async def _finish(self, dialogue: Dialogue, caller: Caller) -> None:
        """Queue the wish, or show what would repeat."""
        wish = dialogue.draft.wish
        if dialogue.draft.about is DraftKind.REPEAT and isinstance(wish, CreateInvoice):
            try:
                rule = self._dialogues.reader.rule(dialogue.draft.when or "")
            except ParseError as error:
                # An end that was still to come when it was said.
                await self._messenger.send_text(dialogue.origin, explain(caller.t, error, DraftKind.REPEAT.value))
                return
            await self._show_repeat(caller, dialogue.origin, Repeat(wish, rule))
        else:
            await self._intake.enqueue(caller, dialogue.origin, wish, borrowed=dialogue.borrowed)

    async def _ask(self, dialogue: Dialogue, asking: Prompt) -> None:
        """Ask, unless that is known to be done: in the question before if it can be edited, else in its place."""
        if dialogue.message_id is not None:
            return
        if asking.editable and dialogue.buttons and dialogue.earlier:
            message_id = dialogue.earlier[-1]
            await self._messenger.edit_text(dialogue.origin.chat_id, message_id, asking.text, asking.keyboard)
        else:
            message_id = await self._messenger.send_text(dialogue.origin, asking.text, asking.buttons)
            await self._remove_question(dialogue)
        await self._dialogues.asked(dialogue, message_id, buttons=asking.editable)

    async def _remove_question(self, dialogue: Dialogue) -> None:
        if dialogue.asked_so_far:
            await self._messenger.delete(dialogue.origin.chat_id, dialogue.asked_so_far[-1])
