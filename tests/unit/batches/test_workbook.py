"""Files that go back: they are read again as they are, and nothing in them can start a formula."""

import io
import zipfile
from decimal import Decimal

import pytest

from bot.batches.cells import from_json, to_json
from bot.batches.headings import Column
from bot.batches.key import key_of
from bot.batches.layout import Layout
from bot.batches.reading import read_table
from bot.batches.rows import read_batch
from bot.batches.tables import Cell, CellProblem, FileProblem, FileRefused, Row, Unusable
from bot.batches.workbook import RowOutcome, csv_template, marked, result, xlsx_template
from tests.unit.batches.workbooks import MONEY

_FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/C calc'!A0", "\t=1", "＝1", " =1"]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_templates_are_understood_once_a_row_is_in_them(language: str) -> None:
    for template in (xlsx_template(language), csv_template(language)):
        with pytest.raises(FileRefused) as refused:
            read_batch(read_table(template), MONEY)
        assert refused.value.problem is FileProblem.EMPTY
    filled = csv_template(language) + b"alice;5\r\n".replace(b";", _delimiter(language))
    assert read_batch(read_table(filled), MONEY).wishes()


def _delimiter(language: str) -> bytes:
    return b";" if language == "ru" else b","


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_marked_file_is_the_same_batch_and_its_marks_are_replaced(language: str) -> None:
    batch = read_batch(read_table("Клиент;Сумма;Комментарий\nalice;15 тыс;x\nbob;5;y\n".encode()), MONEY)
    once = read_batch(read_table(marked(batch, {2: "wrong!"}, language)), MONEY)
    twice = read_table(marked(once, {2: "still wrong"}, language))
    assert key_of(once) == key_of(batch)
    assert [row.cells for row in twice.rows[1:]] == [("alice", "15 тыс", "x", "still wrong"), ("bob", "5", "y", None)]
    assert once.mistakes().keys() == {2}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_result_is_the_same_batch(language: str) -> None:
    batch = read_batch(read_table(b"alice;5;SMS\nbob;6\n"), MONEY)
    outcomes = {1: RowOutcome("9001", "done", "", "a.pdf"), 2: RowOutcome(wrong="no such sub-client")}
    table = read_table(result(batch.layout, [row.row for row in batch.rows], outcomes, language))
    assert table.rows[1].cells == ("alice", "5", "SMS", "9001", "done", None, "a.pdf")
    assert key_of(read_batch(table, MONEY)) == key_of(batch)


@pytest.mark.parametrize("evil", _FORMULAS)
def test_no_cell_starts_a_formula(evil: str) -> None:
    layout = Layout({0: Column.SUB_CLIENT}, (evil,))
    data = result(
        layout, [Row(2, (evil, Unusable(CellProblem.ERROR, evil)))], {2: RowOutcome(evil, evil, evil, evil)}, "en"
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")
    table = read_table(data)
    assert table.rows[0].cells[0] == evil
    assert table.rows[1].cells[0] == evil
    assert table.rows[1].cells[2:] == (evil,) * 4


def test_numbers_stay_numbers_and_long_texts_are_cut_rather_than_lost() -> None:
    cells: tuple[Cell, ...] = (Decimal("999999999999.99"), Decimal("0.1"), "x" * 40_000, None)
    [_, row] = read_table(result(Layout({}), [Row(1, cells)], {1: RowOutcome("1")}, "en")).rows
    assert row.cells[:4] == (*cells[:2], "x" * 32_767, None)


def test_cells_come_back_from_json() -> None:
    cells: tuple[Cell, ...] = (
        "a",
        "",
        "[1]",
        None,
        Decimal("1500.5"),
        Decimal(7),
        Unusable(CellProblem.DATE, "2026-11-01"),
    )
    stored = to_json(cells)
    assert from_json(stored) == cells
    assert stored[4:] == [["1500.5"], ["7"], ["2026-11-01", "date"]]
