"""The intake of a wish: read the arguments or say what is wrong with them, then put the wish into the queue or ask."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.access import wording as access_wording
from bot.delivery.buttons import ways_out
from bot.documents.confirmations import Confirmations
from bot.documents.doubt_wording import doubt_question
from bot.documents.doubts import Confirmation
from bot.documents.limits import LimitScope, TooManyWaiting
from bot.documents.requests import DocumentRequests, UnknownLogin
from bot.domain import Borrowed, Denial, Destination, State, Wish
from bot.language.translator import Translator
from bot.messaging.keyboards import column
from bot.messaging.messenger import Messenger
from bot.parsing import ParseError
from handlers.context import Caller, Command
from handlers.lost_logins import LostLogins
from handlers.usage import explain

T = TypeVar("T")

CONFIRM = "confirm"
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


def borrowed_refusal(command: Command) -> Markup:
    """Say that words of somebody else's were not taken."""
    if command.borrowed is Borrowed.VIA_BOT:
        return command.t.say("Another bot wrote this for you, so I did nothing. If you mean it, type it yourself.")
    return command.t.say("You forwarded this, so I did nothing. If you mean it, type it yourself.")


class Intake:
    """Turns a wish into a request in the queue; the queue and the delivery answer from there on."""

    def __init__(
        self,
        requests: DocumentRequests,
        confirmations: Confirmations,
        lost_logins: LostLogins,
        messenger: Messenger,
    ) -> None:
        self._requests = requests
        self._confirmations = confirmations
        self._lost_logins = lost_logins
        self._messenger = messenger

    async def take(self, command: Command, wish: Wish) -> None:
        """Queue the wish that a command says in full, or ask first."""
        await self.enqueue(command.caller, command.to, wish, said_at=command.said_at, borrowed=command.borrowed)

    async def enqueue(
        self,
        caller: Caller,
        to: Destination,
        wish: Wish,
        *,
        said_at: datetime | None = None,
        borrowed: Borrowed | None = None,
    ) -> None:
        """Queue a wish for the login that the allowlist names, or ask first; `to` is the message that led to it.

        `said_at` is when that was sent, None for a press; `borrowed` says that its words are not the caller's own.
        """
        result = await self._requests.enqueue(wish, caller.person, to, said_at=said_at, borrowed=borrowed)
        if isinstance(result, UnknownLogin):
            await self._lost_logins.refuse(caller, to, result.login)
            return
        if isinstance(result, Confirmation):
            await self.ask(caller, to, result)
        elif (text := refused(caller.t, result)) is not None:
            await self._messenger.send_text(to, text)
            return
        await self._lost_logins.tell(caller, to)

    async def ask(self, caller: Caller, to: Destination, asked: Confirmation) -> None:
        """Ask, unless that is known to be done."""
        if asked.message_id is None:
            text, buttons = doubt_question(caller.t, asked), buttons_of(caller.t, asked)
            message_id = await self._messenger.send_text(to, text, buttons)
            await self._confirmations.asked_with(asked, message_id)


def refused(t: Translator, result: object) -> Markup | None:
    """Say why nothing was queued or kept; None if something was."""
    match result:
        case TooManyWaiting():
            return too_many(t, result)
        case Denial.NO_LOGIN:
            return access_wording.no_login(t)
        case Denial():
            return access_wording.denial(t, result)
        case _:
            return None


def too_many(t: Translator, reached: TooManyWaiting) -> Markup:
    """Say that no more may wait; short enough for the answer to a press."""
    if reached.scope is LimitScope.PERSON:
        return t.say_n(
            "You have {n} request waiting. I take no more until it has gone out or is cancelled: /queue",
            "You have {n} requests waiting. I take no more until one has gone out or is cancelled: /queue",
            reached.limit,
        )
    return t.say_n(
        "This chat has {n} request waiting. I take no more until it has gone out or is cancelled: /queue",
        "This chat has {n} requests waiting. I take no more until one has gone out or is cancelled: /queue",
        reached.limit,
    )


def buttons_of(t: Translator, asked: Confirmation) -> InlineKeyboardMarkup:
    """Return the answers; a duplicate of what nobody knows leads to the ways out of that."""
    cancel = (t.say("Cancel"), f"{FORGET}:{asked.question_id}")
    earlier = asked.earlier
    if not asked.doubt.of_duplicate or earlier is None:
        return column([(t.say("Yes"), f"{CONFIRM}:{asked.question_id}"), cancel])
    another = (t.say("Create another"), f"{ANOTHER}:{asked.question_id}")
    if earlier.state is State.UNKNOWN and earlier.resolution is None:
        return column([*ways_out(t, earlier), another, cancel])
    has_pdf = earlier.state is State.DONE
    send_that = [(t.say("Send me that PDF"), f"{SEND_THAT}:{asked.question_id}")] if has_pdf else []
    return column([*send_that, another, cancel])
