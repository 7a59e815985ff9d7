"""`/queue`: what waits or runs for this chat, and buttons to cancel what has not gone out."""

from markupsafe import Markup

from bot.documents.requests import Cancelled, Service
from bot.documents.wording import describe
from bot.language.translator import Translator
from bot.messaging.messenger import Messenger
from bot.queue.positions import Waiting
from bot.runtime.clock import Clock
from handlers import keyboards
from handlers.calls import Command, Press


class Queue:
    def __init__(self, service: Service, messenger: Messenger, clock: Clock) -> None:
        self._service = service
        self._messenger = messenger
        self._clock = clock

    async def __call__(self, command: Command) -> None:
        waiting = await self._service.waiting_in_chat(command.to.chat_id)
        await self._messenger.send_text(
            command.to, self._list(command.t, waiting), keyboards.of_queue(command.t, waiting)
        )

    async def cancel(self, press: Press) -> None:
        """Cancel one request, and show the list as it is now."""
        t = press.t
        became = await self._service.cancel(
            press.args[0], press.person, as_admin=press.access.is_admin, chat_id=press.chat_id
        )
        match became:
            case Cancelled.DONE:
                answer = t.say("Cancelled.")
            case Cancelled.TOO_LATE:
                answer = t.say("Too late: it has already gone out or is finished.")
            case Cancelled.NOT_YOURS:
                answer = t.say("Only the person who asked for it, or an admin, can cancel it.")
        await self._messenger.answer_press(press.query_id, answer.unescape(), alert=became is not Cancelled.DONE)
        if became is Cancelled.NOT_YOURS:
            return
        waiting = await self._service.waiting_in_chat(press.chat_id)
        await self._messenger.edit_text(
            press.chat_id, press.message_id, self._list(t, waiting), keyboards.of_queue(t, waiting)
        )

    def _list(self, t: Translator, waiting: list[Waiting]) -> Markup:
        if not waiting:
            return t.say("This chat has nothing in the queue.")
        head = t.say_n(
            "{n} request of this chat waits or runs:", "{n} requests of this chat wait or run:", len(waiting)
        )
        return Markup("\n").join([head, *(self._line(t, item) for item in waiting)])

    def _line(self, t: Translator, item: Waiting) -> Markup:
        what, name = describe(t, item.request.wish), item.request.requester_name
        if item.place == 0:
            return t.say("▶ {what} ({name}): sent, waiting for the answer", what=what, name=name)
        if item.starts_at is None:
            return t.say("{place}. {what} ({name}): its login is paused", place=item.place, what=what, name=name)
        time = t.clock_time(item.starts_at, now=self._clock.now())
        return t.say("{place}. {what} ({name}): at {time}", place=item.place, what=what, name=name, time=time)
