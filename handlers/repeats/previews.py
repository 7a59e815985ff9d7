"""Showing what somebody wants to repeat, with its first dates, before anything comes of it."""

from bot.access import wording as access_wording
from bot.documents.requests import UnknownLogin
from bot.domain import Denial, Destination
from bot.messaging.messenger import Messenger
from bot.repeats import wording
from bot.repeats.buttons import of_preview
from bot.repeats.desk import RepeatDesk, RepeatPreview
from bot.schedules.words import Repeat
from handlers.context import Caller
from handlers.lost_logins import LostLogins


class RepeatPreviews:
    """Keeps and shows what would repeat."""

    def __init__(self, desk: RepeatDesk, lost_logins: LostLogins, messenger: Messenger) -> None:
        self._desk = desk
        self._lost_logins = lost_logins
        self._messenger = messenger

    async def show(self, caller: Caller, to: Destination, wanted: Repeat) -> None:
        """Keep what somebody wants to repeat, and show it; `to` is the message that led to it."""
        t = caller.t
        shown = await self._desk.preview(wanted, caller.person, to)
        match shown:
            case UnknownLogin(login):
                await self._lost_logins.refuse(caller, to, login)
            case Denial.NO_LOGIN:
                await self._messenger.send_text(to, access_wording.no_login(t))
            case Denial():
                await self._messenger.send_text(to, access_wording.denial(t, shown))
            case RepeatPreview(repeat=repeat) if repeat.message_id is None:
                text, buttons = wording.preview(t, shown, self._desk.zone), of_preview(t, shown)
                message_id = await self._messenger.send_text(to, text, buttons)
                await self._desk.shown_with(repeat.id, message_id)
                await self._lost_logins.tell(caller, to)
