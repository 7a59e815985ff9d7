"""What admins read about the allowlist. Pure."""

from datetime import datetime, tzinfo

from markupsafe import Markup

from bot.access.allowlist import AllowlistEntries, AllowlistRefusal
from bot.access.policy import is_over
from bot.domain import Denial, Person, Role
from bot.language.translator import Translator
from bot.runtime.clock import last_day
from db.models import AllowedChat, AllowedPerson


def whole_list(t: Translator, entries: AllowlistEntries, *, waiting: int = 0) -> Markup:
    """Say how many are on the list, and that some ask for access; who, the buttons say."""
    people = {*entries.always_admins, *(person.user_id for person in entries.people)}
    asks = t.say("✋ asks for access: press to decide.") if waiting else Markup("")
    return Markup("{}\n{}\n{}").format(
        t.say(
            "<b>Who may use me</b>: {people}, {groups}. Press an entry to see or change it.",
            people=t.say_n("{n} person", "{n} people", len(people)),
            groups=t.say_n("{n} group", "{n} groups", len(entries.chats)),
        ),
        t.say("To add one: /allow"),
        asks,
    )


def label_of_person(t: Translator, entry: AllowedPerson, now: datetime, *, always: bool) -> str:
    role = t.say("admin") if always or entry.role is Role.ADMIN else t.say("manager")
    words = [entry.name, role.unescape()]
    words += [t.say("time is over").unescape()] if is_over(entry, now) and not always else []
    return " · ".join(words)


def label_of_group(t: Translator, entry: AllowedChat, now: datetime) -> str:
    if entry.left_at is not None:
        state = t.say("I am not in it")
    elif is_over(entry, now):
        state = t.say("time is over")
    else:
        state = t.say("everyone in it") if entry.everyone else t.say("group")
    return f"{entry.name} · {state.unescape()}"


def person(
    t: Translator,
    user_id: int,
    entry: AllowedPerson | None,
    *,
    called: str | None = None,
    always: bool,
    now: datetime,
    zone: tzinfo | None,
    added_by: str | None = None,
) -> Markup:
    """Describe a person's entry; `called` is the person's name, `added_by` the name of who added it, if known."""
    if entry is None and not always:
        return t.say("<code>{id}</code> is not on the list.", id=user_id)
    name = called or user_id
    role = t.say("admin") if always or (entry and entry.role is Role.ADMIN) else t.say("manager")
    lines = [Markup("<b>{}</b> (<code>{}</code>): {}").format(name, user_id, role)]
    if always:
        lines.append(
            t.say("Always an admin, as the setting ADMIN_IDS on the server says; only there it can be changed.")
        )
    if entry is not None:
        lines.append(t.say("Logins: {logins}", logins=", ".join(entry.logins) or t.say("the default one")))
        lines += [] if always else [_until(t, entry, now, zone)]
        lines.append(_added(t, entry, zone, added_by))
    return Markup("\n").join(lines)


def group(
    t: Translator, entry: AllowedChat, *, now: datetime, zone: tzinfo | None, added_by: str | None = None
) -> Markup:
    """Describe a group's entry."""
    who = (
        t.say("Everyone in it may use me there.")
        if entry.everyone
        else t.say("Only people on the list may use me there.")
    )
    lines = [
        t.say("Group <b>{name}</b> (<code>{id}</code>)", name=entry.name, id=entry.chat_id),
        who,
        _login_of_group(t, entry),
        _until(t, entry, now, zone),
        _added(t, entry, zone, added_by),
    ]
    if entry.left_at is not None:
        lines.append(t.say("I was removed from it. When an admin adds me again, everything is as it was."))
    return Markup("\n").join(lines)


def _login_of_group(t: Translator, entry: AllowedChat) -> Markup:
    if entry.login:
        return t.say("Its own login: {login}", login=entry.login)
    if entry.everyone:
        return t.say("No login of its own: who has none either is refused. Give it one: “Login…”.")
    return t.say("No login of its own: each person's, or the default one.")


def sure_to_make_admin(t: Translator, name: str, user_id: int) -> Markup:
    """Ask once more before somebody becomes an admin."""
    return t.say(
        "Make <b>{name}</b> (<code>{id}</code>) an admin? Admins let people in and take them off the list, see who did "
        "what, cancel requests and pause logins.",
        name=name,
        id=user_id,
    )


def refusal(t: Translator, why: AllowlistRefusal) -> Markup:
    """Say why an entry stays as it is."""
    match why:
        case AllowlistRefusal.NOT_LISTED:
            return t.say("That is not on the list: /access shows what is.")
        case AllowlistRefusal.LAST_ADMIN:
            return t.say("That would leave nobody who is an admin for good. Make another admin first.")
        case AllowlistRefusal.ALWAYS_ADMIN:
            return t.say(
                "This is an admin by the setting ADMIN_IDS, on the server. Whoever runs me changes it there; here it "
                "cannot be done."
            )
        case AllowlistRefusal.UNKNOWN_LOGIN:
            return t.say("My settings have no such login: /logins shows them.")


def denial(t: Translator, why: Denial) -> Markup:
    """Say why somebody may not do something about a request; short enough for the answer to a press."""
    match why:
        case Denial.NOT_LISTED:
            return t.say("You are not on the list, so nothing was done.")
        case Denial.EXPIRED:
            return t.say("Your time on the list is over, so nothing was done.")
        case Denial.CHAT_CLOSED:
            return t.say("The group that this belongs to may no longer use me, so nothing was done.")
        case Denial.NO_LOGIN:
            return t.say("This belongs to a login that you may not use in that chat, so nothing was done.")
        case Denial.LOGIN_REMOVED:
            return t.say("My settings no longer have the login that it was made with.")


