"""Cells as JSON, for the tables that keep each row as it came. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from bot.batches.tables import Cell, CellProblem, Unusable

Stored = str | list[str] | None
"""Text as itself, a number as `["1500.5"]`, an unusable cell as `["2026-11-01", "date"]`."""


def to_json(cells: Sequence[Cell]) -> list[Stored]:
    """Return what `json` can write."""
    return [_stored(cell) for cell in cells]


def from_json(cells: Sequence[Stored]) -> tuple[Cell, ...]:
    """Return the cells that `to_json` was given."""
    return tuple(_cell(cell) for cell in cells)


def _stored(cell: Cell) -> Stored:
    match cell:
        case Decimal():
            return [format(cell, "f")]
        case Unusable():
            return [cell.shown, cell.problem]
        case _:
            return cell


def _cell(stored: Stored) -> Cell:
    match stored:
        case [shown, problem]:
            return Unusable(CellProblem(problem), shown)
        case [number]:
            return Decimal(number)
        case str() | None:
            return stored
        case _:
            raise ValueError(stored)
