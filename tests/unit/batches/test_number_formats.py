"""What a number format shows is what is read, or the cell is refused: no other value is ever guessed."""

from decimal import Decimal

import pytest

from bot.batches.headings import Column
from bot.batches.number_formats import as_shown, code_of
from bot.batches.reading import read_table
from bot.batches.rows import Mistake, read_batch
from bot.batches.tables import Cell, CellProblem, Unusable
from bot.domain import CreateInvoice, GetAct, SubClient, Wish
from bot.parsing import Problem
from tests.unit.batches.workbooks import MONEY, archive, parts, sheet, text

_ALICE = SubClient(name="alice")
_DATES = (
    "dd.mm.yyyy",
    "d-mmm-yy",
    "h:mm",
    "[h]:mm:ss",
    "mm:ss.0",
    "[$-419]d\\ mmmm;@",
    "yyyy",
    "h:mm\\ AM/PM",
    "[$-F800]dddd",
    "[mm]",
)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "General",
        "GENERAL",
        "@",
        "0",
        "0.00",
        "#,##0.00",
        "#\u00a0##0.00",
        "#,##0;[Red]-#,##0",
        "0_);(0)",
        '_-* #,##0.00\\ _₽_-;\\-* #,##0.00\\ _₽_-;_-* "-"??\\ _₽_-;_-@_-',
        "[Blue]0.0",
        "[$-419]#,##0.00",
        "???0.0??",
        "_m0_h",
    ],
)
@pytest.mark.parametrize("number", [Decimal("1500.5"), Decimal(7), Decimal("0.01")])
def test_a_plain_format_shows_the_number(code: str, number: Decimal) -> None:
    assert as_shown(number, code) == number


@pytest.mark.parametrize(
    ("number", "code", "cell"),
    [
        ("0.5", "0%", Unusable(CellProblem.PERCENT, "50.0%")),
        ("7", "0.00%", Unusable(CellProblem.PERCENT, "700%")),
        ("-7", "0%;[Red]-0%", Unusable(CellProblem.PERCENT, "-700%")),
        ("0.155", "0.0\\ %", Unusable(CellProblem.PERCENT, "15.500%")),
        ("7", "[<1]0%;0", Unusable(CellProblem.PERCENT, "700%")),
        *(("45000.5", code, Unusable(CellProblem.DATE, "45000.5")) for code in _DATES),
        ("1500000", "#,##0,", Unusable(CellProblem.SHOWN_OTHERWISE, "1500000")),
        ("1500000", '0.0,,"M"', Unusable(CellProblem.SHOWN_OTHERWISE, "1500000")),
        ("1500000", "#,##0.00,", Unusable(CellProblem.SHOWN_OTHERWISE, "1500000")),
        ("100000", "0.00E+00", Unusable(CellProblem.SHOWN_OTHERWISE, "100000")),
        ("7.5", "# ?/?", Unusable(CellProblem.SHOWN_OTHERWISE, "7.5")),
        ("7.5", "0/8", Unusable(CellProblem.SHOWN_OTHERWISE, "7.5")),
        ("7", "000", Unusable(CellProblem.SHOWN_OTHERWISE, "7")),
        ("79161234567", "0-000-000-00-00", Unusable(CellProblem.SHOWN_OTHERWISE, "79161234567")),
        ("7", ";;;", Unusable(CellProblem.SHOWN_OTHERWISE, "7")),
        ("7", '"secret"', Unusable(CellProblem.SHOWN_OTHERWISE, "7")),
        ("7", "0" * 300, Unusable(CellProblem.SHOWN_OTHERWISE, "7")),
        ("777", "000", Decimal(777)),
        ("5", "[>1000]0.0,;0", Unusable(CellProblem.SHOWN_OTHERWISE, "5")),
        ("1500.5", '#,##0.00\\ "₽"', "1500.5 ₽"),
        ("1500.5", "[$₽-419]#,##0.00", "₽1500.5"),
        ("1500.5", "#,##0.00\\ [$€-407]", "1500.5 €"),
        ("15", '0" тыс."', "15 тыс."),
        ("7", '"A-"0', "A-7"),
        ("7", 'General" шт"', "7 шт"),
        ("1500.5", '_-* #,##0.00 "р."_-', "1500.5 р."),
    ],
)
def test_any_other_shows_something_else(number: str, code: str, cell: Cell) -> None:
    assert as_shown(Decimal(number), code) == cell


