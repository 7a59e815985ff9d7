"""A table as it came from a file, before anybody asks what its columns mean; and why a file is not one."""

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.parsing import visible

MAX_FILE = 1_000_000
"""Bytes of a file."""
MAX_UNPACKED = 20_000_000
"""Bytes of all that is packed into a file."""
MAX_ROWS = 500
"""Rows below the headings that hold anything."""
MAX_ROWS_ABOVE = 10
"""Rows above the headings that hold anything: a title, a period."""
MAX_COLUMNS = 50
MAX_ROW_NUMBER = 10_000
"""The lowest row in which anything may stand; readers keep room for all above it."""


class FileProblem(StrEnum):
    """Why a file is refused as a whole; each says to a person what to do."""

    TOO_BIG = "too_big"
    UNPACKS_TOO_BIG = "unpacks_too_big"
    EMPTY = "empty"
    XLS = "xls"
    """Excel 97 to 2003, or another binary workbook."""
    ODS = "ods"
    PDF = "pdf"
    ENCRYPTED = "encrypted"
    NOT_A_TABLE = "not_a_table"
    """A picture, an archive, a text document."""
    BROKEN = "broken"
    UNKNOWN_ENCODING = "unknown_encoding"
    BROKEN_QUOTES = "broken_quotes"
    """A quotation mark of a CSV is not closed, or closed in the middle of a cell; the word is the row's number."""
    SEVERAL_SHEETS = "several_sheets"
    """More than one visible sheet holds something; the words are their names."""
    FAR_CELL = "far_cell"
    """Something stands far away from the table; the word is the cell."""
    TOO_MANY_ROWS = "too_many_rows"
    UNKNOWN_HEADINGS = "unknown_headings"
    """The words are the headings."""
    DOUBTFUL_HEADINGS = "doubtful_headings"
    """Headings that may mean several things, or are nearly a known one; the words are the headings."""
    HEADING_TWICE = "heading_twice"
    """Two columns mean the same; the words are their headings."""
    HEADINGS_BELOW_ROWS = "headings_below_rows"
    """What stands above the headings reads like a row; the word is that row's number."""
    NO_SUB_CLIENT_COLUMN = "no_sub_client_column"
    NO_DOCUMENT_COLUMN = "no_document_column"
    """There is neither a sum nor an act nor an invoice."""


@dataclass(frozen=True, slots=True)
class FileRefusal:
    """Why a file cannot be used; `words` are what the problem is about, see `FileProblem`."""

    problem: FileProblem
    words: tuple[str, ...] = ()


class FileRefused(Exception):
    """Ends the reading of a file that cannot be used."""

    def __init__(self, problem: FileProblem, *words: str) -> None:
        super().__init__(problem, *words)
        self.problem = problem
        self.words = words

    @property
    def refusal(self) -> FileRefusal:
        """Return the same as a result."""
        return FileRefusal(self.problem, self.words)


class CellProblem(StrEnum):
    """Why a cell of a sheet is neither text nor a number that can be trusted."""

    DATE = "date"
    """A date, a time or a duration; Excel makes them of numbers by itself."""
    BOOLEAN = "boolean"
    ERROR = "error"
    """A formula that went wrong, such as `#DIV/0!`."""
    NOT_CALCULATED = "not_calculated"
    """A formula whose value the file does not hold."""
    TOO_MANY_DIGITS = "too_many_digits"
    """A number with more digits than a sheet keeps (15): its last ones are not what was typed."""
    PERCENT = "percent"
    """A percentage: `50%` is kept as 0.5."""
    SHOWN_OTHERWISE = "shown_otherwise"
    """A number whose format shows another one, or none: a fraction, thousands, zeros in front; shown is the number."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A cell that must not be read as text or as a number; `shown` is roughly what people see in it."""

    problem: CellProblem
    shown: str


Cell = str | Decimal | Unusable | None
"""None: empty. A `Decimal` was a number in the sheet; numbers in a CSV are text."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something; `number` counts from 1 as spreadsheets do."""

    number: int
    cells: tuple[Cell, ...]
    hidden: bool = False
    """The sheet does not show it: hidden by hand or by a filter."""
    merged: bool = False
    """A cell of it is merged with one above or below, so it is not known which row a value belongs to."""

    def cell(self, column: int) -> Cell:
        """Return a cell; rows may end early."""
        return self.cells[column] if column < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, from above to below, without the empty ones."""

    rows: tuple[Row, ...]
    empty_rows: tuple[int, ...] = ()
    """Numbers of the empty rows between the others."""
    hidden_columns: frozenset[int] = frozenset()
    """From 0."""
    by_commas: bool = False
    """The cells were divided by commas, so that a decimal comma may have divided a sum."""


def text_of(cell: Cell) -> str:
    """Return a cell as one line of text, in Unicode's composed form (NFC)."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format(cell, "f")
    text = cell.shown if isinstance(cell, Unusable) else cell
    return " ".join(unicodedata.normalize("NFC", text).split())


def text_or_nothing(text: str) -> str | None:
    """Return a cell's text as it came; None where nothing in it can be seen."""
    return text if visible(text).strip() else None


def empty_between(numbers: list[int]) -> tuple[int, ...]:
    """Return the numbers that are missing between the first and the last."""
    return tuple(sorted(set(range(numbers[0], numbers[-1])) - set(numbers))) if numbers else ()


def cell_name(row: int, column: int) -> str:
    """Return how spreadsheets call a cell, such as `B7`; rows count from 1, columns from 0."""
    return f"{column_name(column)}{row}"


def column_name(column: int) -> str:
    """Return how spreadsheets call a column, such as `B`; columns count from 0."""
    letters = ""
    left = column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
