"""XLSX files: what they hold is read exactly, what cannot be trusted is told, and nothing in them does harm."""

import struct
import tracemalloc
from decimal import Decimal

import pytest

from bot.batches.reading import read_table
from bot.batches.tables import MAX_FILE, Cell, CellProblem, FileProblem, FileRefused, Unusable
from bot.batches.xlsx_archive import unpack
from tests.unit.batches.workbooks import archive, parts, sheet, text, workbook


def _cell(xml: str) -> Cell:
    [row] = read_table(workbook(f'<row r="1">{text("A1", "x")}{xml}</row>')).rows
    return row.cell(1)


def _refused(data: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        read_table(data)
    return refused.value


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1500", "1500"),
        ("1500.5", "1500.5"),
        ("1500.0", "1500"),
        ("1.5E3", "1500"),
        ("0.1", "0.1"),
        ("0.10000000000000001", "0.1"),
        ("4500.2999999999993", "4500.3"),
        ("999999999999.99", "999999999999.99"),
        ("999999999999999", "999999999999999"),
        ("-0.01", "-0.01"),
        ("1E-7", "0.0000001"),
    ],
)
def test_a_number_is_what_the_sheet_shows(written: str, read: str) -> None:
    cell = _cell(f'<c r="B1"><v>{written}</v></c>')
    assert cell == Decimal(read)
    assert format(cell, "f") == read


@pytest.mark.parametrize("written", ["1000000000000000", "1234567890123456789", "1E400", "-1E300"])
def test_a_number_with_more_digits_than_a_sheet_keeps_is_not_trusted(written: str) -> None:
    cell = _cell(f'<c r="B1"><v>{written}</v></c>')
    assert isinstance(cell, Unusable)
    assert cell.problem is CellProblem.TOO_MANY_DIGITS


@pytest.mark.parametrize(
    ("xml", "problem"),
    [
        ('<c r="B1" s="1"><v>46327</v></c>', CellProblem.DATE),
        ('<c r="B1" s="1"><v>46327.5</v></c>', CellProblem.DATE),
        ('<c r="B1" s="1"><v>0.5</v></c>', CellProblem.DATE),
        ('<c r="B1" t="d"><v>2026-11-01</v></c>', CellProblem.DATE),
        ('<c r="B1" t="d"><v>PT1H</v></c>', CellProblem.DATE),
        ('<c r="B1" t="b"><v>1</v></c>', CellProblem.BOOLEAN),
        ('<c r="B1" t="e"><v>#DIV/0!</v></c>', CellProblem.ERROR),
        ('<c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', CellProblem.ERROR),
        ('<c r="B1"><f>1+1</f></c>', CellProblem.NOT_CALCULATED),
        ('<c r="B1"><f>1+1</f><v></v></c>', CellProblem.NOT_CALCULATED),
        ('<c r="B1"><f>1+1</f><v/></c>', CellProblem.NOT_CALCULATED),
    ],
)
def test_what_is_neither_text_nor_number_is_told(xml: str, problem: CellProblem) -> None:
    cell = _cell(xml)
    assert isinstance(cell, Unusable)
    assert cell.problem is problem


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        ('<c r="B1"><f>1000+500</f><v>1500</v></c>', Decimal(1500)),
        ('<c r="B1" t="str"><f>"a"</f><v>alice</v></c>', "alice"),
        ('<c r="B1" t="str"><f>IF(A1="","a","")</f><v></v></c>', None),
        ('<c r="B1" s="1"/>', None),
        (text("B1", "   "), None),
        (text("B1", "1 500,50"), "1 500,50"),
        (text("B1", "007"), "007"),
        (text("B1", "=1+1"), "=1+1"),
    ],
)
def test_formulas_are_their_values_and_texts_stay_texts(xml: str, value: Cell) -> None:
    assert _cell(xml) == value


def test_hidden_merged_and_empty_rows_are_told() -> None:
    rows = "".join(
        f'<row r="{n}"{" hidden=" + chr(34) + "1" + chr(34) if n == 3 else ""}>{text(f"A{n}", "x")}</row>'
        for n in (1, 2, 3, 6, 7, 9)
    )
    table = read_table(
        workbook(
            rows,
            before='<cols><col min="2" max="3" hidden="1"/><col min="5" max="16384"/></cols>',
            after='<mergeCells><mergeCell ref="B6:B7"/><mergeCell ref="A2:C2"/></mergeCells>',
        )
    )
    assert [row.number for row in table.rows if row.hidden] == [3]
    assert [row.number for row in table.rows if row.merged] == [6, 7]
    assert table.empty_rows == (4, 5, 8)
    assert table.hidden_columns == {1, 2}


def test_the_one_visible_sheet_that_holds_something_is_read() -> None:
    filled, empty = sheet(f'<row r="1">{text("A1", "here")}</row>'), sheet("")
    elsewhere = sheet(f'<row r="20000">{text("A20000", "far away")}</row>')
    for sheets, states in (
        ((empty, filled), ("visible", "visible")),
        ((elsewhere, filled), ("hidden", "visible")),
        ((filled, elsewhere), ("visible", "veryHidden")),
    ):
        [row] = read_table(archive(parts(*sheets, states=states))).rows
        assert row.cells == ("here",)


