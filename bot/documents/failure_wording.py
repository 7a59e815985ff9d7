"""What people read about a request that failed: why, and what to do about it. Pure."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.documents.wording import describe
from bot.domain import Failure, Kind
from bot.language.translator import Translator
from db.models import Request


def failure(t: Translator, request: Request, meant: Sequence[str] = ()) -> Markup:
    """Say why a request failed and what to do about it; `meant` are known sub-clients that may have been meant."""
    what = describe(t, request.wish)
    user = request.sub_client
    match request.failure:
        case Failure.PARAMETERS:
            return _wrong_parameters(t, request)
        case Failure.LOGIN_REFUSED:
            return t.say(
                "SMS Center refused my login, so nothing was done: {what}. The admins know; send the "
                "command again once they have fixed it.",
                what=what,
            )
        case Failure.NOT_CREATED:
            return _not_created(t, request)
        case Failure.NO_SUB_CLIENT:
            return _no_sub_client(t, request, meant)
        case Failure.NO_DOCUMENT:
            return _no_document(t, request)
        case Failure.BUSY:
            return t.say(
                "Somebody else keeps using my login at SMS Center, so this was refused again and "
                "again: {what}. Nothing was created. Try again later.",
                what=what,
            )
        case Failure.UNREACHABLE:
            return t.say(
                "SMS Center could not be reached for 10 minutes: {what}. Nothing was sent.",
                what=what,
            )
        case Failure.UNREADABLE:
            return t.say(
                "SMS Center gave no usable answer (tries: {tries}): {what}. Asking changed nothing; you can try again.",
                what=what,
                tries=request.unusable_answers,
            )
        case Failure.PDF_MISSING:
            return t.say(
                "Invoice No. {number} was created ({what}), but its PDF did not come. Do not create "
                "it again, fetch it: <code>/getinvoice {user} {number}</code>",
                number=request.invoice_number,
                what=what,
                user=user,
            )
        case Failure.LOGIN_REMOVED:
            return t.say(
                "The login that this was queued for is no longer in my settings: {what}. Nothing was "
                "sent. Send the command again.",
                what=what,
            )
        case Failure.TOO_LARGE:
            return _too_large(t, request)
        case Failure.REFUSED | None:
            return t.say(
                "SMS Center refused it with an error that its documentation does not explain (code {code}): {what}.",
                code=request.failure_code,
                what=what,
            )


def _no_sub_client(t: Translator, request: Request, meant: Sequence[str]) -> Markup:
    user = request.sub_client
    if meant:
        return t.say(
            "SMS Center does not know the sub-client <b>{user}</b>. Did you mean {names}?",
            user=user,
            names=Markup(", ").join(Markup("<b>{}</b>").format(name) for name in meant),
        )
    return t.say(
        "SMS Center does not know the sub-client <b>{user}</b>. Check the spelling; a number "
        "is written as <code>#101</code>.",
        user=user,
    )


def _too_large(t: Translator, request: Request) -> Markup:
    what = describe(t, request.wish)
    if request.kind is not Kind.CREATE_INVOICE:
        return t.say(
            "The PDF is larger than the 50 MB that Telegram takes from a bot: {what}. Get it in SMS Center's cabinet.",
            what=what,
        )
    if request.invoice_number is None:
        return t.say(
            "The invoice was created ({what}), but its PDF is larger than the 50 MB that Telegram takes from a bot. "
            "Do not create it again, get it in SMS Center's cabinet.",
            what=what,
        )
    return t.say(
        "Invoice No. {number} was created ({what}), but its PDF is larger than the 50 MB that Telegram takes from a "
        "bot. Do not create it again, get it in SMS Center's cabinet.",
        number=request.invoice_number,
        what=what,
    )


def _wrong_parameters(t: Translator, request: Request) -> Markup:
    what = describe(t, request.wish)
    match request.kind:
        case Kind.CREATE_INVOICE:
            return t.say(
                "SMS Center found something wrong in this: {what}. No invoice was made. Most likely it is the name of "
                "the sub-client. The right form: <code>/invoice alice 1500.50</code> or "
                "<code>/invoice #101 1500.50</code>",
                what=what,
            )
        case Kind.GET_INVOICE:
            return t.say(
                "SMS Center found something wrong in this: {what}. Most likely it is the invoice's ID, which is a "
                "number, or the sub-client's name. The right form: <code>/getinvoice alice 9001</code>",
                what=what,
            )
        case Kind.GET_ACT:
            return t.say(
                "SMS Center found something wrong in this: {what}. Most likely it is the act's number. The right form: "
                "<code>/act alice 7</code>, or by ID: <code>/act alice id:501</code>",
                what=what,
            )


def _not_created(t: Translator, request: Request) -> Markup:
    """Error 5 is about creating an invoice; a download that gets it is told so."""
    what = describe(t, request.wish)
    if request.kind is Kind.CREATE_INVOICE:
        return t.say("SMS Center could not do this: {what}. No invoice was created.", what=what)
    return t.say(
        "SMS Center did not send this: {what}. It gave the error that it has for creating invoices (code {code}), "
        "which tells nothing about a download. Asking changed nothing; you can try again.",
        what=what,
        code=request.failure_code,
    )


def _no_document(t: Translator, request: Request) -> Markup:
    """Error 7 is about a document that was named; a new invoice that gets it names none."""
    what = describe(t, request.wish)
    if request.kind is not Kind.CREATE_INVOICE:
        return t.say("SMS Center has no such document: {what}. Check the number and the sub-client.", what=what)
    return t.say(
        "SMS Center refused to create this: {what}. It gave the error that it has for documents it cannot find "
        "(code {code}), which tells nothing about a new invoice. Look into SMS Center's cabinet before you send the "
        "command again.",
        what=what,
        code=request.failure_code,
    )
