"""What people read while they wait. Pure."""

from datetime import datetime

from markupsafe import Markup

from bot.delivery.promises import Delay, Prospect
from bot.documents.wording import describe
from bot.language.translator import Translator


def status(t: Translator, seen: Prospect, now: datetime) -> Markup:
    """Say what waits in a chat and when it goes out: what stays true while the queue moves on."""
    if seen.count == 1:
        head = t.say("In the queue: {what}.", what=describe(t, seen.newest.wish))
    else:
        head = t.say_n(
            "In the queue: {n} request of this chat.", "In the queue: {n} requests of this chat.", seen.count
        )
    return Markup("\n").join(line for line in (head, _why(t, seen), _when(t, seen, now)) if line)


def _when(t: Translator, seen: Prospect, now: datetime) -> Markup:
    if seen.first_at is None or seen.last_at is None:
        return Markup("")
    first = t.clock_time(seen.first_at, now=now)
    if seen.count > 1:
        last = t.clock_time(seen.last_at, now=now)
        return t.say("The first goes out at {first}, the last about {last}. More: /queue", first=first, last=last)
    if seen.before == 0:
        return t.say("It is next and goes out at {time}.", time=first)
    return t.say_n(
        "{n} before yours; it goes out at {time}.", "{n} before yours; it goes out at {time}.", seen.before, time=first
    )


def _why(t: Translator, seen: Prospect) -> Markup:
    match seen.delay:
        case Delay.NONE:
            return Markup("")
        case Delay.PAUSED:
            name = seen.paused_by or t.say("the command line")
            return t.say("The login is paused ({name}). Everything goes on when an admin starts it again.", name=name)
        case Delay.REFUSED:
            return t.say(
                "SMS Center refused the bot's login. The admins know; everything goes on when they start it again."
            )
        case Delay.BLOCKED:
            return t.say("SMS Center has blocked the bot's address for a while and the login rests.")
        case Delay.WRONG_SETTING:
            return t.say("A wrong setting keeps me from reaching SMS Center; the admins know.")
        case Delay.UNREACHABLE:
            return t.say("SMS Center cannot be reached at the moment.")
        case Delay.THROTTLED:
            return t.say("Somebody else used the login, so SMS Center makes us wait.")
