"""What passes between the SMS Center's rules and the HTTP side of it."""

from dataclasses import dataclass
from decimal import Decimal

from sandbox.documents.papers import Paper
from sandbox.smscentre.clock import Moment
from sandbox.smscentre.journal import Entry
from sandbox.smscentre.refusals import ErrorCode
from sandbox.smscentre.world import Account, SubClient


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice that was made; `number` is also its ID."""

    number: int
    login: str
    sub_client: SubClient
    amount: Decimal
    service: str | None
    made: Moment


@dataclass(frozen=True, slots=True)
class Created:
    """The answer to add_account."""

    invoice: Invoice
    paper: Paper


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to get_account and get_act."""

    paper: Paper


@dataclass(frozen=True, slots=True)
class Refusal:
    """A documented error."""

    code: ErrorCode


Answer = Created | Found | Refusal


@dataclass(frozen=True, slots=True)
class Visit:
    """A request between its arrival and its end; `account` is the login that it signed in to."""

    entry: Entry
    account: Account | None
