"""What stands on an invoice or an act, apart from how it is laid out."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sandbox.documents.formats import NBSP


@dataclass(frozen=True, slots=True)
class Party:
    """A company or a sole trader; a sole trader has no КПП."""

    name: str
    inn: str
    address: str
    kpp: str | None = None

    def __str__(self) -> str:
        """Return the line that documents give: the name, the tax numbers, the address."""
        kpp = f", КПП{NBSP}{self.kpp}" if self.kpp else ""
        return f"{self.name}, ИНН{NBSP}{self.inn}{kpp}, {self.address}"


@dataclass(frozen=True, slots=True)
class Bank:
    """Where the seller is paid."""

    name: str
    bik: str
    correspondent_account: str
    account: str


@dataclass(frozen=True, slots=True)
class Seller:
    """The side that makes the documents out."""

    party: Party
    bank: Bank
    director: str
    accountant: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table; `price` is in rubles for one `unit`."""

    title: str
    price: Decimal
    quantity: Decimal = Decimal(1)
    unit: str = "усл."

    @property
    def total(self) -> Decimal:
        """Return quantity times price, in rubles with kopecks."""
        return (self.quantity * self.price).quantize(Decimal("0.01"))


class Kind(StrEnum):
    """The two kinds of papers, by the words that head them."""

    INVOICE = "Счёт на оплату"
    ACT = "Акт"


@dataclass(frozen=True, slots=True)
class Paper:
    """An invoice or an act, for `sandbox.documents.render.render`."""

    kind: Kind
    number: str
    day: date
    seller: Seller
    buyer: Party
    basis: str
    lines: tuple[Line, ...]

    def __str__(self) -> str:
        """Return what it is called: «Счёт на оплату № 9001»."""
        return f"{self.kind} №{NBSP}{self.number}"

    @property
    def total(self) -> Decimal:
        """Return the sum of all lines, in rubles."""
        return sum((line.total for line in self.lines), Decimal(0))
