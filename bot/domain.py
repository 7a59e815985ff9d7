"""The words of docsbot as types: sub-clients, what may be asked of SMS Center, and the states of a request."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class SubClient:
    """Whom a document is for: the vendor's `user` (a name) or `user_id` (a number), exactly one of the two."""

    name: str | None = None
    id: int | None = None

    def __post_init__(self) -> None:
        if (self.name is None) == (self.id is None):
            raise ValueError("a sub-client has either a name or an id")

    def __str__(self) -> str:
        """Return the form that people type: `alice` or `#101`."""
        return self.name if self.name is not None else f"#{self.id}"


@dataclass(frozen=True, slots=True)
class CreateInvoice:
    """`add_account`: make a new invoice. The only wish that must never be sent twice."""

    sub_client: SubClient
    amount: Decimal
    service: str | None = None


@dataclass(frozen=True, slots=True)
class GetInvoice:
    """`get_account`: download an invoice that exists."""

    sub_client: SubClient
    id: str


@dataclass(frozen=True, slots=True)
class GetAct:
    """`get_act`: download an act, by its number (`num`) or by its ID (`id`), exactly one of the two."""

    sub_client: SubClient
    num: str | None = None
    id: str | None = None

    def __post_init__(self) -> None:
        if (self.num is None) == (self.id is None):
            raise ValueError("an act is asked for either by number or by id")


Wish = CreateInvoice | GetInvoice | GetAct
"""What one person may ask for; each becomes one request in the queue."""


class State(StrEnum):
    """States of a request; design: queued -> running -> done | failed | unknown, queued -> cancelled."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
