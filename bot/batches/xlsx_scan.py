"""A first look at a workbook's XML: whether it is safe to read, and what a reader of values does not tell. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from bot.batches.tables import (
    MAX_COLUMNS,
    MAX_ROW_NUMBER,
    CellProblem,
    FileProblem,
    FileRefused,
    Unusable,
    cell_name,
)

_MAX_ELEMENTS = 400_000
"""Of a whole workbook; 500 rows with 50 cells need 75,000."""
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_VALUES = frozenset({"v", "is", "f"})
_LISTS = frozenset({"numFmts", "cellXfs"})
"""Of a workbook's styles; `numFmt` and `xf` elsewhere are no cell's."""
_TRUE = frozenset({"1", "true"})


@dataclass(slots=True)
class Scan:
    """What was found in one part of a workbook."""

    attributes: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """The elements that say which sheets there are, as they came."""
    unusable: defaultdict[int, dict[int, Unusable]] = field(default_factory=lambda: defaultdict(dict))
    """By row (from 1) and column (from 0)."""
    styles: defaultdict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    """Of cells that hold a number, likewise: which of `formats` is theirs."""
    formats: list[int] = field(default_factory=list)
    """Numbers of the formats that a workbook's cells have."""
    codes: dict[int, str] = field(default_factory=dict)
    """What the formats look like that are not built in."""
    rows: set[int] = field(default_factory=set)
    """Rows that hold anything."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    far_cell: str | None = None
    """A cell that holds something beyond the limits: whoever reads this part keeps room for all in between."""
    _merges: Counter[int] = field(default_factory=Counter)
    """How many merges of several rows more (or fewer) there are in a row than in the one above it."""

    def merge(self, above: int, below: int) -> None:
        """Note that cells of these rows, both included, are merged with one another."""
        self._merges[above] += 1
        self._merges[below + 1] -= 1

    def merged_rows(self) -> set[int]:
        """Return the rows in which a cell is merged with one of another row."""
        merged: set[int] = set()
        merges = 0
        for row in range(1, MAX_ROW_NUMBER + 1):
            merges += self._merges[row]
            if merges:
                merged.add(row)
        return merged


def scan(parts: Mapping[str, bytes]) -> Mapping[str, Scan]:
    """Look through all parts; raises `FileRefused` for a broken one.

    Every part is looked through as if it were a sheet, so that none escapes by saying that it is something else.
    """
    left = _MAX_ELEMENTS
    found = {}
    for name, content in parts.items():
        scanner = _Scanner(left)
        found[name] = scanner.scan(content)
        left = scanner.left
    return found


class _Scanner:
    def __init__(self, left: int) -> None:
        self.left = left
        self._found = Scan()
        self._row = 0
        self._column = -1
        self._type = ""
        self._style = 0
        self._list = ""
        self._in_cell = False
        self._has_formula = False
        self._in_value = False
        self._value: list[str] = []

    def scan(self, content: bytes) -> Scan:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(content, True)  # noqa: FBT003 - the parser knows no name for it
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise FileRefused(FileProblem.BROKEN) from error
        return self._found

    def _doctype(self, *_: object) -> None:
        """Refuse what no spreadsheet program writes: it lets a few bytes stand for gigabytes, or for other files."""
        raise FileRefused(FileProblem.BROKEN)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.left -= 1
        if self.left < 0:
            raise FileRefused(FileProblem.UNPACKS_TOO_BIG)
        tag = name.rpartition(" ")[2]
        if tag in _VALUES and self._in_cell:
            self._begin_value(tag)
        elif tag == "c":
            self._begin_cell(attributes)
        elif tag == "row":
            self._begin_row(attributes)
        elif tag == "col" and attributes.get("hidden") in _TRUE:
            first, last = int(attributes["min"]) - 1, int(attributes["max"])
            self._found.hidden_columns.update(range(max(first, 0), min(last, MAX_COLUMNS)))
        elif tag == "mergeCell":
            self._merged(attributes.get("ref", ""))
        elif tag in {"sheet", "Relationship"}:
            self._found.attributes.append((tag, attributes))
        elif tag in _LISTS:
            self._list = tag
        elif tag == "numFmt" and self._list == "numFmts":
            self._found.codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif tag == "xf" and self._list == "cellXfs":
            self._found.formats.append(int(attributes.get("numFmtId", "0")))

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
        self._column = -1
        if attributes.get("hidden") in _TRUE:
            self._found.hidden_rows.add(self._row)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        if "r" in attributes:
            self._row, self._column = _position(attributes["r"])
        else:
            self._column += 1
        self._in_cell = True
        self._type = attributes.get("t", "n")
        self._style = int(attributes.get("s", "0"))
        self._has_formula = False
        self._value.clear()

    def _begin_value(self, tag: str) -> None:
        if self._row > MAX_ROW_NUMBER or self._column >= MAX_COLUMNS:
            self._found.far_cell = self._found.far_cell or cell_name(self._row, self._column)
        self._found.rows.add(self._row)
        self._in_value = tag != "f"
        self._has_formula |= tag == "f"

    def _text(self, text: str) -> None:
        if self._in_value:
            self._value.append(text)

    def _end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag in _VALUES:
            self._in_value = False
        elif tag == "c":
            self._end_cell()
        elif tag == self._list:
            self._list = ""

    def _end_cell(self) -> None:
        self._in_cell = False
        shown = "".join(self._value)
        if self._type == "e":
            self._found.unusable[self._row][self._column] = Unusable(CellProblem.ERROR, shown)
        elif self._has_formula and not shown and self._type != "str":
            self._found.unusable[self._row][self._column] = Unusable(CellProblem.NOT_CALCULATED, "")
        elif self._type == "d" and shown:
            self._found.unusable[self._row][self._column] = Unusable(CellProblem.DATE, shown)
        elif self._type == "n" and shown:
            self._found.styles[self._row][self._column] = self._style

    def _merged(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        above, below = _position(first)[0], _position(last or first)[0]
        if below > above:
            self._found.merge(above, below)


def _position(reference: str) -> tuple[int, int]:
    """Return the row (from 1) and the column (from 0) of a reference such as `B7`."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise FileRefused(FileProblem.BROKEN)
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column - 1
