"""What people read of the audit. Pure."""

from collections.abc import Callable, Mapping
from datetime import tzinfo

from markupsafe import Markup

from bot.access.entries import expiry
from bot.documents import wording
from bot.language.translator import Translator
from bot.runtime.clock import last_day
from db.models import AuditEntry, Request

_DETAIL_SHOWN = 120

_Words = Callable[[Translator], Markup]

_ACTIONS: Mapping[str, _Words] = {
    "ask create_invoice": lambda t: t.say("asked for a new invoice"),
    "ask get_invoice": lambda t: t.say("asked for an invoice"),
    "ask get_act": lambda t: t.say("asked for an act"),
    "try again": lambda t: t.say("tried again"),
    "send again": lambda t: t.say("had it sent once more"),
    "send from history": lambda t: t.say("took a document from the history"),
    "fetch anew": lambda t: t.say("fetched a document anew"),
    "cancel": lambda t: t.say("cancelled"),
    "duplicate: send_that": lambda t: t.say("took the PDF that there was"),
    "duplicate: create_another": lambda t: t.say("wanted another one like it"),
    "duplicate: cancel": lambda t: t.say("wanted no other like it"),
    "resolve: exists": lambda t: t.say("found that the invoice exists"),
    "resolve: create_again": lambda t: t.say("found that it does not exist, and had it made again"),
    "resolve: closed": lambda t: t.say("closed an unknown outcome"),
    "resume login": lambda t: t.say("started a login again"),
    "choose login": lambda t: t.say("chose a login for the chat"),
    "choose language": lambda t: t.say("chose a language"),
    "set sub-client": lambda t: t.say("set the chat's sub-client"),
    "chat moved": lambda t: t.say("the group became a supergroup"),
    "allow user": lambda t: t.say("put a person on the list"),
    "allow chat": lambda t: t.say("put a group on the list"),
    "revoke user": lambda t: t.say("took a person off the list"),
    "revoke chat": lambda t: t.say("took a group off the list"),
    "petition: person": lambda t: t.say("asked for access"),
    "petition: group": lambda t: t.say("added me to a group that is not on the list"),
    "petition: manager": lambda t: t.say("let in a manager"),
    "petition: admin": lambda t: t.say("let in an admin"),
    "petition: allowed": lambda t: t.say("allowed a group"),
    "petition: refused": lambda t: t.say("did not let in"),
    "back in chat": lambda t: t.say("added me to a group again"),
    "removed from chat": lambda t: t.say("removed me from a group"),
}

_DETAILS: Mapping[str, _Words] = {
    "manager": lambda t: t.say("manager"),
    "admin": lambda t: t.say("admin"),
    "everyone": lambda t: t.say("everyone in it"),
    "listed": lambda t: t.say("only people on the list"),
    "left": lambda t: t.say("I am not in it"),
}


def line(t: Translator, entry: AuditEntry, request: Request | None, time: str, *, zone: tzinfo | None) -> Markup:
    """Say in one line who did what, when, and about what; days are the team's, in `zone`."""
    words = _ACTIONS.get(entry.action)
    parts = [words(t) if words else Markup.escape(entry.action)]
    if entry.subject_id is not None:
        parts.append(Markup("<code>{}</code>").format(entry.subject_id))
    if request is not None:
        parts.append(Markup("{} (#{})").format(wording.describe(t, request.wish), request.id))
    if entry.detail:
        parts.append(Markup("; ").join(_detail(t, word, zone) for word in _cut(entry.detail).split("; ")))
    who = Markup.escape(entry.actor_name) or (t.say("the command line") if entry.actor_id is None else "?")
    return Markup("{} <b>{}</b>: {}").format(time, who, Markup(" · ").join(parts))


def _detail(t: Translator, word: str, zone: tzinfo | None) -> Markup:
    """Say a word of an entry's detail; what an entry of the list grants is kept in English, its end in UTC."""
    end = expiry(word)
    if end is not None:
        return t.say("until {day}", day=last_day(end, zone))
    known = _DETAILS.get(word)
    return known(t) if known else Markup.escape(word)


def _cut(text: str) -> str:
    return text if len(text) <= _DETAIL_SHOWN else text[: _DETAIL_SHOWN - 1] + "…"
