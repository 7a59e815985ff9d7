"""The parts that an invoice and an act have in common."""

from collections.abc import Iterable

from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from sandbox.documents.formats import long_date, money, quantity
from sandbox.documents.papers import Line, Paper
from sandbox.documents.sheet import LEFT, WIDTH, Sheet
from sandbox.documents.typeface import printable
from sandbox.documents.words import rubles_in_words

_LABELS = 30.0
_COLUMNS = (9, 73, 17, 13, 34, 34)
_FIGURES = 40.0


def heading(sheet: Sheet, paper: Paper) -> None:
    """Write «Счёт на оплату № 9001 от 22 ноября 2026 г.» over a thick line."""
    sheet.write_in(14, bold=True)
    text = printable(f"{paper} от {long_date(paper.day)}")
    sheet.multi_cell(WIDTH, 7, text, align="L", new_x="LMARGIN")
    sheet.ln(1.5)
    sheet.line_across(0.7)
    sheet.ln(3)


def parties(sheet: Sheet, paper: Paper) -> None:
    """Write who serves, who pays and what for, each wrapped beside its label."""
    rows = (
        ("Исполнитель:", str(paper.seller.party)),
        ("Заказчик:", str(paper.buyer)),
        ("Основание:", paper.basis),
    )
    for label, text in rows:
        sheet.write_in(9)
        sheet.cell(_LABELS, 4.8, label)
        sheet.write_in(9, bold=True)
        sheet.multi_cell(WIDTH - _LABELS, 4.8, printable(text), align="L", new_x="LMARGIN")
        sheet.ln(1.8)
    sheet.ln(1.5)


def lines(sheet: Sheet, rows: Iterable[Line]) -> None:
    """Draw the table of what is sold; its headings are repeated on every page that it reaches."""
    sheet.write_in(8.5)
    with sheet.table(
        col_widths=_COLUMNS,
        width=WIDTH,
        align="L",
        text_align=("C", "L", "R", "C", "R", "R"),
        headings_style=FontFace(emphasis="B", fill_color=(242, 242, 242)),
        borders_layout=TableBordersLayout.ALL,
        line_height=4.6,
        padding=(1, 1.2),
    ) as table:
        titles = table.row()
        for title in ("№", "Товары (работы, услуги)", "Кол-во", "Ед.", "Цена", "Сумма"):
            titles.cell(title, align="C")
        for number, line in enumerate(rows, start=1):
            table.row(
                (
                    str(number),
                    printable(line.title),
                    quantity(line.quantity),
                    line.unit,
                    money(line.price),
                    money(line.total),
                )
            )
    sheet.ln(2)


def totals(sheet: Sheet, paper: Paper, *, last: str) -> None:
    """Write the totals in figures at the right, then the sum in words; `last` names the final figure."""
    sheet.keep_together(34)
    sheet.write_in(9, bold=True)
    for label, figure in (
        ("Итого:", money(paper.total)),
        ("В том числе НДС:", "Без НДС"),
        (last, money(paper.total)),
    ):
        sheet.cell(WIDTH - _FIGURES, 5.2, label, align="R")
        sheet.cell(_FIGURES, 5.2, figure, align="R", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(2)
    sheet.write_in(9)
    count = f"Всего наименований {len(paper.lines)}, на сумму {money(paper.total)} руб. Без НДС."
    sheet.cell(WIDTH, 5, count, new_x="LMARGIN", new_y="NEXT")
    sheet.write_in(9, bold=True)
    sheet.multi_cell(WIDTH, 5, rubles_in_words(paper.total), align="L", new_x="LMARGIN")
    sheet.ln(2)


def signature(sheet: Sheet, left: float, width: float, role: str, name: str = "") -> None:
    """Draw «Руководитель ______ / Фамилия И. О. /» at the present height, `left` mm from the left margin."""
    sheet.write_in(9)
    sheet.set_x(LEFT + left)
    sheet.cell(None, 5, role)
    start = sheet.x + 1
    written = printable(f"/ {name} /") if name else ""
    end = LEFT + left + width - (sheet.get_string_width(written) + 3 if written else 0)
    sheet.line(start, sheet.y + 4.6, end, sheet.y + 4.6)
    if written:
        sheet.set_x(end + 1)
        sheet.cell(None, 5, written)
