"""The rows of a table as wishes, or as what is wrong with each. Pure."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.batches.headings import DOCUMENTS, NOT_READ, Column
from bot.batches.layout import Layout, find_layout
from bot.batches.spoilt import spoilt_by
from bot.batches.tables import Cell, CellProblem, Row, Table, Unusable, column_name, text_of
from bot.documents.intents import likeness
from bot.domain import CreateInvoice, GetAct, GetInvoice, SubClient, Wish
from bot.parsing import (
    MoneyWords,
    ParseError,
    Problem,
    folded,
    parse_act_number,
    parse_document_id,
    parse_service,
    parse_sub_client,
    parse_sum,
)

_TOTAL = re.compile(r"(?:итого|всего|total)\s*:?", re.IGNORECASE)
_MIN_COUNTED = 3
"""So many columns are counted on purpose; `1;2` may well ask for an invoice."""
_DIGITS_ONLY = re.compile(r"[\d.,\s]+")
_LINE_ENDS = re.compile(r"[\r\n\t]+")


class RowProblem(StrEnum):
    """What is wrong with a row as a whole."""

    NO_SUB_CLIENT = "no_sub_client"
    TWO_SUB_CLIENTS = "two_sub_clients"
    """Two user IDs that are not the same."""
    OTHER_SUB_CLIENT = "other_sub_client"
    """A name and a user ID of two sub-clients, as far as is known; the word is the name."""
    NOTHING_ASKED = "nothing_asked"
    """Neither a sum nor an act nor an invoice."""
    SEVERAL_ASKED = "several_asked"
    """More than one of them; the word is what stands in the second."""
    NO_HEADING = "no_heading"
    """Something stands in a column without a heading; the word is what."""
    NOT_WHOLE = "not_whole"
    """A number with decimals where a name, a number of an act or an ID belongs."""
    MERGED = "merged"
    COLUMN_NUMBERS = "column_numbers"
    """The columns' numbers below their headings, as official forms have them; it would make an invoice for `1`."""
    TOTAL = "total"
    """The row of a total; it would make an invoice for somebody called so."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a row leads to nothing; `word` is what the problem is about (see each), at most 64 characters."""

    problem: RowProblem | CellProblem | Problem
    word: str = ""
    column: Column | None = None
    """None: it is about the row as a whole."""


