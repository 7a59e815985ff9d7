"""The buttons under an outcome."""

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.documents.history import wish_anew
from bot.domain import Failure, State
from bot.language.translator import Translator
from bot.messaging.calls import Buttons
from bot.messaging.keyboards import column
from bot.queue.verdicts import RETRYABLE
from db.models import Request

TRY = "again"
EXISTS = "exists"
MISSING = "missing"
CLOSE = "close"
ANEW = "anew"


def of_outcome(t: Translator, request: Request) -> Buttons:
    """Return the buttons under an outcome: to try again, where that may help, and to decide what nobody knows."""
    if request.state is State.UNKNOWN and request.resolution is None:
        return of_unknown(t, request)
    if request.copy_of is not None and wish_anew(request) is not None:
        return column([(t.say("Fetch it anew"), f"{ANEW}:{request.copy_of}")])
    if request.state is not State.FAILED or request.failure not in RETRYABLE:
        return None
    label = t.say("Fetch the PDF") if request.failure is Failure.PDF_MISSING else t.say("Try again")
    return column([(label, f"{TRY}:{request.id}")])


def of_unknown(t: Translator, request: Request) -> InlineKeyboardMarkup:
    """Return the buttons under an unknown outcome."""
    return column(ways_out(t, request))


def ways_out(t: Translator, request: Request) -> list[tuple[Markup, str]]:
    """Return the ways out of an unknown outcome: what each button says, and its data."""
    return [
        (t.say("It exists: get the PDF"), f"{EXISTS}:{request.id}"),
        (t.say("It does not: create it again"), f"{MISSING}:{request.id}"),
        (t.say("Close"), f"{CLOSE}:{request.id}"),
    ]
