"""`/queue`: what waits or runs for this chat, with buttons to cancel it; `/queue all` for admins: for every chat."""

from collections.abc import Sequence

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.access.policy import Action
from bot.access.wording import denial
from bot.batches import wording as batch_wording
from bot.batches.control import BatchControl
from bot.documents.requests import CancelResult, DocumentRequests
from bot.documents.wording import describe, describe_shortly
from bot.domain import Denial
from bot.language.translator import Translator
from bot.messaging.keyboards import Row, keyboard, pages, short
from bot.queue.logins import Logins, QueuePage
from bot.queue.positions import QueuePosition
from bot.runtime.clock import Clock
from handlers.context import Button, Command, Press

CANCEL = "cancel"
PAGE_OF_CHAT = "queue"
PAGE_OF_ALL = "queueall"
CANCEL_ANY = "cancelany"
CANCEL_ALL_OF = "cancelallof"
CANCEL_ALL_SURE = "cancelallsure"
_ALL = ("all", "все")


class WaitingCommand:
    """Shows the queue of a chat, or all queues, and cancels requests in them."""

    def __init__(self, logins: Logins, requests: DocumentRequests, batches: BatchControl, clock: Clock) -> None:
        self._logins = logins
        self._batches = batches
        self._requests = requests
        self._clock = clock

    @property
    def buttons(self) -> Sequence[Button]:
        """What the buttons under the lists do."""
        return [
            Button(CANCEL, self.cancel),
            Button(PAGE_OF_CHAT, self.page),
            Button(PAGE_OF_ALL, self.page_of_all, 1, Action.READ_LISTS),
            Button(CANCEL_ANY, self.cancel_any, 2, Action.READ_LISTS),
            Button(CANCEL_ALL_OF, self.cancel_all_of, 2, Action.READ_LISTS),
            Button(CANCEL_ALL_SURE, self.cancel_all_sure, 2, Action.READ_LISTS),
        ]

    async def __call__(self, command: Command) -> None:
        t = command.t
        if command.args.strip().lower() in _ALL:
            if not command.access.may(Action.READ_LISTS):
                await command.reply(t.say("Every chat's queue is for admins, alone with me."))
                return
            page = await self._logins.page(None, 0)
            await command.reply(self._everywhere(t, page), of_all(t, page))
            return
        page = await self._logins.page(command.to.chat_id, 0)
        await command.reply(await self._of_chat(t, page, command.to.chat_id), of_chat(t, page))

    async def page(self, press: Press) -> None:
        """Show a page of the chat's queue as it is now."""
        await press.answer()
        await self._show(press, press.args[0])

    async def cancel(self, press: Press) -> None:
        """Cancel one request of this chat, and show the list as it is now."""
        result = await self._requests.cancel(
            press.args[0], press.person, as_admin=press.access.is_admin, chat_id=press.chat_id
        )
        await press.answer(_answer(press.t, result), alert=result is not CancelResult.DONE)
        if result in {CancelResult.DONE, CancelResult.TOO_LATE}:
            await self._show(press, 0)

    async def page_of_all(self, press: Press) -> None:
        """Show a page of every chat's queue as it is now."""
        await press.answer()
        await self._show_all(press, press.args[0])

    async def cancel_any(self, press: Press) -> None:
        """Cancel one request of any chat, which is told there."""
        request_id, page = press.args
        result = await self._requests.cancel(request_id, press.person, as_admin=True, chat_id=None)
        await press.answer(_answer(press.t, result), alert=result is not CancelResult.DONE)
        await self._show_all(press, page)

    async def cancel_all_of(self, press: Press) -> None:
        """Ask once more before all that a person waits for is cancelled."""
        person_id, page = press.args
        t = press.t
        name = await self._requests.name_of(person_id)
        if name is None:
            await press.answer(t.say("Nothing of theirs waits any more."))
            await self._show_all(press, page)
            return
        await press.answer()
        buttons: list[Row] = [
            [(t.say("Yes, cancel all of it"), f"{CANCEL_ALL_SURE}:{person_id}:{page}")],
            [("« " + t.say("Back"), f"{PAGE_OF_ALL}:{page}")],
        ]
        text = t.say(
            "Cancel everything that {name} (<code>{id}</code>) waits for, in every chat?", name=name, id=person_id
        )
        await press.edit(text, keyboard(buttons))

    async def cancel_all_sure(self, press: Press) -> None:
        """Cancel all that a person waits for."""
        person_id, page = press.args
        count = await self._requests.cancel_all_of(person_id, press.person)
        await press.answer(press.t.say_n("{n} request is cancelled.", "{n} requests are cancelled.", count))
        await self._show_all(press, page)

    async def _show(self, press: Press, number: int) -> None:
        page = await self._logins.page(press.chat_id, number)
        await press.edit(await self._of_chat(press.t, page, press.chat_id), of_chat(press.t, page))

    async def _show_all(self, press: Press, number: int) -> None:
        page = await self._logins.page(None, number)
        await press.edit(self._everywhere(press.t, page), of_all(press.t, page))

    async def _of_chat(self, t: Translator, page: QueuePage, chat_id: int) -> Markup:
        """Say what waits one by one, then each batch in one line."""
        lines = [self._line(t, one) for one in page.entries]
        if not page.more:
            now = self._clock.now()
            lines += [batch_wording.line(t, status, now) for status in await self._batches.active(chat_id)]
        if not lines:
            return t.say("Nothing of this chat waits.")
        return Markup("\n").join([t.say("<b>The queue of this chat</b>"), *lines])

    def _everywhere(self, t: Translator, page: QueuePage) -> Markup:
        if not page.entries:
            return t.say("Nothing waits.")
        lines, login = [t.say("<b>All queues</b>")], ""
        for one in page.entries:
            if one.request.login != login:
                login = one.request.login
                lines.append(Markup("\n<b>{}</b>").format(login))
            lines.append(self._line(t, one))
        return Markup("\n").join(lines)

    def _line(self, t: Translator, item: QueuePosition) -> Markup:
        what, name = describe(t, item.request.wish), item.request.requester_name
        if item.place == 0:
            return t.say("▶ {what} ({name}): sent, waiting for the answer", what=what, name=name)
        if item.starts_at is None:
            return t.say("{place}. {what} ({name}): its login is paused", place=item.place, what=what, name=name)
        if item.starts_at <= self._clock.now():
            return t.say("{place}. {what} ({name}): next", place=item.place, what=what, name=name)
        time = t.clock_time(item.starts_at, now=self._clock.now())
        return t.say("{place}. {what} ({name}): at {time}", place=item.place, what=what, name=name, time=time)