def test_formats_that_no_file_writes_out() -> None:
    for number in (9, 10, 11, 12, 13, *range(14, 23), *range(27, 37), 45, 46, 47, 48, *range(50, 59)):
        assert isinstance(as_shown(Decimal("7.5"), code_of(number, {})), Unusable), number
    for number in (0, 1, 2, 3, 4, 37, 38, 39, 40, 44, 49, 163):
        assert as_shown(Decimal("7.5"), code_of(number, {})) == Decimal("7.5"), number
    assert code_of(44, {44: '0" ₽"'}) == '0" ₽"'


def _asks(heading: str, cell: str, styles: str) -> Wish | Mistake:
    needed = ("sum", '<c r="C2"><v>5</v></c>') if heading == "service" else ("note", "")
    rows = (
        f'<row r="1">{text("A1", "user")}{text("B1", heading)}{text("C1", needed[0])}</row>'
        f'<row r="2">{text("A2", "alice")}{cell}{needed[1]}</row>'
    )
    contents = parts(sheet(rows))
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    contents["xl/styles.xml"] = f"<styleSheet {main}>{styles}</styleSheet>".encode()
    return read_batch(read_table(archive(contents)), MONEY).rows[-1].asks


_OTHER = '<cellStyleXfs count="1"><xf numFmtId="9"/></cellStyleXfs>'


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("sum", Column.SUM),
        ("act", Column.ACT_NUMBER),
        ("act id", Column.ACT_ID),
        ("invoice id", Column.INVOICE_ID),
        ("service", Column.SERVICE),
    ],
)
@pytest.mark.parametrize(
    ("formats", "mistake"),
    [
        ('<numFmts><numFmt numFmtId="164" formatCode="0.0%"/></numFmts>{}', (CellProblem.PERCENT, "50.0%")),
        ('<numFmts><numFmt numFmtId="164" formatCode="# ?/?"/></numFmts>{}', (CellProblem.SHOWN_OTHERWISE, "0.5")),
    ],
)
def test_no_column_takes_what_its_cells_do_not_show(
    heading: str, column: Column, formats: str, mistake: tuple[CellProblem, str]
) -> None:
    of_cells = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs>'
    styles = formats.format(_OTHER + of_cells)
    assert _asks(heading, '<c r="B2" s="1"><v>0.5</v></c>', styles) == Mistake(*mistake, column)
    formula = '<c r="B2" s="1"><f>1/2</f><v>0.5</v></c>'
    assert _asks(heading, formula, styles) == Mistake(*mistake, column)


def test_the_format_that_cells_have_by_themselves_counts_as_well() -> None:
    percent, plain = (f'<cellXfs count="1"><xf numFmtId="{number}"/></cellXfs>' for number in (10, 2))
    cell = '<c r="B2"><v>1500</v></c>'
    assert _asks("sum", cell, percent) == Mistake(CellProblem.PERCENT, "150000%", Column.SUM)
    # Styles of which cells make none: those that others begin from, and those of conditions.
    conditional = '<dxfs><dxf><numFmt numFmtId="2" formatCode="0%"/></dxf></dxfs>'
    assert _asks("sum", cell, _OTHER + plain + conditional) == CreateInvoice(_ALICE, Decimal("1500.00"))


def test_text_that_a_format_adds_is_read_as_if_it_were_typed() -> None:
    def styles(code: str) -> str:
        return (
            f'<numFmts><numFmt numFmtId="164" formatCode="{code}"/></numFmts>'
            '<cellXfs count="1"><xf numFmtId="164"/></cellXfs>'
        )

    cell = '<c r="B2"><v>1500</v></c>'
    assert _asks("sum", cell, styles("#,##0.00\\ &quot;₽&quot;")) == CreateInvoice(_ALICE, Decimal("1500.00"))
    assert _asks("sum", cell, styles("#,##0.00\\ [$€-407]")) == Mistake(Problem.AMOUNT_CURRENCY, "€", Column.SUM)
    assert _asks("sum", cell, styles("0&quot; тыс.&quot;")) == Mistake(Problem.AMOUNT_MULTIPLIER, "тыс.", Column.SUM)
    assert _asks("act", cell, styles("&quot;№ &quot;0")) == GetAct(_ALICE, num="1500")
    assert _asks("act", cell, styles("&quot;A-&quot;0")) == GetAct(_ALICE, num="A-1500")


@pytest.mark.parametrize("style", ["-1", "7", "99999999999"])
def test_a_style_that_is_not_there_shows_the_number(style: str) -> None:
    cell = f'<c r="B2" s="{style}"><v>5</v></c>'
    assert _asks("sum", cell, '<cellXfs count="1"><xf numFmtId="9"/></cellXfs>') == CreateInvoice(
        _ALICE, Decimal("5.00")
    )
