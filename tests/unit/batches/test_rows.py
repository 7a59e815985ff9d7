"""Rows as wishes, and every reason why one is none."""

from decimal import Decimal

import pytest

from bot.batches.headings import Column
from bot.batches.reading import read_table
from bot.batches.rows import Mistake, RowProblem, alike, read_batch
from bot.batches.tables import CellProblem, Row, Table
from bot.domain import CreateInvoice, GetAct, GetInvoice, SubClient, Wish
from bot.parsing import Problem
from tests.unit.batches.workbooks import MONEY, text, workbook

_ALICE = SubClient(name="alice")
_ALL = "user;user_id;sum;service;act;act id;invoice id\n"


def _asks(data: str | bytes) -> Wish | Mistake:
    batch = read_batch(read_table(data if isinstance(data, bytes) else data.encode()), MONEY)
    return batch.rows[-1].asks


@pytest.mark.parametrize(
    ("row", "wish"),
    [
        ("alice;;1500;", CreateInvoice(_ALICE, Decimal("1500.00"))),
        ("alice;;1 500,50 ₽;SMS за ноябрь", CreateInvoice(_ALICE, Decimal("1500.50"), "SMS за ноябрь")),
        ("#101;;5;2026", CreateInvoice(SubClient(id=101), Decimal("5.00"), "2026")),
        (";101;5", CreateInvoice(SubClient(id=101), Decimal("5.00"))),
        (";#101;5", CreateInvoice(SubClient(id=101), Decimal("5.00"))),
        ("101;;5", CreateInvoice(SubClient(name="101"), Decimal("5.00"))),
        (" alice ;;5;  SMS  ", CreateInvoice(_ALICE, Decimal("5.00"), "SMS")),
        ('alice;;5;"SMS\nи почта\n"', CreateInvoice(_ALICE, Decimal("5.00"), "SMS и почта")),
        ("alice;;;;7", GetAct(_ALICE, num="7")),
        ("alice;;;;007", GetAct(_ALICE, num="007")),
        ("alice;;;SMS;id:501", GetAct(_ALICE, id="501")),
        ("alice;;;;;501", GetAct(_ALICE, id="501")),
        ("alice;;;;;;9001", GetInvoice(_ALICE, "9001")),
        ("итого;;;;7", Mistake(RowProblem.TOTAL, "итого")),
        ("Итого:;;150000", Mistake(RowProblem.TOTAL, "Итого:")),
        ("total;;150000", Mistake(RowProblem.TOTAL, "total")),
        (";;1500", Mistake(RowProblem.NO_SUB_CLIENT)),
        ("alice;101;1500", Mistake(RowProblem.TWO_SUB_CLIENTS, "101", Column.USER_ID)),
        ("alice;;;SMS", Mistake(RowProblem.NOTHING_ASKED)),
        ("alice;;5;;7", Mistake(RowProblem.SEVERAL_ASKED, "7", Column.ACT_NUMBER)),
        ("alice;;;;7;501", Mistake(RowProblem.SEVERAL_ASKED, "501", Column.ACT_ID)),
        ("alice;;5;;;;;here", Mistake(RowProblem.NO_HEADING, "here")),
        ("alice b;;5", Mistake(Problem.BAD_SUB_CLIENT, "alice b", Column.SUB_CLIENT)),
        (";x;5", Mistake(Problem.BAD_SUB_CLIENT_ID, "#x", Column.USER_ID)),
        ("alice;;1,234", Mistake(Problem.AMOUNT_AMBIGUOUS_SEPARATOR, "1,234", Column.SUM)),
        ("alice;;0", Mistake(Problem.AMOUNT_ZERO, "0", Column.SUM)),
        ("alice;;15 тыс", Mistake(Problem.AMOUNT_MULTIPLIER, "тыс", Column.SUM)),
        ("alice;;5;" + "x" * 201, Mistake(Problem.SERVICE_TOO_LONG, "x" * 64, Column.SERVICE)),
        ("alice;;;;a b", Mistake(Problem.TOO_MANY_ARGUMENTS, "b", Column.ACT_NUMBER)),
        ("alice;;;;;x7", Mistake(Problem.BAD_ID, "x7", Column.ACT_ID)),
    ],
)
def test_rows_of_a_csv(row: str, wish: Wish | Mistake) -> None:
    assert _asks(_ALL + row + "\n") == wish


