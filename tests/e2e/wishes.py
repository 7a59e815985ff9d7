"""What a command asks SMS Center for, read independently of the bot: the oracle must not believe the bot's parser."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from sandbox.smscentre.calls import Method
from sandbox.smscentre.journal import Entry

BOT = "docsbot_bot"
ANY_USER = "*"

_COMMAND = re.compile(r"/(?P<name>\w+)(?:@(?P<bot>\w+))?(?:[  ]+(?P<args>.*))?", re.DOTALL)
_INVOICE = re.compile(
    r"(?P<user>\S+) +(?P<whole>\d{1,3}(?: \d{3})+|\d+)(?:[.,](?P<cents>\d{1,2}))?"
    r"(?: ?(?:₽|руб\.?|р\.))?(?: +(?P<service>.+))?"
)
_PAIR = re.compile(r"(\S+) +(\S+)")


@dataclass(frozen=True, slots=True)
class Wish:
    """One document for one sub-client; `user` is a name, `#` and a number, or `ANY_USER` where the text leaves it."""

    method: Method
    user: str
    what: str
    """The sum with two decimals, the invoice's ID, or the act's number (`id:` before an ID)."""
    service: str = ""

    def covers(self, other: "Wish") -> bool:
        """Whether a request for `other` fulfils this wish."""
        same = (self.method, self.what, self.service) == (other.method, other.what, other.service)
        return same and self.user in {ANY_USER, other.user}


def is_command(text: str) -> bool:
    """Whether the text is a command for our bot."""
    found = _COMMAND.fullmatch(text)
    return found is not None and (found["bot"] or BOT).lower() == BOT


_SET_OFF = re.compile(r"[<{«(\[]([^<>{}«»()\[\]]+)[>}»)\]]")


@lru_cache(maxsize=100_000)
def wish_of(text: str) -> Wish | None:
    """Return what a command wishes for; None if it is none for our bot, or asks SMS Center for nothing."""
    found = _COMMAND.fullmatch(text)
    if found is None or not is_command(text):
        return None
    args = (found["args"] or "").strip().replace("\u00a0", " ").replace("\u202f", " ")
    match found["name"].lower():
        case "invoice":
            return _invoice(args)
        case "getinvoice" if pair := _PAIR.fullmatch(args):
            return Wish(Method.GET_ACCOUNT, _user(pair[1]), pair[2]) if pair[2].isdecimal() else None
        case "act" if pair := _PAIR.fullmatch(args):
            return Wish(Method.GET_ACT, _user(pair[1]), pair[2])
        case "act" if re.fullmatch(r"\S+", args):
            return Wish(Method.GET_ACT, ANY_USER, args)
        case _:
            return None


def wish_of_reply(text: str) -> Wish | None:
    """Return what a reply to the question for an invoice's number wishes for."""
    return Wish(Method.GET_ACCOUNT, ANY_USER, text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def wish_of_entry(entry: Entry) -> Wish | None:
    """Return what a request at SMS Center asked for; None for one that asked for nothing it knows."""
    of = entry.parameters
    user = of["user"] if "user" in of else f"#{of.get('user_id')}"
    match entry.method:
        case Method.ADD_ACCOUNT:
            return Wish(Method.ADD_ACCOUNT, user, f"{Decimal(of['sum']):.2f}", of.get("service", ""))
        case Method.GET_ACCOUNT:
            return Wish(Method.GET_ACCOUNT, user, of["id"])
        case Method.GET_ACT:
            return Wish(Method.GET_ACT, user, of["num"] if "num" in of else f"id:{of['id']}")
        case None:
            return None


def _invoice(args: str) -> Wish | None:
    found = _INVOICE.fullmatch(args)
    if found is None:
        return None
    amount = Decimal(found["whole"].replace(" ", "") + "." + (found["cents"] or "0"))
    return Wish(Method.ADD_ACCOUNT, _user(found["user"]), f"{amount:.2f}", found["service"] or "")


def _user(word: str) -> str:
    """Read a sub-client as people write one: `#101`, `id:101`, or a name, perhaps set off by a pair of signs."""
    bare = _SET_OFF.fullmatch(word)
    name = (bare[1] if bare else word).removeprefix("@")
    return f"#{name[3:]}" if name.lower().startswith("id:") else name
