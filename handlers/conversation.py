"""Conversations: a command without arguments asks for them, one at a time.

Only the person who began answers: by buttons, by replies to the bot's questions, in private also by plain messages.
"""

from collections.abc import Callable

from bot.access.policy import Access
from bot.conversation.dialogue import Conversations, End, Talk
from bot.conversation.draft import About, Answer, Choice, Step
from bot.domain import Person
from bot.language.translator import Translator
from bot.messaging.messenger import Messenger
from bot.parsing import ParseError
from handlers.asks import Asks
from handlers.calls import Command, Press, PressHandler
from handlers.mistakes import explain
from handlers.prompts import Prompt, cancelled, expired, form_of, prompt


class Conversation:
    def __init__(self, conversations: Conversations, asks: Asks, messenger: Messenger) -> None:
        self._conversations = conversations
        self._asks = asks
        self._messenger = messenger

    async def begin(self, about: About, command: Command) -> None:
        """Ask the first question."""
        talk = await self._conversations.begin(about, command.person, command.to)
        if talk.end is None:
            await self._ask(talk, prompt(command.t, talk, command.person, private=command.private))

    async def leave(self, command: Command) -> None:
        """Forget the person's conversation here without a word: they gave another command."""
        await self._conversations.leave(command.person.id, command.to)

    async def picked(self, press: Press) -> None:
        """Take a pressed sub-client."""
        index = press.args[2]
        await self._pressed(press, lambda talk: talk.choices[index] if index < len(talk.choices) else None)

    def saying(self, choice: Choice) -> PressHandler:
        """Return the handler of one of the other buttons."""

        async def pressed(press: Press) -> None:
            await self._pressed(press, lambda _: choice)

        return pressed

    async def said(self, command: Command) -> bool:
        """Take typed words; False if they answer no conversation."""
        talk = await self._conversations.latest(command.person.id, command.to.chat_id)
        if talk is None:
            return False
        if talk.heard == command.to.reply_to:
            await self._go_on(talk, command.person, command.access, command.t, private=command.private)
            return True
        asked = command.private or talk.was_asked_with(command.replied_to)
        if not asked or talk.end is not None or talk.draft.ended:
            return False
        if self._conversations.is_late(talk):
            await self._messenger.send_text(command.to, expired(command.t, talk.draft))
            await self._conversations.end(talk, End.EXPIRED, heard=command.to.reply_to)
            await self._remove_question(talk)
            return True
        await self._hear(talk, command)
        return True

    async def _hear(self, talk: Talk, command: Command) -> None:
        t = command.t
        try:
            moved = await self._conversations.answer(talk, command.args, heard=command.to.reply_to)
        except ParseError as error:
            mistake = explain(t, error, form_of(talk.draft.step))
        else:
            if moved != talk:
                await self._go_on(moved, command.person, command.access, t, private=command.private)
                return
            mistake = t.say("Please press one of the buttons.")
        asking = prompt(t, talk, command.person, private=command.private)
        message_id = await self._messenger.send_text(command.to, asking.after(mistake), asking.buttons)
        await self._remove_question(talk)
        await self._conversations.misheard(talk, command.to.reply_to or 0, message_id, buttons=asking.editable)

    async def _pressed(self, press: Press, read: Callable[[Talk], Answer | None]) -> None:
        talk = await self._conversations.get(press.args[0])
        if talk is None or talk.origin.chat_id != press.chat_id:
            await self._messenger.answer_press(press.query_id, press.t.say("This question is closed.").unescape())
            return
        if talk.asker_id != press.person.id:
            text = press.t.say("Only the person who sent the command can answer.")
            await self._messenger.answer_press(press.query_id, text.unescape(), alert=True)
            return
        if talk.end is None and self._conversations.is_late(talk):
            await self._conversations.end(talk, End.EXPIRED)
            talk = await self._conversations.get(talk.id) or talk
        answer = read(talk)
        decided = talk.draft.step is Step.READY and answer is not Choice.CREATE
        if talk.end is not None or decided or answer is None:
            await self._show_end(press, talk)
            return
        await self._messenger.answer_press(press.query_id)
        late_press = press.args[1] != talk.turn
        if not late_press:
            talk = await self._conversations.answer(talk, answer)
        elif talk.message_id == press.message_id and talk.buttons:
            # An edit that Telegram did not take has left old buttons there.
            shown = prompt(press.t, talk, press.person, private=_in_private(press))
            await self._messenger.edit_text(press.chat_id, press.message_id, shown.text, shown.keyboard)
        await self._go_on(talk, press.person, press.access, press.t, private=_in_private(press))

    async def _show_end(self, press: Press, talk: Talk) -> None:
        t = press.t
        match talk.end:
            case End.EXPIRED:
                text = expired(t, talk.draft)
                await self._messenger.answer_press(press.query_id, text.unescape(), alert=True)
                await self._messenger.edit_text(press.chat_id, press.message_id, text)
            case End.CANCELLED:
                await self._messenger.answer_press(press.query_id)
                await self._messenger.edit_text(press.chat_id, press.message_id, cancelled(t))
            case _:
                closed = "" if talk.end is End.DONE else t.say("This question is closed.").unescape()
                await self._messenger.answer_press(press.query_id, closed)
                await self._messenger.delete(press.chat_id, press.message_id)

    async def _go_on(self, talk: Talk, person: Person, access: Access, t: Translator, *, private: bool) -> None:
        """Do what follows from the draft as it stands; doing it twice does it once."""
        if talk.end not in {None, End.DONE}:
            return
        if talk.draft.step is Step.READY:
            asked_as = Command(person, access, talk.origin, "", t, private=private)
            if talk.end is None:
                await self._asks.enqueue(asked_as, talk.draft.wish)
                await self._conversations.end(talk, End.DONE)
            await self._remove_question(talk)
        elif talk.draft.step is Step.CANCELLED:
            await self._conversations.end(talk, End.CANCELLED)
            await self._messenger.edit_text(talk.origin.chat_id, talk.asked_so_far[-1], cancelled(t))
        else:
            await self._ask(talk, prompt(t, talk, person, private=private))

    async def _ask(self, talk: Talk, asking: Prompt) -> None:
        """Ask, unless that is known to be done: in the question before if it can be edited, else in its place."""
        if talk.message_id is not None:
            return
        if asking.editable and talk.buttons and talk.earlier:
            message_id = talk.earlier[-1]
            await self._messenger.edit_text(talk.origin.chat_id, message_id, asking.text, asking.keyboard)
        else:
            message_id = await self._messenger.send_text(talk.origin, asking.text, asking.buttons)
            await self._remove_question(talk)
        await self._conversations.asked(talk, message_id, buttons=asking.editable)

    async def _remove_question(self, talk: Talk) -> None:
        if talk.asked_so_far:
            await self._messenger.delete(talk.origin.chat_id, talk.asked_so_far[-1])


def _in_private(press: Press) -> bool:
    return press.chat_id == press.person.id
