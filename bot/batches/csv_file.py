"""CSV files as spreadsheets save them: `;`, `,` or tab; UTF-8, UTF-16 or windows-1251. Pure."""

import codecs
import csv
import io
import re
from collections import Counter

from bot.batches.tables import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_ROWS_ABOVE,
    FileProblem,
    FileRefused,
    Row,
    Table,
    cell_name,
    empty_between,
    text_or_nothing,
)

_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ("\t", ";", ",")
"""The surest first: a comma also stands in sums and in texts."""
_LOOKED_AT = 50
_QUOTED = re.compile(r'(?:^|(?<=[\t;,\r\n]))"(?:[^"]|"")*"')
_LINE_ENDS = re.compile(r"[\r\n]+")
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')  # how programs keep Excel from making a number of `007`
_SAYS_DELIMITER = re.compile(r"\s*sep=(.)\s*\Z")  # the first line with which Excel can be told


def read_csv(data: bytes) -> Table:
    """Read a CSV file; raises `FileRefused`."""
    text = decode(data)
    delimiter = find_delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    number = 0
    try:
        for number, record in enumerate(reader, 1):
            cells = tuple(map(_cell, record))
            says_delimiter = number == 1 and _SAYS_DELIMITER.match(delimiter.join(record))
            if says_delimiter or not any(cells):
                continue
            if any(cells[MAX_COLUMNS:]):
                raise FileRefused(FileProblem.FAR_CELL, cell_name(number, len(cells) - 1))
            rows.append(Row(number, cells[:MAX_COLUMNS]))
            if len(rows) > MAX_ROWS + MAX_ROWS_ABOVE + 1:
                raise FileRefused(FileProblem.TOO_MANY_ROWS)
    except csv.Error as error:
        raise FileRefused(FileProblem.BROKEN_QUOTES, str(number + 1)) from error
    return Table(tuple(rows), empty_between([row.number for row in rows]), by_commas=delimiter == ",")


def _cell(text: str) -> str | None:
    kept = _KEPT_AS_TEXT.fullmatch(text)
    return text_or_nothing(kept[1] if kept else text)


def decode(data: bytes) -> str:
    """Return the text: by its mark if it has one, else UTF-16 by its zero bytes, else UTF-8, else windows-1251."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise FileRefused(FileProblem.UNKNOWN_ENCODING)


def _encodings(data: bytes) -> tuple[str, ...]:
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            return (encoding,)
    if b"\0" in data:
        # Delimiters, digits and line ends have a zero for their upper byte, which is the second in little-endian.
        return ("utf-16-le",) if data[1::2].count(0) >= data[::2].count(0) else ("utf-16-be",)
    return ("utf-8", "windows-1251")


def find_delimiter(text: str) -> str:
    """Return what divides the cells: that of which most lines have the same number, quoted cells not looked into."""
    said = _SAYS_DELIMITER.match(text.partition("\n")[0].rstrip("\r"))
    if said:
        return said[1]
    lines = [line for line in _LINE_ENDS.split(_QUOTED.sub("", text)) if line.strip()][:_LOOKED_AT]
    best, share = ",", 0
    for delimiter in _DELIMITERS:
        numbers = Counter(line.count(delimiter) for line in lines if delimiter in line)
        agreeing = max(numbers.values(), default=0)
        if agreeing > share:
            best, share = delimiter, agreeing
    return best
