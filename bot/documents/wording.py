"""What people read about a request: captions, file names, places in the queue, and what went wrong. Pure."""

import re
from datetime import datetime

from markupsafe import Markup

from bot.domain import CreateInvoice, GetAct, GetInvoice, Resolution, Wish
from bot.language.translator import Translator
from db.models import Request

_UNSAFE = re.compile(r"[^\w.@+-]+")
_NAME_PART = 48


def describe(t: Translator, wish: Wish, *, number: str | None = None) -> Markup:
    """Name a request in a few words, the sum included; `number` is that of an invoice made by it, if known."""
    user = wish.sub_client
    match wish:
        case CreateInvoice(amount=amount, service=service) if number is not None:
            made = t.say(
                "invoice No. {number} for <b>{user}</b>, {amount}", number=number, user=user, amount=t.money(amount)
            )
            return made if service is None else t.say("{what}, “{service}”", what=made, service=service)
        case CreateInvoice(amount=amount, service=None):
            return t.say("invoice for <b>{user}</b>, {amount}", user=user, amount=t.money(amount))
        case CreateInvoice(amount=amount, service=service):
            return t.say(
                "invoice for <b>{user}</b>, {amount}, “{service}”", user=user, amount=t.money(amount), service=service
            )
        case GetInvoice(id=invoice_id):
            return t.say("invoice No. {id} of <b>{user}</b>", id=invoice_id, user=user)
        case GetAct(num=None, id=act_id):
            return t.say("act with ID {id} of <b>{user}</b>", id=act_id, user=user)
        case GetAct(num=num):
            return t.say("act No. {num} of <b>{user}</b>", num=num, user=user)


def describe_shortly(t: Translator, wish: Wish) -> Markup:
    """Name a request in as few words as a button has room for; plain text."""
    user = wish.sub_client
    match wish:
        case CreateInvoice(amount=amount):
            return t.say("invoice {user} {amount}", user=user, amount=t.money(amount))
        case GetInvoice(id=invoice_id):
            return t.say("invoice No. {id} {user}", id=invoice_id, user=user)
        case GetAct(num=num, id=act_id):
            return t.say("act {number} {user}", number=num or f"id:{act_id}", user=user)


def caption(t: Translator, request: Request) -> Markup:
    """Say what the PDF is, and that it is not whole if it is not."""
    if not request.incomplete:
        return _title(t, request)
    warning = t.say(
        "<b>This PDF is not complete</b>: SMS Center did not send all of it, although I asked several times. Pages may "
        "be missing, or it may not open. Compare it with SMS Center's cabinet before you pass it on."
    )
    return Markup("{}\n{}").format(_title(t, request), warning)


def _title(t: Translator, request: Request) -> Markup:
    match request.wish:
        case CreateInvoice(sub_client=user, amount=amount, service=service):
            money = t.money(amount)
            if request.invoice_number is None:
                made = t.say("Invoice for <b>{user}</b>: {amount}", user=user, amount=money)
            else:
                number = request.invoice_number
                made = t.say("Invoice No. {number} for <b>{user}</b>: {amount}", number=number, user=user, amount=money)
            return made if service is None else Markup("{}\n{}").format(made, service)
        case GetInvoice(sub_client=user, id=invoice_id):
            return t.say("Invoice No. {id} of <b>{user}</b>", id=invoice_id, user=user)
        case GetAct(sub_client=user, num=None, id=act_id):
            return t.say("Act with ID {id} of <b>{user}</b>", id=act_id, user=user)
        case GetAct(sub_client=user, num=num):
            return t.say("Act No. {num} of <b>{user}</b>", num=num, user=user)


def file_name(t: Translator, request: Request) -> str:
    """Make a telling file name in which nothing that people wrote can be a path, a command or a trick."""
    match request.wish:
        case CreateInvoice():
            parts = [t.say("invoice"), request.invoice_number or f"{request.created_at:%Y-%m-%d}"]
        case GetInvoice(id=invoice_id):
            parts = [t.say("invoice"), invoice_id]
        case GetAct(num=num, id=act_id):
            parts = [t.say("act"), num or f"id{act_id}"]
    return "-".join(filter(None, (_safe(part) for part in [*parts, str(request.sub_client)]))) + ".pdf"


def document_gone(t: Translator, request: Request) -> Markup:
    """Say that a document is neither here nor at Telegram any more."""
    return t.say("The PDF is not kept any more: {what}.", what=describe(t, request.wish))


def unknown(t: Translator, request: Request, now: datetime) -> Markup:
    """Say what is known of a create whose answer did not come."""
    started = request.started_at or request.created_at
    return t.say(
        "<b>It is unknown whether this invoice was made.</b>\n"
        "Sent at {time} with the login <b>{login}</b>: {what}. SMS Center's answer did not come, so the invoice may "
        "exist or not. Look for it in SMS Center's cabinet; I do not send it again by myself.",
        time=t.clock_time(started, now=now),
        login=request.login,
        what=describe(t, request.wish),
    )


def resolved(t: Translator, request: Request) -> Markup:
    """Say what a person decided about an unknown outcome."""
    name = request.resolved_by
    match request.resolution:
        case Resolution.EXISTS:
            return t.say("{name}: it exists. Its PDF is being fetched.", name=name)
        case Resolution.CREATE_AGAIN:
            return t.say("{name}: it does not exist. It is being created again.", name=name)
        case _:
            return t.say("Closed by {name}.", name=name)


def cancelled(t: Translator, request: Request) -> Markup:
    """Say that a request was taken out of the queue, and by whom."""
    return t.say(
        "Cancelled by {name}: {what}. Nothing was sent to SMS Center.",
        name=request.closed_by,
        what=describe(t, request.wish),
    )


def _safe(part: str) -> str:
    return _UNSAFE.sub("_", part)[:_NAME_PART].strip("._-")