def test_two_filled_sheets_are_not_chosen_between() -> None:
    filled = sheet(f'<row r="1">{text("A1", "here")}</row>')
    refused = _refused(archive(parts(filled, filled)))
    assert (refused.problem, refused.words) == (FileProblem.SEVERAL_SHEETS, ("Sheet1", "Sheet2"))


@pytest.mark.parametrize("reference", ["XFD1048576", "A10001", "AY1", "ZZZ9999999"])
def test_a_cell_far_away_is_named_before_room_is_kept_for_all_in_between(reference: str) -> None:
    refused = _refused(workbook(f'<row r="1">{text("A1", "x")}{text(reference, "y")}</row>'))
    assert (refused.problem, refused.words) == (FileProblem.FAR_CELL, (reference,))


def test_formats_far_away_do_not_matter() -> None:
    table = read_table(workbook(f'<row r="1">{text("A1", "x")}</row><row r="1048576"><c r="XFD1048576" s="1"/></row>'))
    assert [row.number for row in table.rows] == [1]


def test_too_many_rows_are_refused() -> None:
    rows = "".join(f'<row r="{n}">{text(f"A{n}", "x")}</row>' for n in range(1, 700))
    assert _refused(workbook(rows)).problem is FileProblem.TOO_MANY_ROWS


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_a_document_type_is_refused_wherever_it_is(part: str) -> None:
    contents = parts(sheet(f'<row r="1">{text("A1", "x")}</row>'))
    contents[part] = b'<!DOCTYPE a [<!ENTITY b "bbbb">]>' + contents[part]
    assert _refused(archive(contents)).problem is FileProblem.BROKEN


def test_a_bomb_is_refused_by_what_the_archive_says() -> None:
    contents = parts(sheet(f'<row r="1">{text("A1", "x")}</row>')) | {"xl/media/zeros.png": bytes(30_000_000)}
    data = archive(contents)
    assert len(data) < MAX_FILE
    assert _refused(data).problem is FileProblem.UNPACKS_TOO_BIG


def test_a_bomb_that_says_it_is_small_unpacks_no_further_than_it_says() -> None:
    contents = parts(sheet(f'<row r="1">{text("A1", "x")}</row>')) | {"xl/zeros.xml": bytes(30_000_000)}
    data = archive(contents).replace(struct.pack("<L", 30_000_000), struct.pack("<L", 10))
    tracemalloc.start()
    assert _refused(data).problem is FileProblem.BROKEN
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_many_small_elements_are_refused() -> None:
    assert _refused(workbook("<row/>" * 500_000)).problem is FileProblem.UNPACKS_TOO_BIG


def test_many_merged_cells_cost_no_time() -> None:
    merges = '<mergeCell ref="A1:A10000"/>' * 60_000
    table = read_table(workbook(f'<row r="1">{text("A1", "x")}</row>', after=f"<mergeCells>{merges}</mergeCells>"))
    assert table.rows[0].merged


def test_a_part_that_comes_twice_is_refused() -> None:
    contents = parts(sheet(f'<row r="1">{text("A1", "x")}</row>'))
    contents["XL\\Worksheets\\Sheet1.xml"] = contents["xl/worksheets/sheet1.xml"]
    assert _refused(archive(contents)).problem is FileProblem.BROKEN


def test_names_of_parts_are_read_as_other_programs_write_them() -> None:
    contents = parts(sheet(f'<row r="1">{text("A1", "x")}</row>'))
    contents["XL\\Worksheets\\Sheet1.xml"] = contents.pop("xl/worksheets/sheet1.xml")
    [row] = read_table(archive(contents)).rows
    assert row.cells == ("x",)


@pytest.mark.parametrize(
    "rows",
    [
        "<row",
        '<row r="x"/>',
        f'<row r="1">{text("1A", "x")}</row>',
        f'<row r="1">{text("A1", "x")}</row><mergeCell ref="everything"/>',
    ],
)
def test_broken_sheets_are_refused(rows: str) -> None:
    assert _refused(workbook(rows)).problem is FileProblem.BROKEN


def test_a_file_cut_off_anywhere_is_refused() -> None:
    data = workbook(f'<row r="1">{text("A1", "x")}</row>')
    for length in range(4, len(data), 7):
        assert _refused(data[:length]).problem is FileProblem.BROKEN


def test_a_sheet_that_is_listed_but_not_there_is_refused() -> None:
    contents = parts(sheet(f'<row r="1">{text("A1", "x")}</row>'))
    del contents["xl/worksheets/sheet1.xml"]
    assert _refused(archive(contents)).problem is FileProblem.BROKEN


def test_only_xml_is_unpacked() -> None:
    contents = parts(sheet("")) | {"xl/vbaProject.bin": b"x", "docProps/thumbnail.jpeg": b"x"}
    assert all(name.endswith((".xml", ".rels")) for name in unpack(archive(contents)))
