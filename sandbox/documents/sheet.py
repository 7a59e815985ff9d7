"""The page that invoices and acts are written on: A4, its fonts, the sample mark and the footer."""

from datetime import UTC, date, datetime, time

from fpdf import FPDF

from sandbox.documents.typeface import BOLD, REGULAR, printable

MARK = "ОБРАЗЕЦ"
FOOTER = "Образец. Сделан песочницей docsbot для проверки, не имеет юридической силы. Платить по нему не нужно."
LEFT = 18.0
RIGHT = 12.0
WIDTH = 210.0 - LEFT - RIGHT
_FAMILY = "DejaVu"


class Sheet(FPDF):
    """An A4 page in millimetres that marks each of its pages as a sample."""

    def __init__(self, title: str, day: date) -> None:
        super().__init__()
        self.add_font(_FAMILY, "", REGULAR)
        self.add_font(_FAMILY, "B", BOLD)
        self.set_margins(LEFT, 12, RIGHT)
        self.set_auto_page_break(True, margin=20)
        self.set_title(printable(title))
        self.set_subject(f"{MARK}, песочница docsbot")
        self.set_creator("docsbot sandbox")
        self.set_lang("ru-RU")
        # The document's own day, so that the same document is the same bytes whenever it is made.
        self.set_creation_date(datetime.combine(day, time(), UTC))
        self.add_page()
        self.write_in(9)

    def write_in(self, points: float, *, bold: bool = False, grey: int = 0) -> None:
        """Choose how the next text looks; `grey` runs from 0, black, to 255, white."""
        self.set_font(_FAMILY, "B" if bold else "", points)
        self.set_text_color(grey)

    def line_across(self, millimetres: float) -> None:
        """Draw a line of this thickness from margin to margin."""
        self.set_line_width(millimetres)
        self.line(LEFT, self.y, LEFT + WIDTH, self.y)
        self.set_line_width(0.2)

    def keep_together(self, height: float) -> None:
        """Begin a new page unless this one has `height` mm left."""
        if self.will_page_break(height):
            self.add_page()

    def header(self) -> None:
        """Draw the mark first, so that the text lies over it."""
        self.write_in(88, bold=True, grey=238)
        width = self.get_string_width(MARK)
        middle_x, middle_y = self.w / 2, self.h / 2
        with self.rotation(52, middle_x, middle_y):
            self.text(middle_x - width / 2, middle_y + 11, MARK)

    def footer(self) -> None:
        """Say on every page that it is a sample."""
        self.set_y(-14)
        self.write_in(6.5, grey=110)
        self.cell(WIDTH - 15, 4, FOOTER)
        self.cell(15, 4, f"Стр. {self.page_no()} из {{nb}}")
