"""The files that go back to people: templates, the rows with what is wrong with them, and the result. Pure.

No cell can start a formula: texts are written as texts, with Excel's own mark (a leading apostrophe that is not shown)
where they begin like one, so that they stay texts when somebody edits the cell.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Self

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bot.batches.headings import HEADINGS, Column
from bot.batches.layout import Layout
from bot.batches.rows import Batch
from bot.batches.tables import Cell, Row, text_of

_MAX_TEXT = 32_767
"""Characters that a cell can hold; the writer would leave out a longer text without a word."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Prefixes that make a spreadsheet evaluate a cell (CSV injection)."""
_TEMPLATE = (
    Column.SUB_CLIENT,
    Column.SUM,
    Column.SERVICE,
    Column.ACT_NUMBER,
    Column.ACT_ID,
    Column.INVOICE_ID,
)
_SHEET = {"en": "Batch", "ru": "Пакет"}


class Outcome(StrEnum):
    """What a result adds to each row."""

    NUMBER = "number"
    STATE = "state"
    WRONG = "wrong"
    FILE = "file"


_OUTCOMES: Mapping[str, Mapping[Outcome, str]] = {
    "en": {
        Outcome.NUMBER: "Document number",
        Outcome.STATE: "State",
        Outcome.WRONG: "What is wrong",
        Outcome.FILE: "File",
    },
    "ru": {
        Outcome.NUMBER: "Номер документа",
        Outcome.STATE: "Состояние",
        Outcome.WRONG: "Что не так",
        Outcome.FILE: "Файл",
    },
}
"""`bot.batches.headings` knows them all, so that a file that comes back is read again."""


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of a row, in the reader's language; empty: nothing to say."""

    number: str = ""
    state: str = ""
    wrong: str = ""
    file: str = ""


def xlsx_template(language: str) -> bytes:
    """Return an empty sheet with all headings; only the sum is a number, so that Excel makes no dates of the rest."""
    with _Sheet(language) as sheet:
        sheet.headings([HEADINGS[language][column] for column in _TEMPLATE])
        for index, column in enumerate(_TEMPLATE):
            sheet.format_column(index, as_sum=column is Column.SUM)
    return sheet.content


def csv_template(language: str) -> bytes:
    """Return the headings as Excel reads them by itself: UTF-8 with a mark, in Russian divided by `;`."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if language == "ru" else ",")
    writer.writerow([HEADINGS[language][column] for column in _TEMPLATE])
    return text.getvalue().encode("utf-8-sig")


def marked(batch: Batch, wrong: Mapping[int, str], language: str) -> bytes:
    """Return all rows as they came, with a column that says what is wrong, by the rows' numbers."""
    rows = [row.row for row in batch.rows]
    outcomes = {number: RowOutcome(wrong=sentence) for number, sentence in wrong.items()}
    return _with_outcomes(batch.layout, rows, outcomes, (Outcome.WRONG,), language)


def result(layout: Layout, rows: Sequence[Row], outcomes: Mapping[int, RowOutcome], language: str) -> bytes:
    """Return all rows as they came, with what became of them, by their numbers."""
    return _with_outcomes(layout, rows, outcomes, tuple(Outcome), language)


def _with_outcomes(
    layout: Layout,
    rows: Sequence[Row],
    outcomes: Mapping[int, RowOutcome],
    added: Sequence[Outcome],
    language: str,
) -> bytes:
    width = max([len(layout.headings), *(len(row.cells) for row in rows)])
    # What the bot wrote into an earlier file gives way to what is true now.
    kept = [index for index in range(width) if layout.columns.get(index) is not Column.OUTCOME]
    with _Sheet(language) as sheet:
        sheet.headings(
            [_heading(layout, index, language) for index in kept] + [_OUTCOMES[language][outcome] for outcome in added]
        )
        for row in rows:
            outcome = outcomes.get(row.number, RowOutcome())
            said = [str(getattr(outcome, name)) for name in added]
            sheet.row([*(row.cell(index) for index in kept), *(text or None for text in said)])
    return sheet.content


def _heading(layout: Layout, index: int, language: str) -> str:
    if layout.headings:
        return layout.headings[index] if index < len(layout.headings) else ""
    column = layout.columns.get(index)
    return "" if column is None else HEADINGS[language][column]


class _Sheet:
    """One sheet, written from above to below; `content` is the workbook once the context is left."""

    def __init__(self, language: str) -> None:
        self._file = io.BytesIO()
        self._book = Workbook(self._file, {"in_memory": True})
        self._sheet: Worksheet = self._book.add_worksheet(_SHEET[language])
        self._bold: Format = self._book.add_format({"bold": True})
        self._text: Format = self._book.add_format({"num_format": "@"})
        self._sum: Format = self._book.add_format({"num_format": "#,##0.00"})
        self._guarded: Format = self._book.add_format({"quote_prefix": True})
        self._next = 0
        self.content = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()
        self.content = self._file.getvalue()

    def headings(self, texts: Sequence[str]) -> None:
        for index, text in enumerate(texts):
            self._sheet.write_string(0, index, text[:_MAX_TEXT], self._bold)
            self._sheet.set_column(index, index, max(14, min(len(text) + 4, 60)))
        self._sheet.freeze_panes(1, 0)
        self._next = 1

    def format_column(self, index: int, *, as_sum: bool) -> None:
        self._sheet.set_column(index, index, 20, self._sum if as_sum else self._text)

    def row(self, cells: Sequence[Cell]) -> None:
        for index, cell in enumerate(cells):
            if isinstance(cell, Decimal):
                # As many digits as a sheet keeps; `tables.CellProblem.TOO_MANY_DIGITS` has held back longer ones.
                self._sheet.write_number(self._next, index, float(cell))
            elif cell is not None:
                text = (cell if isinstance(cell, str) else text_of(cell))[:_MAX_TEXT]
                self._sheet.write_string(self._next, index, text, self._guarded if _like_a_formula(text) else None)
        self._next += 1


def _like_a_formula(text: str) -> bool:
    return text.lstrip(" ").startswith(_FORMULA)
