"""What people read of the audit. Pure."""

from collections.abc import Callable, Mapping
from datetime import tzinfo

from markupsafe import Markup

from bot.access.entries import expiry
from bot.documents import wording
from bot.language.translator import Translator
from bot.runtime.clock import last_day
from db.audit import AuditAction
from db.models import AuditEntry, Request

_DETAIL_SHOWN = 120

_Words = Callable[[Translator], Markup]

ACTIONS: Mapping[AuditAction, _Words] = {
    AuditAction.ASK_CREATE_INVOICE: lambda t: t.say("asked for a new invoice"),
    AuditAction.ASK_GET_INVOICE: lambda t: t.say("asked for an invoice"),
    AuditAction.ASK_GET_ACT: lambda t: t.say("asked for an act"),
    AuditAction.TRY_AGAIN: lambda t: t.say("tried again"),
    AuditAction.SEND_AGAIN: lambda t: t.say("had it sent once more"),
    AuditAction.SEND_FROM_HISTORY: lambda t: t.say("took a document from the history"),
    AuditAction.FETCH_ANEW: lambda t: t.say("fetched a document anew"),
    AuditAction.CANCEL: lambda t: t.say("cancelled"),
    AuditAction.STOP: lambda t: t.say("cancelled by itself, as the right to it had ended"),
    AuditAction.DUPLICATE_SEND_THAT: lambda t: t.say("took the PDF that there was"),
    AuditAction.DUPLICATE_CREATE_ANOTHER: lambda t: t.say("wanted another one like it"),
    AuditAction.DUPLICATE_CANCEL: lambda t: t.say("wanted no other like it"),
    AuditAction.CONFIRM: lambda t: t.say("confirmed a command"),
    AuditAction.DECLINE: lambda t: t.say("did not confirm a command"),
    AuditAction.RESOLVE_EXISTS: lambda t: t.say("found that the invoice exists"),
    AuditAction.RESOLVE_CREATE_AGAIN: lambda t: t.say("found that it does not exist, and had it made again"),
    AuditAction.RESOLVE_CLOSED: lambda t: t.say("closed an unknown outcome"),
    AuditAction.START_BATCH: lambda t: t.say("started a batch"),
    AuditAction.PAUSE_BATCH: lambda t: t.say("paused a batch"),
    AuditAction.RESUME_BATCH: lambda t: t.say("let a batch go on"),
    AuditAction.STOP_BATCH: lambda t: t.say("stopped a batch"),
    AuditAction.RETRY_BATCH: lambda t: t.say("tried a batch's failed rows again"),
    AuditAction.SEND_BATCH_AGAIN: lambda t: t.say("had a batch's result sent once more"),
    AuditAction.CREATE_REPEAT: lambda t: t.say("created a repeat"),
    AuditAction.CHANGE_REPEAT: lambda t: t.say("changed a repeat"),
    AuditAction.PAUSE_REPEAT: lambda t: t.say("paused a repeat"),
    AuditAction.RESUME_REPEAT: lambda t: t.say("let a repeat go on"),
    AuditAction.END_REPEAT: lambda t: t.say("ended a repeat"),
    AuditAction.SKIP_REPEAT: lambda t: t.say("left out a repeat's next date"),
    AuditAction.RUN_REPEAT_NOW: lambda t: t.say("ran a repeat now"),
    AuditAction.REPEAT_BY_ITSELF: lambda t: t.say("let a repeat run by itself"),
    AuditAction.REPEAT_ASKS: lambda t: t.say("had a repeat ask each time"),
    AuditAction.CREATE_REPEAT_RUN: lambda t: t.say("agreed to what repeats"),
    AuditAction.SKIP_REPEAT_RUN: lambda t: t.say("skipped what repeats"),
    AuditAction.RUN_REPEAT: lambda t: t.say("what repeats was started"),
    AuditAction.PAUSE_LOGIN: lambda t: t.say("paused a login"),
    AuditAction.RESUME_LOGIN: lambda t: t.say("started a login again"),
    AuditAction.CHOOSE_LOGIN: lambda t: t.say("chose a login for the chat"),
    AuditAction.CHOOSE_LANGUAGE: lambda t: t.say("chose a language"),
    AuditAction.SET_SUB_CLIENT: lambda t: t.say("set the chat's sub-client"),
    AuditAction.CHAT_MOVED: lambda t: t.say("the group became a supergroup"),
    AuditAction.ALLOW_USER: lambda t: t.say("put a person on the list"),
    AuditAction.ALLOW_CHAT: lambda t: t.say("put a group on the list"),
    AuditAction.REVOKE_USER: lambda t: t.say("took a person off the list"),
    AuditAction.REVOKE_CHAT: lambda t: t.say("took a group off the list"),
    AuditAction.PETITION_PERSON: lambda t: t.say("asked for access"),
    AuditAction.PETITION_GROUP: lambda t: t.say("added me to a group that is not on the list"),
    AuditAction.PETITION_MANAGER: lambda t: t.say("let in a manager"),
    AuditAction.PETITION_ADMIN: lambda t: t.say("let in an admin"),
    AuditAction.PETITION_ALLOWED: lambda t: t.say("allowed a group"),
    AuditAction.PETITION_REFUSED: lambda t: t.say("did not let in"),
    AuditAction.BACK_IN_CHAT: lambda t: t.say("added me to a group again"),
    AuditAction.REMOVED_FROM_CHAT: lambda t: t.say("removed me from a group"),
    AuditAction.RESTORED: lambda t: t.say("put a backup in place"),
}

