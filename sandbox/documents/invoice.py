"""The invoice, «Счёт на оплату»: the bank's box on top, as a payment order has it, then what is to be paid."""

from sandbox.documents.papers import Paper, Seller
from sandbox.documents.parts import heading, lines, parties, signature, totals
from sandbox.documents.sheet import LEFT, WIDTH, Sheet
from sandbox.documents.typeface import printable

_PAYEE = 101.0
_LABEL = 18.0
_ROW = 5.5


def invoice_pdf(paper: Paper) -> bytes:
    """Return the invoice as a PDF file; the same paper always gives the same bytes."""
    sheet = Sheet(str(paper), paper.day)
    _bank_box(sheet, paper.seller)
    heading(sheet, paper)
    parties(sheet, paper)
    lines(sheet, paper.lines)
    totals(sheet, paper, last="Всего к оплате:")
    sheet.keep_together(24)
    sheet.line_across(0.7)
    sheet.ln(9)
    signature(sheet, 0, 88, "Руководитель", paper.seller.director)
    signature(sheet, 94, WIDTH - 94, "Бухгалтер", paper.seller.accountant)
    return bytes(sheet.output())


def _bank_box(sheet: Sheet, seller: Seller) -> None:
    """Draw the box that a payment order is copied from: five rows, the payee at the left, the figures right."""
    top = sheet.y
    value = LEFT + _PAYEE + _LABEL
    sheet.rect(LEFT, top, WIDTH, 5 * _ROW)
    sheet.line(LEFT + _PAYEE, top, LEFT + _PAYEE, top + 5 * _ROW)
    sheet.line(value, top, value, top + 5 * _ROW)
    sheet.line(LEFT, top + 2 * _ROW, LEFT + WIDTH, top + 2 * _ROW)
    sheet.line(LEFT + _PAYEE, top + _ROW, value, top + _ROW)
    sheet.line(LEFT, top + 3 * _ROW, LEFT + _PAYEE, top + 3 * _ROW)
    sheet.line(LEFT + _PAYEE / 2, top + 2 * _ROW, LEFT + _PAYEE / 2, top + 3 * _ROW)

    def put(x: float, row: float, text: str) -> None:
        sheet.set_xy(x, top + row * _ROW)
        sheet.cell(None, _ROW, printable(text))

    sheet.write_in(9)
    put(LEFT, 0, seller.bank.name)
    put(LEFT, 2, f"ИНН {seller.party.inn}")
    put(LEFT + _PAYEE / 2, 2, f"КПП {seller.party.kpp or '—'}")
    put(LEFT, 3, seller.party.name)
    for row, label, figures in (
        (0, "БИК", seller.bank.bik),
        (1, "Корр. сч.", seller.bank.correspondent_account),
        (2, "Р/с №", seller.bank.account),
    ):
        put(LEFT + _PAYEE, row, label)
        put(value, row, figures)
    sheet.write_in(7, grey=90)
    put(LEFT, 1, "Банк получателя")
    put(LEFT, 4, "Получатель")
    sheet.set_xy(LEFT, top + 5 * _ROW + 6)
