"""What people read about repeats: previews, lists, and the cards of what is due. Pure."""

from collections.abc import Iterable
from datetime import tzinfo

from markupsafe import Markup

from bot.documents.wording import describe
from bot.domain import CreateInvoice, RepeatPause, RepeatState, RunState
from bot.language.translator import Translator
from bot.repeats.control import RepeatPage, RepeatView
from bot.repeats.dates import rule_of, wish_of
from bot.repeats.desk import RepeatPreview, RepeatRefusal
from bot.repeats.outcomes import FAILURES_IN_A_ROW
from bot.repeats.rule_wording import date_words, moment_words, rule_words
from bot.repeats.runs import Due, RunRefusal, RunView
from bot.schedules.recurrence import Occurrence
from db.models import StoredRepeat

_SHOWN = 15
"""How many of a run's invoices its card names."""


def preview(t: Translator, shown: RepeatPreview, zone: tzinfo | None) -> Markup:
    """Say what would be made, and on which dates it would begin; a doubt asks once more."""
    repeat = shown.repeat
    lines = [
        t.say("<b>Repeat</b>: {what}", what=describe(t, repeat.invoice)),
        _capital(rule_words(t, rule_of(repeat, zone))),
        t.say("Login: <b>{login}</b>", login=repeat.login),
        *_dates(t, repeat, shown.dates, zone),
        t.say("I ask before each one; /repeats can switch that off. Nothing has been sent to SMS Center."),
    ]
    return Markup("\n").join(lines)


def doubts(t: Translator, shown: RepeatPreview, zone: tzinfo | None) -> Markup:
    """Ask once more before a repeat is created that may not be meant."""
    lines = [preview(t, shown, zone), Markup(""), *_reasons(t, shown, zone), t.say("Create it all the same?")]
    return Markup("\n").join(lines)


def _reasons(t: Translator, shown: RepeatPreview, zone: tzinfo | None) -> list[Markup]:
    lines = []
    if shown.large:
        lines.append(t.say("<b>A large sum</b>: {amount}.", amount=t.money(shown.repeat.amount)))
    if shown.alike is not None:
        lines.append(
            t.say(
                "<b>There is one like it</b>: repeat {id} of {name}, {when}.",
                id=shown.alike.id,
                name=shown.alike.owner_name,
                when=rule_words(t, rule_of(shown.alike, zone)),
            )
        )
    return lines


def change_asked(t: Translator, repeat: StoredRepeat, words: str, zone: tzinfo | None) -> Markup:
    """Ask what a repeat shall be, with its own words to begin from."""
    return Markup("\n").join(
        [
            t.say("<b>Repeat {id}</b>: {what}", id=repeat.id, what=describe(t, repeat.invoice)),
            _capital(rule_words(t, rule_of(repeat, zone))),
            t.say("Reply with what it shall be from now on. Copy this and change the sum, the service or when:"),
            Markup("<code>{}</code>").format(words),
        ]
    )


def change_preview(t: Translator, shown: RepeatPreview, zone: tzinfo | None) -> Markup:
    """Say what a repeat would be once it is changed."""
    repeat = shown.repeat
    lines = [
        t.say("<b>Repeat {id}</b> from now on: {what}", id=repeat.id, what=describe(t, repeat.invoice)),
        _capital(rule_words(t, rule_of(repeat, zone))),
        t.say("Login: <b>{login}</b>", login=repeat.login),
        *_dates(t, repeat, shown.dates, zone),
        *_reasons(t, shown, zone),
        t.say("What is asked about already is asked anew."),
    ]
    return Markup("\n").join(lines)


def changed(t: Translator, view: RepeatView, zone: tzinfo | None) -> Markup:
    return Markup("{}\n{}").format(t.say("Changed."), one(t, view, zone))


def created(t: Translator, view: RepeatView, zone: tzinfo | None) -> Markup:
    return Markup("{}\n{}").format(t.say("Created. /repeats shows and changes it."), one(t, view, zone))