@pytest.mark.parametrize(
    ("cell", "wish"),
    [
        ("<v>1500.5</v>", CreateInvoice(_ALICE, Decimal("1500.50"))),
        ("<v>1.234</v>", Mistake(Problem.AMOUNT_TOO_MANY_DECIMALS, "1.234", Column.SUM)),
        ("<v>-5</v>", Mistake(Problem.AMOUNT_NEGATIVE, "-5", Column.SUM)),
        ("<v>0</v>", Mistake(Problem.AMOUNT_ZERO, "0", Column.SUM)),
        ("<v>1000000000000</v>", Mistake(Problem.AMOUNT_TOO_LONG, "1000000000000", Column.SUM)),
        ("<f>A1</f>", Mistake(CellProblem.NOT_CALCULATED, "", Column.SUM)),
    ],
)
def test_sums_that_are_numbers(cell: str, wish: Wish | Mistake) -> None:
    headings = f'<row r="1">{text("A1", "user")}{text("B1", "sum")}</row>'
    assert _asks(workbook(f'{headings}<row r="2">{text("A2", "alice")}<c r="B2">{cell}</c></row>')) == wish


def test_a_number_of_an_act_that_became_a_date_or_has_decimals_is_refused() -> None:
    headings = f'<row r="1">{text("A1", "user")}{text("B1", "act")}</row>'
    for cell, mistake in (
        ('<c r="B2" s="1"><v>46327</v></c>', Mistake(CellProblem.DATE, "2026-11-01", Column.ACT_NUMBER)),
        ('<c r="B2"><v>7.5</v></c>', Mistake(RowProblem.NOT_WHOLE, "7.5", Column.ACT_NUMBER)),
    ):
        assert _asks(workbook(f'{headings}<row r="2">{text("A2", "alice")}{cell}</row>')) == mistake


def test_a_row_merged_with_another_is_refused() -> None:
    rows = f'<row r="1">{text("A1", "alice")}<c r="B1"><v>5</v></c></row><row r="2">{text("A2", "bob")}</row>'
    table = read_table(workbook(rows, after='<mergeCells><mergeCell ref="B1:B2"/></mergeCells>'))
    assert read_batch(table, MONEY).mistakes() == {1: Mistake(RowProblem.MERGED), 2: Mistake(RowProblem.MERGED)}


@pytest.mark.parametrize("row", ["alice,1500,50", "alice,1,500.50", "alice,1 500,00"])
def test_a_sum_that_its_own_comma_may_have_cut_is_refused(row: str) -> None:
    for headings in ("", "user,sum,service\n"):
        mistake = _asks(f"{headings}bob,5,SMS\n{row}\n")
        assert isinstance(mistake, Mistake)
        assert mistake.problem is Problem.AMOUNT_AMBIGUOUS


def test_what_the_sheet_does_not_show_is_told() -> None:
    table = Table(
        (Row(1, ("user", "sum", "note")), Row(2, ("alice", "5")), Row(4, ("bob", "6"), hidden=True)),
        empty_rows=(3,),
        hidden_columns=frozenset({1, 2}),
    )
    batch = read_batch(table, MONEY)
    assert (batch.hidden_rows(), batch.hidden_columns, batch.empty_rows) == ((4,), ("sum",), (3,))
    bare = Table((Row(1, ("alice", "5")),), hidden_columns=frozenset({1, 2}))
    assert read_batch(bare, MONEY).hidden_columns == ("B", "C")


def test_rows_that_look_like_one_another() -> None:
    rows = [
        "alice;5;SMS",
        "bob;5;SMS",
        "Alice;5,00;sms",
        "alice;5",
        "alice;6;SMS",
        "bob;5 ₽;SMS",
        "#1;5;SMS",
        "1;5;SMS",
    ]
    assert alike(read_batch(read_table("\n".join(rows).encode()), MONEY).wishes()) == ((1, 3), (2, 6))