def unknown_login(t: Translator, login: str) -> Markup:
    """Say that the allowlist names a login that the settings do not have."""
    return t.say(
        "The allowlist gives you or this group the login <b>{login}</b>, which is not in my "
        "settings. Nothing was sent; please tell an admin.",
        login=login,
    )


def which_login(t: Translator, lost: str) -> Markup:
    """Ask which of several logins it shall be in place of one that the settings do not have any more."""
    return t.say(
        "Your login <b>{login}</b> is no longer in my settings, so nothing is sent. Which one shall your requests in "
        "this chat use? Choose it, and send your command again.",
        login=lost,
    )


def another_login(t: Translator, lost: str, now: str) -> Markup:
    """Say which login is used in place of one that the settings do not have any more."""
    return t.say(
        "Your login <b>{lost}</b> is no longer in my settings: your requests in this chat use <b>{login}</b>, the "
        "only one that you have left.",
        lost=lost,
        login=now,
    )


def off_the_list(t: Translator, subject_id: int, name: str | None) -> Markup:
    """Say that an entry is gone; `name` as far as it is known."""
    if name is None:
        return t.say("<code>{id}</code> is off the list.", id=subject_id)
    return t.say("<b>{name}</b> (<code>{id}</code>) is off the list.", name=name, id=subject_id)


def no_login(t: Translator) -> Markup:
    """Tell somebody in a group for everyone that there is no login for them."""
    return t.say(
        "Neither you nor this group has a login that I could use, so nothing was sent. An admin can give the group "
        "one, or let you in: /access"
    )


def _until(t: Translator, entry: AllowedPerson | AllowedChat, now: datetime, zone: tzinfo | None) -> Markup:
    if entry.expires_at is None:
        return t.say("No end date.")
    day = t.day(last_day(entry.expires_at, zone))
    if is_over(entry, now):
        return t.say("Expired on {day}.", day=day)
    return t.say("Until the end of {day}.", day=day)


def _added(t: Translator, entry: AllowedPerson | AllowedChat, zone: tzinfo | None, by: str | None) -> Markup:
    day = t.day(entry.added_at.astimezone(zone).date())
    if entry.added_by is None:
        return t.say("Added from the command line on {day}.", day=day)
    return t.say("Added on {day} by {name}.", day=day, name=by or Markup("<code>{}</code>").format(entry.added_by))


def removed_from_group(t: Translator, title: str, chat_id: int, by: Person) -> Markup:
    """Tell the admins that a group on the list removed the bot."""
    return t.say(
        "I was removed from the group “{group}” (<code>{id}</code>). By: {name} (<code>{by}</code>). Answers that wait "
        "for it go to their requesters in private. When an admin adds me again, everything there is as it was.",
        group=title,
        id=chat_id,
        name=by.name,
        by=by.id,
    )


def back_in_group(t: Translator, title: str, chat_id: int, by: Person) -> Markup:
    """Tell the admins that one of them has added the bot again."""
    return t.say(
        "I am back in the group “{group}” (<code>{id}</code>). By: {name}. Everything there is as it was: /access",
        group=title,
        id=chat_id,
        name=by.name,
    )


def group_moved(t: Translator, title: str, old: int, new: int) -> Markup:
    """Tell the admins that Telegram gave a group on the list another id."""
    return t.say(
        "The group “{group}” has become a supergroup, so Telegram gave it another ID: <code>{new}</code> instead of "
        "<code>{old}</code>. Everything of it went along; there is nothing to do.",
        group=title,
        old=old,
        new=new,
    )


def stranger(t: Translator, user_id: int) -> Markup:
    """Tell a stranger how access comes about; the id is what an admin needs."""
    return t.say(
        "I work for a closed team; access is by invitation. To ask for it, write to me in private. "
        "Your Telegram ID: <code>{id}</code>",
        id=user_id,
    )


def stranger_alone(t: Translator, user_id: int) -> Markup:
    """The same in private, above the button that asks the admins."""
    return t.say(
        "I work for a closed team; access is by invitation. Shall I ask the admins to let you in? Or send your "
        "Telegram ID to one of them: <code>{id}</code>",
        id=user_id,
    )


def admins_only(t: Translator) -> Markup:
    return t.say("This is for admins only.")


def only_in_private(t: Translator) -> Markup:
    return t.say("This is about everybody, so I show it in private only. Send me the command there.")


def chat_not_listed(t: Translator, chat_id: int, title: str | None) -> Markup:
    return t.say(
        "The group “{title}” (<code>{id}</code>) is not on the list, so I keep silent there. To let it in: "
        "<code>/allow chat {id}</code>",
        title=title or "?",
        id=chat_id,
    )


def nameless(t: Translator, *, as_channel: bool) -> Markup:
    """Tell who writes as a chat that a person has to ask."""
    if as_channel:
        return t.say("You write as a channel, so I cannot tell who you are. Write as yourself, or to me in private.")
    return t.say(
        "You write as the group, so I cannot tell who you are. Switch “Remain anonymous” off in your admin rights "
        "in this group, or write to me in private."
    )