def one(t: Translator, view: RepeatView, zone: tzinfo | None) -> Markup:
    """Describe a repeat: what, when, whose, and its next dates."""
    repeat = view.repeat
    lines = [
        t.say("<b>Repeat {id}</b> of {name}: {state}", id=repeat.id, name=repeat.owner_name, state=_state(t, repeat)),
        describe(t, repeat.invoice),
        _capital(rule_words(t, rule_of(repeat, zone))),
        t.say("Login: <b>{login}</b>", login=repeat.login),
    ]
    if not repeat.is_over:
        how = t.say("It runs by itself.") if repeat.by_itself else t.say("I ask before each one.")
        lines += [how, *_dates(t, repeat, view.dates, zone)]
    return Markup("\n").join(lines)


def listed(t: Translator, page: RepeatPage, zone: tzinfo | None, *, everywhere: bool) -> Markup:
    """List repeats, each with its next date."""
    if not page.entries:
        return t.say("Nothing repeats here yet: /repeat") if not everywhere else t.say("Nothing repeats yet.")
    head = t.say("<b>Repeats of all chats</b>") if everywhere else t.say("<b>Repeats of this chat</b>")
    lines = [
        t.say(
            "{id}. {what} ({name}): {next}",
            id=view.repeat.id,
            what=describe(t, view.repeat.invoice),
            name=view.repeat.owner_name,
            next=_next(t, view, zone),
        )
        for view in page.entries
    ]
    return Markup("\n").join([head, *lines, t.say("Press a number to see or change it.")])


def card(t: Translator, view: RunView, zone: tzinfo | None) -> Markup:
    """Say what is due, or what becomes of it."""
    run = view.run
    match run.state:
        case RunState.ASKED:
            return _asks(t, view)
        case RunState.SKIPPED if run.answered_by is not None:
            return t.say("{name}: skipped. Nothing was sent to SMS Center.", name=run.answered_by)
        case RunState.SKIPPED:
            return t.say("Nothing came of this: it was ended, or its owner may not have it made any more.")
        case RunState.AGREED if run.blocked:
            return Markup("\n").join(
                [
                    t.say("This waits until it is known what became of the one before:"),
                    *_items(t, view.dues, run.missed),
                ]
            )
        case RunState.AGREED if run.waits and run.start_at is not None:
            at = moment_words(t, run.start_at, zone)
            head = t.say(
                "The login <b>{login}</b> has had all repeats of a day. This waits until {time}:",
                login=run.login,
                time=at,
            )
            return Markup("\n").join([head, *_items(t, view.dues, run.missed)])
        case _:
            name = run.answered_by or run.owner_name
            return Markup("\n").join([t.say("{name}: create", name=name), *_items(t, view.dues, run.missed)])


def _asks(t: Translator, view: RunView) -> Markup:
    count, names = len(view.dues), view.run.owner_name
    if view.run.missed:
        head = t.say_n(
            "While I was down, a repeat of {name} came due:",
            "While I was down, a repeat of {name} came due {n} times:",
            count,
            name=names,
        )
    else:
        head = t.say_n("A repeat of {name} is due:", "{n} repeats of {name} are due:", count, name=names)
    lines = [head, *_items(t, view.dues, view.run.missed)]
    if count > 1:
        total = sum((due.wish.amount for due in view.dues), start=view.dues[0].wish.amount * 0)
        lines.append(t.say("In all: {total}.", total=t.money(total)))
    if any(due.unknown_before for due in view.dues):
        lines.append(
            t.say("Of an earlier one nobody knows whether it was made: decide about that first, with its own buttons.")
        )
    if view.doubtful:
        lines.append(t.say("⚠ marks what is like an invoice made lately, or one that may have been."))
    lines.append(t.say_n("Create it?", "Create these {n}?", count))
    return Markup("\n").join(lines)


def _items(t: Translator, dues: Iterable[Due], dated: bool) -> list[Markup]:  # noqa: FBT001
    every = list(dues)
    lines = []
    for due in every[:_SHOWN]:
        what = describe(t, due.wish)
        line = Markup("{} – {}").format(t.day(due.nominal), what) if dated else what
        mark = Markup("⚠ ") if due.is_like else Markup("· ")
        lines.append(mark + line)
    if len(every) > _SHOWN:
        lines.append(t.say("and {n} more.", n=len(every) - _SHOWN))
    return lines


def paused_by_failures(t: Translator, repeat: StoredRepeat) -> Markup:
    return t.say(
        "Repeat {id} failed {n} times in a row, so it is paused: {what}. Put right what is wrong, then press Go on.",
        id=repeat.id,
        n=FAILURES_IN_A_ROW,
        what=describe(t, repeat.invoice),
    )


