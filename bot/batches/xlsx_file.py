"""XLSX files: the values by calamine, which cannot be made to read more than was looked through before. Pure."""

import io
import math
import posixpath
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from python_calamine import CalamineWorkbook

from bot.batches.number_formats import as_shown, code_of
from bot.batches.tables import (
    MAX_ROWS,
    MAX_ROWS_ABOVE,
    Cell,
    CellProblem,
    FileProblem,
    FileRefused,
    Row,
    Table,
    Unusable,
    empty_between,
    text_or_nothing,
)
from bot.batches.xlsx_archive import pack, unpack
from bot.batches.xlsx_scan import Scan, scan

_EXACT_DIGITS = 15
"""So many digits of a number survive in a sheet, which keeps numbers in binary."""
_STYLES = "xl/styles.xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
_STRICT_RELATION = "http://purl.oclc.org/ooxml/officeDocument/relationships id"

_Value = int | float | str | bool | time | date | datetime | timedelta


def read_xlsx(data: bytes) -> Table:
    """Read the one visible sheet that holds something; raises `FileRefused`."""
    parts = unpack(data)
    scans = scan(parts)
    name, found = _sheet(scans)
    if found.far_cell is not None:
        raise FileRefused(FileProblem.FAR_CELL, found.far_cell)
    if len(found.rows) > MAX_ROWS + MAX_ROWS_ABOVE + 1:
        raise FileRefused(FileProblem.TOO_MANY_ROWS)
    safe = {part: content for part, content in parts.items() if scans[part].far_cell is None}
    values = _values(pack(safe), name)
    merged = found.merged_rows()
    styles = scans.get(_STYLES, Scan())
    rows = []
    for number in sorted(found.rows):
        cells = _cells(number, values[number - 1] if number <= len(values) else [], found, styles)
        if any(cell is not None for cell in cells):
            rows.append(Row(number, cells, hidden=number in found.hidden_rows, merged=number in merged))
    return Table(tuple(rows), empty_between([row.number for row in rows]), frozenset(found.hidden_columns))


def _sheet(scans: Mapping[str, Scan]) -> tuple[str, Scan]:
    """Return the name of the sheet to read, and what the scan found in it."""
    targets = {
        attributes.get("Id", ""): attributes.get("Target", "")
        for tag, attributes in scans.get("xl/_rels/workbook.xml.rels", Scan()).attributes
        if tag == "Relationship"
    }
    visible = []
    for tag, attributes in scans["xl/workbook.xml"].attributes:
        if tag != "sheet" or attributes.get("state", "visible") != "visible":
            continue
        relation = attributes.get(_RELATION) or attributes.get(_STRICT_RELATION) or ""
        part = posixpath.normpath(posixpath.join("/xl", targets.get(relation, ""))).lstrip("/").lower()
        if part in scans:
            visible.append((attributes.get("name", ""), scans[part]))
    filled = [(name, found) for name, found in visible if found.rows]
    if len(filled) > 1:
        raise FileRefused(FileProblem.SEVERAL_SHEETS, *(name for name, _ in filled))
    if not filled:
        raise FileRefused(FileProblem.EMPTY if visible else FileProblem.BROKEN)
    return filled[0]


def _values(workbook: bytes, sheet: str) -> list[list[_Value]]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(workbook)) as book:
            return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except BaseException as error:
        # A panic of its Rust code is no Exception, so that nobody catches it by chance. We do it on purpose.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise FileRefused(FileProblem.BROKEN) from error
        raise


def _cells(number: int, values: Sequence[_Value], found: Scan, styles: Scan) -> tuple[Cell, ...]:
    cells: list[Cell] = [_cell(value) for value in values]
    for column, style in found.styles[number].items():
        cell = cells[column] if column < len(cells) else None
        if isinstance(cell, Decimal) and 0 <= style < len(styles.formats):
            cells[column] = as_shown(cell, code_of(styles.formats[style], styles.codes))
    for column, unusable in found.unusable[number].items():
        cells += [None] * (column + 1 - len(cells))
        cells[column] = unusable
    return tuple(cells)


def _cell(value: _Value) -> Cell:
    if isinstance(value, str):
        return text_or_nothing(value)
    if isinstance(value, bool):
        return Unusable(CellProblem.BOOLEAN, str(value).upper())
    if isinstance(value, int | float):
        return _number(value)
    return Unusable(CellProblem.DATE, str(value))


def _number(value: float) -> Decimal | Unusable:
    """Return the number as it was typed: the shortest decimal that the sheet's binary stands for, as Excel shows it."""
    if not math.isfinite(value) or abs(value) >= 10**_EXACT_DIGITS:
        return Unusable(CellProblem.TOO_MANY_DIGITS, f"{value:.{_EXACT_DIGITS}g}")
    number = Decimal(f"{value:.{_EXACT_DIGITS}g}").normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number
