"""A wish on its way into the queue, and the form in which it waits there for somebody's answer. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from bot.domain import Borrowed, CreateInvoice, Destination, GetAct, GetInvoice, Person, SubClient, Wish
from bot.parsing import folded, folded_service


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody wants, with which login, and how they said it."""

    wish: Wish
    login: str
    requester: Person
    origin: Destination
    """The message that it comes from: a command, or the bot's message whose button was pressed."""
    said_at: datetime | None = None
    """When the command was sent; None for a press."""
    borrowed: Borrowed | None = None
    again_of: int = 0
    """The failed request that it repeats; 0: none."""
    fetches: bool = False
    """Whether the invoice exists and only its PDF is missing."""

    @property
    def makes_invoice(self) -> bool:
        return isinstance(self.wish, CreateInvoice) and not self.fetches

    @property
    def likeness(self) -> str | None:
        return likeness(self.wish)


def likeness(wish: Wish) -> str | None:
    """Return a key that is equal for invoices that a person would call the same, whatever the letters; None for a read.

    Case, look-alike letters and blanks make no difference in a sub-client's name or in a service, nor do quotes and a
    last full stop in a service.
    """
    return _likeness(wish, wish.sub_client) if isinstance(wish, CreateInvoice) else None


def likenesses(wish: CreateInvoice, others: Iterable[SubClient]) -> frozenset[str]:
    """Return the likeness of an invoice, and those that it would have for the same sub-client named otherwise."""
    return frozenset(_likeness(wish, sub_client) for sub_client in (wish.sub_client, *others))


def _likeness(wish: CreateInvoice, sub_client: SubClient) -> str:
    who = f"#{sub_client.id}" if sub_client.name is None else f"={folded(sub_client.name)}"
    words = "\n".join((who, f"{wish.amount:.2f}", folded_service(wish.service or "")))
    return blake2b(words.encode(), digest_size=16).hexdigest()


def to_json(intent: Intent) -> dict[str, Any]:
    """Return what is stored of an intent with the question about it; the question itself knows who and where."""
    return {
        "wish": wish_to_json(intent.wish),
        "login": intent.login,
        "said_at": intent.said_at.isoformat() if intent.said_at else None,
        "borrowed": intent.borrowed.value if intent.borrowed else None,
        "again_of": intent.again_of,
    }


def from_json(stored: dict[str, Any], requester: Person, origin: Destination) -> Intent:
    """Return the intent that `to_json` stored, for whoever answers."""
    said_at, borrowed = stored["said_at"], stored["borrowed"]
    return Intent(
        wish=wish_from_json(stored["wish"]),
        login=stored["login"],
        requester=requester,
        origin=origin,
        said_at=datetime.fromisoformat(said_at) if said_at else None,
        borrowed=Borrowed(borrowed) if borrowed else None,
        again_of=stored["again_of"],
    )


def wish_to_json(wish: Wish) -> dict[str, Any]:
    """Return what `json` can write of a wish."""
    stored: dict[str, Any] = {"user": [wish.sub_client.name, wish.sub_client.id]}
    match wish:
        case CreateInvoice():
            stored |= {"amount": str(wish.amount), "service": wish.service}
        case GetInvoice():
            stored |= {"invoice": wish.id}
        case GetAct():
            stored |= {"act": [wish.num, wish.id]}
    return stored


def wish_from_json(stored: dict[str, Any]) -> Wish:
    """Return the wish that `wish_to_json` was given."""
    name, number = stored["user"]
    user = SubClient(name=name, id=number)
    match stored:
        case {"amount": amount, "service": service}:
            return CreateInvoice(user, Decimal(amount), service)
        case {"invoice": invoice}:
            return GetInvoice(user, invoice)
        case _:
            num, act = stored["act"]
            return GetAct(user, num=num, id=act)
