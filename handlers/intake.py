"""The intake of a wish: read the arguments or say what is wrong with them, then put the wish into the queue."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from telegram import InlineKeyboardMarkup

from bot.access import wording as access_wording
from bot.documents import wording
from bot.documents.duplicates import DuplicateGuard, DuplicateQuestion
from bot.documents.requests import DocumentRequests, UnknownLogin
from bot.domain import Denial, Destination, Wish
from bot.language.translator import Translator
from bot.messaging.keyboards import column
from bot.messaging.messenger import Messenger
from bot.parsing import ParseError
from handlers.context import Caller, Command
from handlers.usage import explain

_log = logging.getLogger(__name__)

T = TypeVar("T")

SEND_THAT = "sendthat"
ANOTHER = "another"
FORGET = "forget"


async def parse(command: Command, form: str, parser: Callable[[str], T]) -> T | None:
    """Read a command's arguments; None once the person has been told what is wrong and what the right form is."""
    try:
        return parser(command.args)
    except ParseError as error:
        await command.reply(explain(command.t, error, form))
        return None


class Intake:
    """Turns a wish into a request in the queue; the queue and the delivery answer from there on."""

    def __init__(self, requests: DocumentRequests, duplicates: DuplicateGuard, messenger: Messenger) -> None:
        self._requests = requests
        self._duplicates = duplicates
        self._messenger = messenger

    async def enqueue(self, caller: Caller, to: Destination, wish: Wish, *, said_at: datetime | None = None) -> None:
        """Queue a wish for the login that the allowlist names; `to` is the message that led to it.

        `said_at` is when that was sent, None for a press.
        """
        result = await self._requests.enqueue(wish, caller.person, to, said_at=said_at)
        match result:
            case DuplicateQuestion():
                await self._ask_whether_again(caller, to, result)
            case UnknownLogin(login):
                _log.error("the allowlist names login %r, which the settings do not have", login)
                text = caller.t.say(
                    "The allowlist gives you or this group the login <b>{login}</b>, which is not in my "
                    "settings. Nothing was sent; please tell an admin.",
                    login=login,
                )
                await self._messenger.send_text(to, text)
            case Denial.NO_LOGIN:
                await self._messenger.send_text(to, access_wording.no_login(caller.t))
            case Denial():
                await self._messenger.send_text(to, access_wording.denial(caller.t, result))

    async def _ask_whether_again(self, caller: Caller, to: Destination, question: DuplicateQuestion) -> None:
        if question.message_id is not None:
            return
        text = wording.duplicate_question(caller.t, question.earlier, question.now)
        message_id = await self._messenger.send_text(to, text, of_duplicate(caller.t, question))
        await self._duplicates.asked_with(question.question_id, message_id)


def of_duplicate(t: Translator, question: DuplicateQuestion) -> InlineKeyboardMarkup:
    """Return what may be done instead of making the same invoice twice."""
    send_that = [(t.say("Send me that PDF"), f"{SEND_THAT}:{question.question_id}")] if question.has_pdf else []
    return column(
        [
            *send_that,
            (t.say("Create another"), f"{ANOTHER}:{question.question_id}"),
            (t.say("Cancel"), f"{FORGET}:{question.question_id}"),
        ]
    )
