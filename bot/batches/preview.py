"""The dry run: what a file would lead to, before anything of it is sent. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from bot.batches.rows import Batch, Pair, alike
from bot.documents.duplicates import Alike
from bot.documents.intents import likeness
from bot.domain import CreateInvoice, GetAct, GetInvoice, Wish
from db.duplicates import WaitingRow
from db.models import Request

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DryRun:
    """What the rows of a file ask for, and which of them to look at twice."""

    invoices: int
    total: Decimal
    """The sum of the new invoices."""
    acts: int
    fetched: int
    """Invoices that exist and are only fetched."""
    mistakes: Mapping[int, str]
    """What is wrong with the others, by the row's number, as people read it."""
    alike: tuple[tuple[int, ...], ...]
    """Groups of rows that ask for the same."""
    lately: Mapping[int, Request]
    """Rows like an invoice that was made lately, or may have been."""
    waiting: Mapping[int, WaitingRow]
    """Rows like one of another batch that has not gone out."""
    empty_rows: tuple[int, ...]
    hidden_rows: tuple[int, ...]
    hidden_columns: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many rows can be started."""
        return self.invoices + self.acts + self.fetched

    @property
    def doubtful(self) -> frozenset[int]:
        """The rows that a start without the doubtful ones leaves out: of rows that are alike the first one stays."""
        return frozenset(number for group in self.alike for number in group[1:]).union(self.lately, self.waiting)


def dry_run(batch: Batch, mistakes: Mapping[int, str], others: Alike, known: Collection[Pair]) -> DryRun:
    """Look at all rows, and at what else there is for their login.

    `known` are names and user IDs of one sub-client, besides those that the rows themselves say.
    """
    wishes = batch.wishes()
    creates = [wish for wish in wishes.values() if isinstance(wish, CreateInvoice)]
    return DryRun(
        invoices=len(creates),
        total=sum((wish.amount for wish in creates), Decimal(0)),
        acts=sum(isinstance(wish, GetAct) for wish in wishes.values()),
        fetched=sum(isinstance(wish, GetInvoice) for wish in wishes.values()),
        mistakes=mistakes,
        alike=alike(wishes, {*known, *batch.pairs().values()}),
        lately=_like(wishes, others.lately),
        waiting=_like(wishes, others.waiting),
        empty_rows=batch.empty_rows,
        hidden_rows=batch.hidden_rows(),
        hidden_columns=batch.hidden_columns,
    )


def _like(wishes: Mapping[int, Wish], others: Mapping[str, T]) -> dict[int, T]:
    """Return what each row is like, by its number."""
    return {
        number: others[key] for number, wish in wishes.items() if (key := likeness(wish)) is not None and key in others
    }
