"""`/queue`: what waits or runs for this chat, and buttons to cancel what has not gone out."""

from collections.abc import Iterable

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.access.wording import denial
from bot.documents.requests import CancelResult, DocumentRequests
from bot.documents.wording import describe
from bot.domain import Denial
from bot.language.translator import Translator
from bot.messaging.keyboards import column, short
from bot.queue.logins import Logins
from bot.queue.positions import QueuePosition
from bot.runtime.clock import Clock
from handlers.context import Command, Press


class WaitingCommand:
    """Shows the queue of a chat, and cancels requests in it."""

    def __init__(self, logins: Logins, requests: DocumentRequests, clock: Clock) -> None:
        self._logins = logins
        self._requests = requests
        self._clock = clock

    async def __call__(self, command: Command) -> None:
        waiting = await self._logins.waiting_in_chat(command.to.chat_id)
        await command.reply(self._list(command.t, waiting), of_queue(command.t, waiting))

    async def cancel(self, press: Press) -> None:
        """Cancel one request, and show the list as it is now."""
        t = press.t
        became = await self._requests.cancel(
            press.args[0], press.person, as_admin=press.access.is_admin, chat_id=press.chat_id
        )
        match became:
            case CancelResult.DONE:
                answer = t.say("Cancelled.")
            case CancelResult.TOO_LATE:
                answer = t.say("Too late: it has already gone out or is finished.")
            case CancelResult.NOT_YOURS:
                answer = t.say("Only the person who asked for it, or an admin, can cancel it.")
            case Denial():
                answer = denial(t, became)
        await press.answer(answer, alert=became is not CancelResult.DONE)
        if became not in {CancelResult.DONE, CancelResult.TOO_LATE}:
            return
        waiting = await self._logins.waiting_in_chat(press.chat_id)
        await press.edit(self._list(t, waiting), of_queue(t, waiting))

    def _list(self, t: Translator, waiting: list[QueuePosition]) -> Markup:
        if not waiting:
            return t.say("This chat has nothing in the queue.")
        head = t.say_n(
            "{n} request of this chat waits or runs:", "{n} requests of this chat wait or run:", len(waiting)
        )
        return Markup("\n").join([head, *(self._line(t, item) for item in waiting)])

    def _line(self, t: Translator, item: QueuePosition) -> Markup:
        what, name = describe(t, item.request.wish), item.request.requester_name
        if item.place == 0:
            return t.say("▶ {what} ({name}): sent, waiting for the answer", what=what, name=name)
        if item.starts_at is None:
            return t.say("{place}. {what} ({name}): its login is paused", place=item.place, what=what, name=name)
        time = t.clock_time(item.starts_at, now=self._clock.now())
        return t.say("{place}. {what} ({name}): at {time}", place=item.place, what=what, name=name, time=time)


CANCEL = "cancel"


def of_queue(t: Translator, waiting: Iterable[QueuePosition]) -> InlineKeyboardMarkup | None:
    """Return a button to cancel each request that has not gone out."""
    buttons = [
        (
            t.say("Cancel {place}: {user}", place=item.place, user=short(str(item.request.sub_client))).unescape(),
            f"{CANCEL}:{item.request.id}",
        )
        for item in waiting
        if item.cancellable
    ]
    return column(buttons) if buttons else None
