"""What people read of requests that were cancelled because a right to them ended. Pure."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.access.stopping import Stopped
from bot.documents.wording import describe
from bot.domain import Denial
from bot.language.translator import Translator
from db.models import Request

_LISTED = 5
_NAME = 40


def cancelled(t: Translator, request: Request, along: Sequence[Request] = ()) -> Markup:
    """Tell the requester why what waited was cancelled, and what exists of it.

    `along` was cancelled for the same reason, and nothing exists of it.
    """
    what = _joined(t, [request, *along])
    match request.denied:
        case Denial.EXPIRED:
            text = t.say("Cancelled, as your time on the list is over: {what}.", what=what)
        case Denial.CHAT_CLOSED:
            text = t.say("Cancelled, as the group that it was for may no longer use me: {what}.", what=what)
        case Denial.NO_LOGIN:
            text = t.say("Cancelled, as you may no longer use its login in that chat: {what}.", what=what)
        case Denial.LOGIN_REMOVED:
            text = t.say("Cancelled, as my settings no longer have its login: {what}.", what=what)
        case _:
            text = t.say("Cancelled, as you are no longer on the list: {what}.", what=what)
    number = request.invoice_number
    if number is None:
        return Markup("{} {}").format(text, t.say("Nothing was created."))
    made = t.say("Invoice No. {number} exists at SMS Center; only its PDF was not fetched.", number=number)
    return Markup("{} {}").format(text, made)


def _joined(t: Translator, requests: Sequence[Request]) -> Markup:
    listed = [describe(t, request.wish) for request in requests[:_LISTED]]
    left = len(requests) - _LISTED
    return Markup("; ").join(listed if left <= 0 else [*listed, t.say("and {n} more", n=left)])


def bare(t: Translator) -> Markup:
    """Tell somebody who may read nothing any more that their command came to nothing."""
    return t.say("Your access to me has ended, so I have cancelled what waited of yours.")


def stopped(t: Translator, what: Stopped, *, named: bool) -> Markup:
    """Tell the admin who changed a right what was cancelled because of it, and what could not be.

    `named` says which requests; a group does not read of what is asked for elsewhere.
    """
    lines = []
    if what.cancelled:
        count = len(what.cancelled)
        lines.append(t.say_n("{n} waiting request was cancelled.", "{n} waiting requests were cancelled.", count))
        lines += _lines(t, what.cancelled) if named else []
    if what.more:
        lines.append(t.say("What waits behind them is cancelled when its turn comes."))
    if what.running:
        count = len(what.running)
        lines.append(
            t.say_n(
                "SMS Center has {n} request already, which cannot be stopped.",
                "SMS Center has {n} requests already, which cannot be stopped.",
                count,
            )
        )
        lines += _lines(t, what.running) if named else []
    return Markup("\n").join(lines)


def _lines(t: Translator, requests: Sequence[Request]) -> list[Markup]:
    lines = [_line(t, request) for request in requests[:_LISTED]]
    left = len(requests) - _LISTED
    return lines if left <= 0 else [*lines, t.say("and {n} more", n=left)]


def _line(t: Translator, request: Request) -> Markup:
    return t.say("• {what} ({name})", what=describe(t, request.wish), name=request.requester_name[:_NAME])