Pair = tuple[str, int]
"""A name and a user ID of one sub-client."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A row as it came, and what it asks for."""

    row: Row
    asks: Wish | Mistake
    named: str | None = None
    """The sub-client's name where a user ID stands beside it; SMS Center is asked by the ID."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A file, understood as far as it can be."""

    layout: Layout
    rows: tuple[BatchRow, ...]
    empty_rows: tuple[int, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    """Headings of the columns that are read and that the sheet does not show; their letters where there are none."""

    def wishes(self) -> Mapping[int, Wish]:
        """Return what the readable rows ask for, by their numbers."""
        return {row.row.number: row.asks for row in self.rows if not isinstance(row.asks, Mistake)}

    def mistakes(self) -> Mapping[int, Mistake]:
        """Return what is wrong with the other rows, by their numbers."""
        return {row.row.number: row.asks for row in self.rows if isinstance(row.asks, Mistake)}

    def pairs(self) -> Mapping[int, Pair]:
        """Return which name and user ID the rows that have both say to be one, by the rows' numbers."""
        named = {row.row.number: row.named for row in self.rows}
        return {
            number: (name, user_id)
            for number, wish in self.wishes().items()
            if (name := named[number]) is not None and (user_id := wish.sub_client.id) is not None
        }

    def hidden_rows(self) -> tuple[int, ...]:
        """Return the numbers of the rows that the sheet does not show."""
        return tuple(row.row.number for row in self.rows if row.row.hidden)


def read_batch(table: Table, money: MoneyWords) -> Batch:
    """Understand a table; raises `FileRefused` if its columns cannot be told."""
    layout, rows = find_layout(table, money)
    first = rows[0].number
    return Batch(
        layout,
        tuple(
            BatchRow(row, Mistake(RowProblem.COLUMN_NUMBERS))
            if row is rows[0] and layout.headings and _counts_columns(row)
            else _row(row, layout, money, by_commas=table.by_commas)
            for row in rows
        ),
        tuple(number for number in table.empty_rows if number > first),
        tuple(
            layout.headings[index] if layout.headings else column_name(index)
            for index, column in layout.columns.items()
            if index in table.hidden_columns and column not in NOT_READ
        ),
    )


def alike(wishes: Mapping[int, Wish], pairs: Collection[Pair] = ()) -> tuple[tuple[int, ...], ...]:
    """Return the groups of rows that ask for the same, as a person would call it; numbers in order.

    `pairs` are names, in any letters, and user IDs that are one sub-client.
    """
    user_ids: dict[str, set[int]] = defaultdict(set)
    for name, user_id in pairs:
        user_ids[folded(name)].add(user_id)
    only = {name: next(iter(ids)) for name, ids in user_ids.items() if len(ids) == 1}
    groups: dict[Wish | str | None, list[int]] = defaultdict(list)
    for number, wish in sorted(wishes.items()):
        groups[_as_compared(wish, only)].append(number)
    return tuple(tuple(numbers) for numbers in groups.values() if len(numbers) > 1)


def _as_compared(wish: Wish, user_ids: Mapping[str, int]) -> Wish | str | None:
    """Return what is equal for rows that ask for the same: of invoices, by the duplicate guard's own measure."""
    name = None if wish.sub_client.name is None else folded(wish.sub_client.name)
    user_id = wish.sub_client.id if name is None else user_ids.get(name)
    sub_client = SubClient(name=name) if user_id is None else SubClient(id=user_id)
    match wish:
        case CreateInvoice():
            return likeness(CreateInvoice(sub_client, wish.amount, wish.service))
        case GetInvoice():
            return GetInvoice(sub_client, wish.id)
        case GetAct():
            return GetAct(sub_client, num=wish.num, id=wish.id)


class _Wrong(Exception):
    def __init__(
        self, problem: RowProblem | CellProblem | Problem, word: str = "", column: Column | None = None
    ) -> None:
        super().__init__(problem)
        self.mistake = Mistake(problem, word[:64], column)


def _row(row: Row, layout: Layout, money: MoneyWords, *, by_commas: bool) -> BatchRow:
    try:
        cells = _by_column(row, layout)
        sub_client, named = _sub_client(cells)
        return BatchRow(row, _wish(sub_client, cells, money, by_commas=by_commas), named)
    except _Wrong as wrong:
        return BatchRow(row, wrong.mistake)


def _counts_columns(row: Row) -> bool:
    """Say whether a row reads 1, 2, 3 and so on."""
    words = [text_of(cell) for cell in row.cells if cell is not None]
    return len(words) >= _MIN_COUNTED and words == [str(number) for number in range(1, len(words) + 1)]


def _by_column(row: Row, layout: Layout) -> Mapping[Column, Cell]:
    """Return the filled cells that are read; raises `_Wrong` for what stands in the way of reading them."""
    if row.merged:
        raise _Wrong(RowProblem.MERGED)
    cells: dict[Column, Cell] = {}
    for index, cell in enumerate(row.cells):
        if cell is None:
            continue
        column = layout.columns.get(index)
        if column is None:
            raise _Wrong(RowProblem.NO_HEADING, text_of(cell))
        # The word often stands in the column of the rows' numbers, which is not read else.
        if column is not Column.SERVICE and _TOTAL.fullmatch(text_of(cell)):
            raise _Wrong(RowProblem.TOTAL, text_of(cell))
        if column not in NOT_READ:
            cells[column] = cell
    for column, cell in cells.items():
        if isinstance(cell, Unusable):
            raise _Wrong(cell.problem, cell.shown, column)
        spoilt = spoilt_by(text_of(cell), column)
        if spoilt is not None:
            raise _Wrong(spoilt, text_of(cell), column)
    return cells


def _wish(sub_client: SubClient, cells: Mapping[Column, Cell], money: MoneyWords, *, by_commas: bool) -> Wish:
    asked = [column for column in DOCUMENTS if column in cells]
    if not asked:
        raise _Wrong(RowProblem.NOTHING_ASKED)
    if len(asked) > 1:
        raise _Wrong(RowProblem.SEVERAL_ASKED, text_of(cells[asked[1]]), asked[1])
    column = asked[0]
    try:
        match column:
            case Column.SUM:
                return _invoice(sub_client, cells, money, by_commas=by_commas)
            case Column.ACT_NUMBER:
                return parse_act_number(_whole(cells, column)).of(sub_client)
            case Column.ACT_ID:
                return GetAct(sub_client, id=parse_document_id(_whole(cells, column)))
            case _:
                return GetInvoice(sub_client, parse_document_id(_whole(cells, column)))
    except ParseError as error:
        raise _Wrong(error.problem, error.word, column) from error


def _sub_client(cells: Mapping[Column, Cell]) -> tuple[SubClient, str | None]:
    """Return whom a row is for, by its user ID where it has one, and the name that stands beside that."""
    found = [_parsed(cells, column) for column in (Column.USER_ID, Column.SUB_CLIENT) if column in cells]
    if not found:
        raise _Wrong(RowProblem.NO_SUB_CLIENT)
    if len(found) == 1:
        return found[0], None
    by_id, other = found
    if other.id is not None and other.id != by_id.id:
        raise _Wrong(RowProblem.TWO_SUB_CLIENTS, str(other), Column.SUB_CLIENT)
    return by_id, other.name


def _parsed(cells: Mapping[Column, Cell], column: Column) -> SubClient:
    text = _whole(cells, column)
    if column is Column.USER_ID and not text.lower().startswith(("#", "id:")):
        text = f"#{text.strip()}"
    try:
        return parse_sub_client(text)
    except ParseError as error:
        raise _Wrong(error.problem, error.word, column) from error


def _invoice(
    sub_client: SubClient, cells: Mapping[Column, Cell], money: MoneyWords, *, by_commas: bool
) -> CreateInvoice:
    cell = cells[Column.SUM]
    if isinstance(cell, Decimal) and -int(cell.as_tuple().exponent) > 2:
        raise ParseError(Problem.AMOUNT_TOO_MANY_DECIMALS, text_of(cell))
    amount, more = parse_sum(text_of(cell) if isinstance(cell, Decimal) else str(cell), money)
    if more is not None:
        raise ParseError(Problem.AMOUNT_AMBIGUOUS, text_of(cell))
    service = cells.get(Column.SERVICE)
    if service is None:
        return CreateInvoice(sub_client, amount)
    text = _LINE_ENDS.sub(" ", service) if isinstance(service, str) else text_of(service)
    if by_commas and _DIGITS_ONLY.fullmatch(text):
        # `alice,1500,50` and `alice,1,500`: most likely one sum, cut in two by its own comma.
        raise ParseError(Problem.AMOUNT_AMBIGUOUS, f"{text_of(cell)},{text}")
    try:
        return CreateInvoice(sub_client, amount, parse_service(text))
    except ParseError as error:
        raise _Wrong(error.problem, error.word, Column.SERVICE) from error


def _whole(cells: Mapping[Column, Cell], column: Column) -> str:
    """Return a cell that holds a word: text as it came, or a whole number."""
    cell = cells[column]
    if isinstance(cell, Decimal) and cell != cell.to_integral_value():
        raise _Wrong(RowProblem.NOT_WHOLE, text_of(cell), column)
    return cell if isinstance(cell, str) else text_of(cell)
