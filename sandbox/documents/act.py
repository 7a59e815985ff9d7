"""The act, «Акт»: both sides sign that the services were given."""

from sandbox.documents.papers import Paper
from sandbox.documents.parts import heading, lines, parties, signature, totals
from sandbox.documents.sheet import LEFT, WIDTH, Sheet
from sandbox.documents.typeface import printable

_ACCEPTED = (
    "Вышеперечисленные услуги выполнены полностью и в срок. "
    "Заказчик претензий по объёму, качеству и срокам оказания услуг не имеет."
)
_SIDE = 86.0


def act_pdf(paper: Paper) -> bytes:
    """Return the act as a PDF file; the same paper always gives the same bytes."""
    sheet = Sheet(str(paper), paper.day)
    heading(sheet, paper)
    parties(sheet, paper)
    lines(sheet, paper.lines)
    totals(sheet, paper, last="Всего оказано услуг на сумму:")
    sheet.keep_together(52)
    sheet.write_in(9)
    sheet.multi_cell(WIDTH, 5, _ACCEPTED, align="L", new_x="LMARGIN")
    sheet.ln(3)
    sheet.line_across(0.7)
    sheet.ln(4)
    _signatures(sheet, paper)
    return bytes(sheet.output())


def _signatures(sheet: Sheet, paper: Paper) -> None:
    """Put the two sides next to each other: title, wrapped name, line to sign, place for the seal."""
    top = sheet.y
    bottoms: list[float] = []
    for left, title, name in (
        (0.0, "ИСПОЛНИТЕЛЬ", paper.seller.party.name),
        (WIDTH - _SIDE, "ЗАКАЗЧИК", paper.buyer.name),
    ):
        sheet.set_xy(LEFT + left, top)
        sheet.write_in(9, bold=True)
        sheet.cell(_SIDE, 5, title, new_x="LEFT", new_y="NEXT")
        sheet.write_in(9)
        sheet.multi_cell(_SIDE, 4.8, printable(name), align="L")
        bottoms.append(sheet.y)
    sheet.set_y(max(bottoms) + 8)
    signature(sheet, 0, _SIDE, "Директор", paper.seller.director)
    signature(sheet, WIDTH - _SIDE, _SIDE, "Подпись")
    sheet.ln(9)
    sheet.write_in(8, grey=90)
    for left in (8.0, WIDTH - _SIDE + 8):
        sheet.set_x(LEFT + left)
        sheet.cell(None, 5, "М. П.")
