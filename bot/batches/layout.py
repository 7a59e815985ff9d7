"""Which column of a table is which, and where its rows begin. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.batches.headings import DOCUMENTS, NOT_READ, Column, Doubtful, meaning
from bot.batches.tables import (
    MAX_ROWS,
    MAX_ROWS_ABOVE,
    Cell,
    FileProblem,
    FileRefused,
    Row,
    Table,
    text_of,
)
from bot.parsing import MoneyWords, ParseError, parse_sum

_WITHOUT_HEADINGS: Mapping[int, Column] = {0: Column.SUB_CLIENT, 1: Column.SUM, 2: Column.SERVICE}


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns hold, by their place from 0."""

    columns: Mapping[int, Column]
    headings: tuple[str, ...] = ()
    """As they came; none: the rows are `user, sum[, service]`."""


def find_layout(table: Table, money: MoneyWords) -> tuple[Layout, Sequence[Row]]:
    """Return the layout and the rows below the headings, at least one; raises `FileRefused`."""
    index = next((i for i, row in enumerate(table.rows[: MAX_ROWS_ABOVE + 1]) if _is_headings(row, money)), None)
    if index is None:
        first = table.rows[0]
        if not _holds_digit(first.cell(1)):
            _refuse_unknown(first)
        layout, rows = Layout(_WITHOUT_HEADINGS), table.rows
    else:
        _check_above(table.rows[:index], money)
        layout, rows = _by_headings(table.rows[index]), table.rows[index + 1 :]
    if not rows:
        raise FileRefused(FileProblem.EMPTY)
    if len(rows) > MAX_ROWS:
        raise FileRefused(FileProblem.TOO_MANY_ROWS)
    return layout, rows


def _is_headings(row: Row, money: MoneyWords) -> bool:
    known = sum(meaning(text_of(cell)) is not Doubtful.UNKNOWN for cell in row.cells if cell is not None)
    return known >= 2 and not any(_is_sum(cell, money) for cell in row.cells)


def _check_above(rows: Sequence[Row], money: MoneyWords) -> None:
    """Refuse rows that would be lost above the headings; titles do not look like them."""
    for row in rows:
        if row.cell(0) is not None and _is_sum(row.cell(1), money):
            raise FileRefused(FileProblem.HEADINGS_BELOW_ROWS, str(row.number))


def _by_headings(row: Row) -> Layout:
    headings = tuple(map(text_of, row.cells))
    _refuse_unknown(row)
    found = {index: meaning(heading) for index, heading in enumerate(headings) if heading}
    columns = {index: column for index, column in found.items() if isinstance(column, Column)}
    for column in frozenset(columns.values()) - NOT_READ:
        same = [headings[index] for index, other in columns.items() if other is column]
        if len(same) > 1:
            raise FileRefused(FileProblem.HEADING_TWICE, *same)
    held = frozenset(columns.values())
    if not held & {Column.SUB_CLIENT, Column.USER_ID}:
        raise FileRefused(FileProblem.NO_SUB_CLIENT_COLUMN)
    if not held & frozenset(DOCUMENTS):
        raise FileRefused(FileProblem.NO_DOCUMENT_COLUMN)
    return Layout(columns, headings)


def _refuse_unknown(row: Row) -> None:
    """Refuse headings that name no column; does nothing if all do."""
    headings = [text_of(cell) for cell in row.cells if cell is not None]
    unknown = [heading for heading in headings if meaning(heading) is Doubtful.UNKNOWN]
    if unknown:
        raise FileRefused(FileProblem.UNKNOWN_HEADINGS, *unknown)
    doubtful = [heading for heading in headings if meaning(heading) is Doubtful.AMBIGUOUS]
    if doubtful:
        raise FileRefused(FileProblem.DOUBTFUL_HEADINGS, *doubtful)


def _holds_digit(cell: Cell) -> bool:
    return any(character.isdigit() for character in text_of(cell))


def _is_sum(cell: Cell, money: MoneyWords) -> bool:
    if not isinstance(cell, str):
        return isinstance(cell, Decimal)
    try:
        _, service = parse_sum(cell, money)
    except ParseError:
        return False
    return service is None