def _answer(t: Translator, result: CancelResult | Denial) -> Markup:
    match result:
        case CancelResult.DONE:
            return t.say("Cancelled.")
        case CancelResult.TOO_LATE:
            return t.say("Too late: it has already gone out or is finished.")
        case CancelResult.NOT_YOURS:
            return t.say("Only the person who asked for it, or an admin, can cancel it.")
        case Denial():
            return denial(t, result)


def of_chat(t: Translator, page: QueuePage) -> InlineKeyboardMarkup | None:
    """Return a button to cancel each request that has not gone out, and the way to other pages."""
    rows: list[Row] = [
        [(_cancel_label(t, item), f"{CANCEL}:{item.request.id}")] for item in page.entries if item.cancellable
    ]
    return keyboard([*rows, _turn(t, PAGE_OF_CHAT, page)])


def of_all(t: Translator, page: QueuePage) -> InlineKeyboardMarkup | None:
    """The same for every chat, with a button beside each for all that its requester waits for."""
    rows: list[Row] = []
    for item in page.entries:
        if item.cancellable:
            person = item.request.requester
            everything = short(t.say("✕ all of {name}", name=person.name).unescape())
            rows.append(
                [
                    (_cancel_label(t, item), f"{CANCEL_ANY}:{item.request.id}:{page.number}"),
                    (everything, f"{CANCEL_ALL_OF}:{person.id}:{page.number}"),
                ]
            )
    return keyboard([*rows, _turn(t, PAGE_OF_ALL, page)])


def _cancel_label(t: Translator, item: QueuePosition) -> str:
    return short(t.say("✕ {what}", what=describe_shortly(t, item.request.wish)).unescape())


def _turn(t: Translator, name: str, page: QueuePage) -> Row:
    refresh = [(t.say("Refresh").unescape(), f"{name}:{page.number}")] if page.entries else []
    return [*refresh, *pages(t, name, page.number, page.more)]
