"""The one list of commands: what `/help` and the menus say of them, and whom they are for. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from bot.access.policy import Access, Action
from bot.language.translator import Translator


@dataclass(frozen=True, slots=True)
class Listed:
    """A command as people read of it."""

    name: str
    action: Action
    """What it counts as where rights are asked."""
    says: Callable[[Translator], Markup]
    """What it does, in a few words that begin in lower case; menus show them as plain text."""
    examples: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """Other names of the same command, which no list shows."""
    own_words: bool = True
    """Whether it is taken only from who wrote it: not forwarded, and not written by another bot. What changes nothing
    may be borrowed, and so may the commands that ask about that themselves."""
    takes_file: bool = False
    """Whether it may be the caption of a file."""
    in_crowds: bool = False
    """Whether people give it many times at once, at the month's end: then it stands in line, and other commands do not
    wait for it."""


COMMANDS = (
    Listed(
        "invoice",
        Action.USE,
        lambda t: t.say("make a new invoice"),
        ("/invoice alice 1500.50",),
        own_words=False,
        in_crowds=True,
    ),
    Listed(
        "getinvoice",
        Action.USE,
        lambda t: t.say("get an existing invoice"),
        ("/getinvoice alice 9001",),
        own_words=False,
        in_crowds=True,
    ),
    Listed(
        "act",
        Action.USE,
        lambda t: t.say("get an act by its number or ID"),
        ("/act alice 7", "/act alice id:501"),
        own_words=False,
        in_crowds=True,
    ),
    Listed(
        "batch", Action.USE, lambda t: t.say("many documents at once, from a file"), own_words=False, takes_file=True
    ),
    Listed("batches", Action.USE, lambda t: t.say("this chat's latest batches, and their files"), own_words=False),
    Listed(
        "repeat",
        Action.USE,
        lambda t: t.say("an invoice again every week, month, quarter or year"),
        ("/repeat alice 1500.50 monthly 1",),
    ),
    Listed("repeats", Action.USE, lambda t: t.say("what repeats in this chat, and when next"), own_words=False),
    Listed(
        "history",
        Action.USE,
        lambda t: t.say("this chat's documents; any can be sent again"),
        ("/history alice",),
        own_words=False,
    ),
    Listed("queue", Action.USE, lambda t: t.say("this chat's queue, with buttons to cancel"), own_words=False),
    Listed("client", Action.USE, lambda t: t.say("set this chat's sub-client, for acts"), ("/client alice",)),
    Listed("retry", Action.USE, lambda t: t.say("send the result of a request again"), ("/retry 17",)),
    Listed("use", Action.USE, lambda t: t.say("choose the login for this chat")),
    Listed("cancel", Action.USE, lambda t: t.say("stop what I am asking")),
    Listed("language", Action.USE, lambda t: t.say("choose the language")),
    Listed("whoami", Action.USE, lambda t: t.say("your Telegram ID, this chat's ID and your rights"), own_words=False),
    Listed("help", Action.USE, lambda t: t.say("what I can do for you here"), aliases=("start",), own_words=False),
    Listed("logins", Action.MANAGE, lambda t: t.say("our SMS Center logins: state and queue"), own_words=False),
    Listed(
        "unresolved", Action.MANAGE, lambda t: t.say("invoices that may or may not have been created"), own_words=False
    ),
    Listed("pause", Action.MANAGE, lambda t: t.say("pause a login"), ("/pause acme",)),
    Listed("resume", Action.MANAGE, lambda t: t.say("start a paused login again"), ("/resume acme",)),
    Listed(
        "access",
        Action.READ_LISTS,
        lambda t: t.say("who has access, until when; change it with buttons"),
        own_words=False,
    ),
    Listed(
        "allow",
        Action.MANAGE,
        lambda t: t.say("give access: by ID, as a reply, or by a shared contact"),
        ("/allow 1002",),
    ),
    Listed("revoke", Action.MANAGE, lambda t: t.say("take somebody off the list"), ("/revoke 1002",)),
    Listed(
        "audit",
        Action.READ_LISTS,
        lambda t: t.say("who did what, and when"),
        ("/audit 1002", "/audit alice", "/audit #17"),
        own_words=False,
    ),
)


IN_CROWDS = frozenset(command.name for command in COMMANDS if command.in_crowds)


def for_somebody(access: Access) -> tuple[Listed, ...]:
    """Return the commands that a person may give in a chat."""
    return tuple(command for command in COMMANDS if access.may(command.action))


def help_line(t: Translator, command: Listed) -> Markup:
    """Say in one line of HTML what a command does, with its examples."""
    line = t.say("/{command} – {what}", command=command.name, what=command.says(t))
    examples = Markup(", ").join(Markup("<code>{}</code>").format(example) for example in command.examples)
    return Markup("{}: {}").format(line, examples) if examples else line


def menu_line(t: Translator, command: Listed) -> tuple[str, str]:
    """Return a command's name and what it does, as plain text that begins with a capital letter."""
    says = command.says(t).unescape()
    return command.name, says[:1].upper() + says[1:]
