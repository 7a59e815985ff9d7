"""Any table is read back the same from XLSX and from CSV in each encoding, and leads to the same wishes and key."""

import csv
import io
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from bot.batches.headings import HEADINGS, Column
from bot.batches.key import key_of
from bot.batches.reading import read_table
from bot.batches.rows import read_batch
from bot.batches.tables import Table, text_of
from tests.unit.batches.workbooks import MONEY

_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "windows-1251")
_COLUMNS = [column for column in Column if column is not Column.OUTCOME]
_WHOLE = st.integers(0, 10**14).map(Decimal)
_NUMBERS = st.decimals(min_value=0, max_value=10**9, places=2) | _WHOLE
_LIKELY = st.sampled_from(
    ["alice", "#101", "алиса", "1 500,50", "1,234", "15 тыс", "7", "id:5", "SMS; mail, 5", "Итого"]
)

_Written = str | Decimal | None


def _texts(alphabet: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.text(alphabet, max_size=12).filter(lambda text: not text.startswith('="') and "_x" not in text.lower())


_ANY = _texts(st.characters(exclude_categories=["C"], exclude_characters="\u2028\u2029") | st.sampled_from('\n\t";,='))
_WINDOWS = _texts(
    st.sampled_from([byte for n in (*range(32, 127), *range(161, 256)) if (byte := bytes([n]).decode("windows-1251"))])
)


@st.composite
def _tables(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> list[list[_Written]]:
    """Return headings that make a batch, and rows below them."""
    columns = draw(st.lists(st.sampled_from(_COLUMNS[2:]), unique=True, max_size=5))
    columns = draw(st.permutations([Column.SUB_CLIENT, *{Column.SUM, *columns}]))
    headings: list[_Written] = [HEADINGS[draw(st.sampled_from(["en", "ru"]))][column] for column in columns]
    # A number with decimals where an ID belongs is refused in a sheet; in a CSV nobody knows that it was a number.
    row = st.tuples(
        *(st.none() | texts | _LIKELY | (_NUMBERS if column is Column.SUM else _WHOLE) for column in columns)
    )
    rows = draw(
        st.lists(row.map(list), min_size=1, max_size=6).filter(lambda rows: any(_fills(c) for row in rows for c in row))
    )
    return [headings, *rows]


def _fills(cell: _Written) -> bool:
    return cell is not None and bool(str(cell).strip())


def _as_xlsx(rows: list[list[_Written]]) -> bytes:
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    sheet.write_number(number, column, float(cell))
                elif cell is not None:
                    sheet.write_string(number, column, cell)
    return file.getvalue()


def _as_csv(rows: list[list[_Written]], delimiter: str, encoding: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return text.getvalue().encode(encoding)


def _plain(cell: _Written) -> str:
    return format(cell.normalize(), "f") if isinstance(cell, Decimal) else cell or ""


def _shown(table: Table) -> list[tuple[int, str]]:
    return [(row.number, "|".join(map(text_of, row.cells)).rstrip("|")) for row in table.rows]


def _check(rows: list[list[_Written]], delimiter: str, encoding: str) -> None:
    data = _as_csv(rows, delimiter, encoding)
    if encoding == "windows-1251":
        assume(not _is_utf8(data) or data.isascii())
    from_csv, from_xlsx = read_table(data), read_table(_as_xlsx(rows))
    assert _shown(from_csv) == _shown(from_xlsx)
    assert from_csv.empty_rows == from_xlsx.empty_rows
    if delimiter != ",":  # with commas a service of digits is refused, as a part of the sum may be in it
        assert read_batch(from_csv, MONEY).wishes() == read_batch(from_xlsx, MONEY).wishes()
        assert key_of(read_batch(from_csv, MONEY)) == key_of(read_batch(from_xlsx, MONEY))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@settings(max_examples=60, deadline=None)
@given(_tables(_ANY), st.sampled_from(";,\t"), st.sampled_from([name for name in _ENCODINGS if "utf" in name]))
def test_any_table_is_read_back_the_same(rows: list[list[_Written]], delimiter: str, encoding: str) -> None:
    _check(rows, delimiter, encoding)


@settings(max_examples=60, deadline=None)
@given(_tables(_WINDOWS), st.sampled_from(";,\t"))
def test_any_table_in_windows_1251_is_read_back_the_same(rows: list[list[_Written]], delimiter: str) -> None:
    assume(all("₽" not in cell for row in rows for cell in row if isinstance(cell, str)))
    _check(rows, delimiter, "windows-1251")


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_any_sum_of_a_sheet_is_taken_exactly(amount: Decimal) -> None:
    [row] = read_table(_as_xlsx([[amount]])).rows
    assert row.cells == (amount,)