def owner_not_allowed(t: Translator, repeats: list[StoredRepeat]) -> Markup:
    """Tell the admins that what somebody has repeated is paused."""
    first = repeats[0]
    head = t.say_n(
        "{name} (<code>{owner}</code>) may not use me in chat <code>{chat}</code>, or its login, any more, so a "
        "repeat of theirs is paused:",
        "{name} (<code>{owner}</code>) may not use me in chat <code>{chat}</code>, or its login, any more, so {n} "
        "repeats of theirs are paused:",
        len(repeats),
        name=first.owner_name,
        owner=first.owner_id,
        chat=first.chat_id,
    )
    lines = [t.say("· repeat {id}: {what}", id=one.id, what=describe(t, one.invoice)) for one in repeats[:_SHOWN]]
    more = [t.say("and {n} more.", n=len(repeats) - _SHOWN)] if len(repeats) > _SHOWN else []
    return Markup("\n").join([head, *lines, *more, t.say("<code>/repeats all</code>, alone with me, shows them.")])


def card_undeliverable(t: Translator, view: RunView, why: str, zone: tzinfo | None) -> Markup:
    """Tell the admins that somebody could not be asked."""
    head = t.say(
        "I could not ask in chat <code>{chat}</code> about what repeats there (Telegram says: {why}), so nothing is "
        "made of it:",
        chat=view.run.chat_id,
        why=why,
    )
    return Markup("{}\n{}").format(head, card(t, view, zone))


def repeat_refused(t: Translator, why: RepeatRefusal) -> Markup:
    match why:
        case RepeatRefusal.NOT_YOURS:
            return t.say("Only its owner or an admin can do this.")
        case RepeatRefusal.TOO_LATE:
            return t.say("That is over already.")
        case RepeatRefusal.ENDED:
            return t.say("Its last date has passed.")
        case RepeatRefusal.MADE_TODAY:
            return t.say("Today's was made, skipped or asked about already.")
        case RepeatRefusal.GONE:
            return t.say("This repeat is not there any more.")


def run_refused(t: Translator, why: RunRefusal) -> Markup:
    match why:
        case RunRefusal.NOT_YOURS:
            return t.say("Only its owner or an admin can do this.")
        case RunRefusal.TOO_LATE:
            return t.say("Somebody has answered already.")
        case RunRefusal.CHANGED:
            return t.say("It was changed since: look again, and press once more.")
        case RunRefusal.UNKNOWN_BEFORE:
            return t.say("Nobody knows whether an earlier one was made: decide about that first, with its own buttons.")
        case RunRefusal.GONE:
            return t.say("This is not there any more.")


def _dates(t: Translator, repeat: StoredRepeat, dates: Iterable[Occurrence], zone: tzinfo | None) -> list[Markup]:
    lines = [
        Markup("· {}: {}").format(date_words(t, date, zone), _short(t, wish_of(repeat, date.nominal))) for date in dates
    ]
    return [t.say("Next:"), *lines] if lines else [t.say("There is no further date.")]


def _short(t: Translator, wish: CreateInvoice) -> str:
    money = t.money(wish.amount)
    return money if wish.service is None else f"{money}, {wish.service}"


def _next(t: Translator, view: RepeatView, zone: tzinfo | None) -> Markup:
    if view.repeat.state is RepeatState.PAUSED:
        return _state(t, view.repeat)
    return Markup.escape(date_words(t, view.dates[0], zone)) if view.dates else t.say("no further date")


def _state(t: Translator, repeat: StoredRepeat) -> Markup:
    match repeat.state:
        case RepeatState.ACTIVE:
            return t.say("active")
        case RepeatState.PAUSED if repeat.pause is RepeatPause.NOT_ALLOWED:
            return t.say("paused, as its owner may not have it made any more")
        case RepeatState.PAUSED if repeat.pause is RepeatPause.FAILURES:
            return t.say("paused, as it failed several times in a row")
        case RepeatState.PAUSED:
            return t.say("paused")
        case _:
            return t.say("ended")


def _capital(text: Markup) -> Markup:
    return text[:1].upper() + text[1:]
