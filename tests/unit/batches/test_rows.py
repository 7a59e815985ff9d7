"""Rows as wishes, and every reason why one is none."""

from decimal import Decimal

import pytest

from bot.batches.headings import Column
from bot.batches.reading import read_table
from bot.batches.rows import Batch, Mistake, RowProblem, alike, read_batch
from bot.batches.tables import CellProblem, Row, Table
from bot.batches.twice_named import without_contradictions
from bot.domain import CreateInvoice, GetAct, GetInvoice, SubClient, Wish
from bot.parsing import Problem, folded
from tests.unit.batches.workbooks import MONEY, text, workbook

_ALICE = SubClient(name="alice")
_ALL = "user;user_id;sum;service;act;act id;invoice id\n"


def _read(data: str | bytes) -> Batch:
    return read_batch(read_table(data if isinstance(data, bytes) else data.encode()), MONEY)


def _asks(data: str | bytes) -> Wish | Mistake:
    return _read(data).rows[-1].asks


@pytest.mark.parametrize(
    ("row", "wish"),
    [
        ("alice;;1500;", CreateInvoice(_ALICE, Decimal("1500.00"))),
        ("alice;;1 500,50 ₽;SMS за ноябрь", CreateInvoice(_ALICE, Decimal("1500.50"), "SMS за ноябрь")),
        ("#101;;5;2026", CreateInvoice(SubClient(id=101), Decimal("5.00"), "2026")),
        (";101;5", CreateInvoice(SubClient(id=101), Decimal("5.00"))),
        (";#101;5", CreateInvoice(SubClient(id=101), Decimal("5.00"))),
        ("alice;101;5", CreateInvoice(SubClient(id=101), Decimal("5.00"))),
        ("alice;#101;;;7", GetAct(SubClient(id=101), num="7")),
        ("#101;101;;;;;9001", GetInvoice(SubClient(id=101), "9001")),
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
        ("#102;101;1500", Mistake(RowProblem.TWO_SUB_CLIENTS, "#102", Column.SUB_CLIENT)),
        ("alice b;101;1500", Mistake(Problem.BAD_SUB_CLIENT, "alice b", Column.SUB_CLIENT)),
        ("alice;x;1500", Mistake(Problem.BAD_SUB_CLIENT_ID, "#x", Column.USER_ID)),
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
        ("alice;;5;#N/A", Mistake(CellProblem.ERROR, "#N/A", Column.SERVICE)),
        ("#Н/Д;;5", Mistake(CellProblem.ERROR, "#Н/Д", Column.SUB_CLIENT)),
        ("alice;;;;#ДЕЛ/0!", Mistake(CellProblem.ERROR, "#ДЕЛ/0!", Column.ACT_NUMBER)),
        ("alice;;#######", Mistake(CellProblem.ERROR, "#######", Column.SUM)),
        ("alice;;;;1,23457E+11", Mistake(CellProblem.TOO_MANY_DIGITS, "1,23457E+11", Column.ACT_NUMBER)),
        ("alice;;;;50%", Mistake(CellProblem.PERCENT, "50%", Column.ACT_NUMBER)),
        ("alice;;;;;12,5 %", Mistake(CellProblem.PERCENT, "12,5 %", Column.ACT_ID)),
        ("alice;;50%", Mistake(Problem.AMOUNT_NOT_A_NUMBER, "50%", Column.SUM)),
        ("alice;;5;10%", CreateInvoice(_ALICE, Decimal("5.00"), "10%")),
        ("alice;;5;#1", CreateInvoice(_ALICE, Decimal("5.00"), "#1")),
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
    assert alike(_read("\n".join(rows)).wishes()) == ((1, 3), (2, 6))


def test_rows_look_like_one_another_as_the_duplicate_guard_sees_it() -> None:
    wishes = _read("user;sum;service;act\nalice;5;Sms  за май\nаlicе;5;«smѕ» за май.\nalice;;;7\nALICE;;;7\n").wishes()
    assert alike(wishes) == ((2, 3), (4, 5))


def test_a_name_and_a_user_id_of_one_sub_client_look_like_one_another() -> None:
    batch = _read("user;user_id;sum\nalice;;5\n;101;5\nAlice;101;6\nbob;;5\n;102;5\n")
    assert batch.pairs() == {4: ("Alice", 101)}
    assert alike(batch.wishes(), batch.pairs().values()) == ((2, 3),)
    # One name of two user IDs says nothing.
    assert alike(batch.wishes(), [("alice", 101), ("alice", 102)]) == ()


@pytest.mark.parametrize(
    ("rows", "known", "wrong"),
    [
        (["alice;101", "bob;102"], [], []),
        (["alice;101", "Alice;101"], [("alice", 101)], []),
        (["alice;101", "alice;102", "bob;103"], [], [2, 3]),
        (["alice;101", "bob;101"], [], [2, 3]),
        (["alice;101", "bob;102"], [("alice", 103)], [2]),
        (["alice;101", "bob;102"], [("carol", 102)], [3]),
        (["alice;101"], [("alice", 101), ("alice", 102)], []),
        (["alice;", ";101"], [("alice", 102), ("bob", 101)], []),
    ],
)
def test_a_name_beside_another_sub_clients_user_id_is_refused(
    rows: list[str], known: list[tuple[str, int]], wrong: list[int]
) -> None:
    batch = _read("user;user_id;sum\n" + "".join(f"{row};5\n" for row in rows))
    mistakes = without_contradictions(batch, [(folded(name), user_id) for name, user_id in known]).mistakes()
    assert list(mistakes) == wrong
    assert {mistake.problem for mistake in mistakes.values()} <= {RowProblem.OTHER_SUB_CLIENT}


@pytest.mark.parametrize(
    ("rows", "mistakes"),
    [
        ("№ п/п;Контрагент;Сумма\n1;alice;5\nИтого;;5\n", {3: Mistake(RowProblem.TOTAL, "Итого")}),
        ("Комментарий;Контрагент;Сумма\nВсего:;alice;5\n", {2: Mistake(RowProblem.TOTAL, "Всего:")}),
        ("Контрагент;Сумма;Услуга\n1;2;3\nalice;5;SMS\n", {2: Mistake(RowProblem.COLUMN_NUMBERS)}),
        ("№ п/п;Контрагент;Сумма;Услуга\n1;2;3;4\n1;alice;5;SMS\n", {2: Mistake(RowProblem.COLUMN_NUMBERS)}),
        # Further down, in two columns, without headings and with other numbers it is a row like any other.
        ("Контрагент;Сумма;Услуга\nalice;5;SMS\n1;2;3\n", {}),
        ("Контрагент;Сумма\n1;2\n", {}),
        ("1;2;3\nalice;5;SMS\n", {}),
        ("Контрагент;Сумма;Услуга\n1;2;4\n", {}),
        ("Контрагент;Сумма;Услуга\nalice;5;Итого\n", {}),
    ],
)
def test_what_stands_around_the_rows_of_a_report_makes_no_invoice(rows: str, mistakes: dict[int, Mistake]) -> None:
    assert _read(rows).mistakes() == mistakes
