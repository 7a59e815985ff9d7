"""What people are asked before a wish is queued. Pure."""

import unicodedata
from datetime import datetime

from markupsafe import Markup

from bot.documents.doubts import Confirmation, Doubt
from bot.documents.intents import Intent
from bot.documents.wording import describe
from bot.domain import Borrowed, CreateInvoice, State, Wish
from bot.language.translator import Translator
from bot.parsing import folded
from db.models import Request


def doubt_question(t: Translator, asked: Confirmation) -> Markup:
    """Ask, with all that is needed to decide."""
    intent, earlier = asked.intent, asked.earlier
    what = describe(t, intent.wish)
    match asked.doubt:
        case Doubt.BORROWED if intent.borrowed is Borrowed.FORWARDED:
            return t.say("You forwarded this: {what}.\nShall I do it as your own?", what=what)
        case Doubt.BORROWED:
            return t.say("Another bot wrote this for you: {what}.\nShall I do it as your own?", what=what)
        case Doubt.OLD:
            time = t.clock_time(intent.said_at or asked.now, now=asked.now)
            return t.say(
                "You sent this at {time}, and I come to it only now: {what}.\nCreate it?", time=time, what=what
            )
        case Doubt.LARGE:
            return t.say("A large sum: {what}.\nCreate it?", what=what)
        case Doubt.DUPLICATE | Doubt.DUPLICATE_MEANWHILE if earlier is not None:
            return _like_another(t, earlier, intent, asked.now)
        case Doubt.DUPLICATE | Doubt.DUPLICATE_MEANWHILE if asked.waiting is not None:
            row = asked.waiting
            return t.say(
                "The same waits in batch {batch} of {name}, row {number}: {what}.\nCreate another one?",
                batch=row.batch_id,
                name=row.requester_name,
                number=row.number,
                what=what,
            )
        case _:
            return t.say("{what}: create it?", what=what)


def _like_another(t: Translator, earlier: Request, intent: Intent, now: datetime) -> Markup:
    """Ask whether to make an invoice like one that was made, or may have been made."""
    return Markup("\n").join(
        [_what_there_is(t, earlier, intent, now), *_letters(t, earlier, intent.wish), t.say("Create it again?")]
    )


def _what_there_is(t: Translator, earlier: Request, intent: Intent, now: datetime) -> Markup:
    ago = _ago(t, earlier.resolved_at or earlier.finished_at or earlier.created_at, now)
    what, name = describe(t, earlier.wish, number=earlier.invoice_number), earlier.requester_name
    match earlier.state:
        case State.DONE | State.FAILED if earlier.requester_id == intent.requester.id:
            return t.say("You made this {ago}: {what}.", ago=ago, what=what)
        case State.DONE | State.FAILED:
            return t.say("{name} made this {ago}: {what}.", name=name, ago=ago, what=what)
        case State.UNKNOWN if earlier.resolution is None:
            return t.say(
                "{name} asked for this {ago}, and it is unknown whether it was made: {what}.",
                name=name,
                ago=ago,
                what=what,
            )
        case State.UNKNOWN:
            return t.say("{name} asked for this, and it may have been made: {what}.", name=name, what=what)
        case _:
            return t.say("{name} asked for this {ago}, and it is on its way: {what}.", name=name, ago=ago, what=what)


def _ago(t: Translator, moment: datetime, now: datetime) -> Markup:
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return t.say("just now")
    if minutes < 60:
        return t.say_n("{n} min ago", "{n} min ago", minutes)
    return t.say("at {time}", time=t.clock_time(moment, now=now))


def _letters(t: Translator, earlier: Request, wish: Wish) -> list[Markup]:
    """Tell of a name and a number that are one, and of letters that only look the same: nobody sees either."""
    ours, theirs = wish.sub_client, earlier.sub_client
    if ours.id == theirs.id and folded(ours.name or "") == folded(theirs.name or ""):
        told = [_letter(t, ours.name, theirs.name)]
    else:
        told = [t.say("{one} and {other} are the same sub-client.", one=ours, other=theirs)]
    if isinstance(wish, CreateInvoice):
        told.append(_letter(t, wish.service, earlier.service))
    return [line for line in told if line is not None]


def _letter(t: Translator, typed: str | None, before: str | None) -> Markup | None:
    ours, theirs = (" ".join((words or "").casefold().split()) for words in (typed, before))
    differing = ((one, other) for one, other in zip(ours, theirs, strict=False) if one != other)
    one, other = next(differing, ("", ""))
    if not one:
        return None
    scripts = {_script(one): (typed, one), _script(other): (before, other)}
    if len(scripts) > 1 and "CYRILLIC" in scripts:
        name, letter = scripts["CYRILLIC"]
        return t.say("“{name}” is written with a Cyrillic “{letter}”.", name=name, letter=letter)
    if len(scripts) > 1 and "GREEK" in scripts:
        name, letter = scripts["GREEK"]
        return t.say("“{name}” is written with a Greek “{letter}”.", name=name, letter=letter)
    return t.say("“{name}” and “{other}” look alike, but differ.", name=typed, other=before)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