_DETAILS: Mapping[str, _Words] = {
    "manager": lambda t: t.say("manager"),
    "admin": lambda t: t.say("admin"),
    "borrowed words": lambda t: t.say("forwarded, or written by another bot"),
    "old command": lambda t: t.say("sent long before"),
    "large sum": lambda t: t.say("a large sum"),
    "everyone": lambda t: t.say("everyone in it"),
    "listed": lambda t: t.say("only people on the list"),
    "left": lambda t: t.say("I am not in it"),
    "not_listed": lambda t: t.say("not on the list"),
    "expired": lambda t: t.say("time is over"),
    "chat_closed": lambda t: t.say("the group is not on the list"),
    "no_login": lambda t: t.say("without the login"),
    "login_removed": lambda t: t.say("the settings have no such login"),
}


def line(
    t: Translator,
    entry: AuditEntry,
    request: Request | None,
    time: str,
    *,
    zone: tzinfo | None,
    subject: str | None = None,
) -> Markup:
    """Say in one line who did what, when, and about what; days are the team's, in `zone`.

    `subject` is the name of the person or the group that it was done to, if known.
    """
    parts = [_action(t, entry.action)]
    if entry.subject_id is not None:
        id_ = Markup("<code>{}</code>").format(entry.subject_id)
        parts.append(Markup("{} ({})").format(subject, id_) if subject else id_)
    if request is not None:
        parts.append(Markup("{} (#{})").format(wording.describe(t, request.wish), request.id))
    if entry.detail and entry.detail != subject:
        parts.append(Markup("; ").join(_detail(t, word, zone) for word in _cut(entry.detail).split("; ")))
    who = Markup.escape(entry.actor_name) or (_nobody(t, entry.action) if entry.actor_id is None else "?")
    return Markup("{} <b>{}</b>: {}").format(time, who, Markup(" · ").join(parts))


def _nobody(t: Translator, action: str) -> Markup:
    """Say who does what no person does in a chat."""
    return t.say("the bot itself") if action == AuditAction.STOP else t.say("the command line")


def _action(t: Translator, action: str) -> Markup:
    """Say what was done; an action of a newer version is shown as it is stored."""
    try:
        return ACTIONS[AuditAction(action)](t)
    except ValueError:
        return Markup.escape(action)


def _detail(t: Translator, word: str, zone: tzinfo | None) -> Markup:
    """Say a word of an entry's detail; what an entry of the list grants is kept in English, its end in UTC."""
    end = expiry(word)
    if end is not None:
        return t.say("until {day}", day=t.day(last_day(end, zone)))
    known = _DETAILS.get(word)
    return known(t) if known else Markup.escape(word)


def _cut(text: str) -> str:
    return text if len(text) <= _DETAIL_SHOWN else text[: _DETAIL_SHOWN - 1] + "…"
