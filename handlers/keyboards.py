"""Buttons. Their data is `action:id[:choice]`, at most 64 bytes; what a press means is looked up, never carried."""

import re
from collections.abc import Iterable

from markupsafe import Markup
from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from bot.conversation.questions import WhoseAct
from bot.documents.duplicates import Doubt
from bot.documents.history import wish_anew
from bot.domain import Failure, State
from bot.language.translator import Translator
from bot.messaging.messenger import Buttons
from bot.queue.positions import Waiting
from bot.queue.verdicts import RETRYABLE
from db.models import Request

TRY = "again"
CANCEL = "cancel"
WHOSE = "whose"
EXISTS = "exists"
MISSING = "missing"
CREATE = "create"
BACK = "back"
CLOSE = "close"
SEND_THAT = "sendthat"
ANOTHER = "another"
FORGET = "forget"
ANEW = "anew"
PETITION = "petition"

_DATA = re.compile(r"([a-z]+)((?::[0-9]{1,18})+)")
_LONGEST_LABEL = 40


def read_data(data: str | None) -> tuple[str, tuple[int, ...]] | None:
    """Read a button's data; None if no button of ours has it: a modified client sends whatever it likes."""
    found = _DATA.fullmatch(data or "")
    if found is None:
        return None
    return found[1], tuple(int(part) for part in found[2][1:].split(":"))


def ask_for_access(t: Translator) -> InlineKeyboardMarkup:
    """Return the one button that strangers may press; it carries no id, for it is about whoever presses."""
    return column([(t.say("Ask for access"), f"{PETITION}:0")])


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
    """Return the ways out of an unknown outcome."""
    return column(
        [
            (t.say("It exists: get the PDF"), f"{EXISTS}:{request.id}"),
            (t.say("It does not: create it again"), f"{MISSING}:{request.id}"),
            (t.say("Close"), f"{CLOSE}:{request.id}"),
        ]
    )


def of_doubt(t: Translator, doubt: Doubt) -> InlineKeyboardMarkup:
    """Return what may be done instead of making the same invoice twice."""
    send_that = [(t.say("Send me that PDF"), f"{SEND_THAT}:{doubt.question_id}")] if doubt.has_pdf else []
    return column(
        [
            *send_that,
            (t.say("Create another"), f"{ANOTHER}:{doubt.question_id}"),
            (t.say("Cancel"), f"{FORGET}:{doubt.question_id}"),
        ]
    )


def confirm_create(t: Translator, request: Request) -> InlineKeyboardMarkup:
    return column([(t.say("Yes, create it again"), f"{CREATE}:{request.id}"), (t.say("Back"), f"{BACK}:{request.id}")])


def of_queue(t: Translator, waiting: Iterable[Waiting]) -> InlineKeyboardMarkup | None:
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


def whose_act(t: Translator, question: WhoseAct) -> Buttons:
    """Return the sub-clients to choose from; with none lately used, open the reply that names one."""
    if not question.choices:
        return ask(t.say("Sub-client"))
    return column(
        [(short(str(choice)), f"{WHOSE}:{question.asked.id}:{index}") for index, choice in enumerate(question.choices)]
    )


def ask(placeholder: Markup) -> ForceReply:
    """Open a reply, for the person replied to only; in groups a bot in privacy mode hears nothing else."""
    return ForceReply(selective=True, input_field_placeholder=placeholder.unescape())


def column(buttons: Iterable[tuple[str, str]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data)] for label, data in buttons])


def short(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…"
