"""The PDFs: read back with another library, by what an accountant looks for."""

import io
import logging
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from pypdf import PdfReader

from sandbox.documents.papers import Bank, Kind, Line, Paper, Party, Seller
from sandbox.documents.render import render
from sandbox.documents.sheet import FOOTER, MARK
from sandbox.documents.typeface import BOLD, COVERED, REGULAR, printable

SELLER = Seller(
    party=Party("ООО «Продавец»", "0000000000", "г. Образцовск", "000000000"),
    bank=Bank("АО «Банк»", "012345678", "30101810000000000000", "40702810000000000001"),
    director="Образцов О. О.",
    accountant="Примерова П. П.",
)
INVOICE = Paper(
    kind=Kind.INVOICE,
    number="9001",
    day=date(2026, 11, 22),
    seller=SELLER,
    buyer=Party("ООО «Ромашка»", "3333333333", "ул. Цветочная, д. 1", "333333333"),
    basis="Договор-оферта",
    lines=(Line("СМС-сообщения", Decimal("1500.50")),),
)
ACT = replace(
    INVOICE,
    kind=Kind.ACT,
    number="А-15/2026",
    day=date(2026, 10, 31),
    lines=(
        Line("СМС-сообщения по России", Decimal("3.15"), Decimal(1200), "шт."),
        Line("Аренда имени", Decimal(500), Decimal(1), "мес."),
    ),
)


@cache
def pages(paper: Paper) -> list[str]:
    """Return the text of each page, every run of white space as one space."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(render(paper))).pages]


def advances(path: Path) -> dict[str, float]:
    """Return how wide each character is, as a part of the font's size."""
    with TTFont(path) as font:
        units, metrics = font["head"].unitsPerEm, font["hmtx"].metrics
        return {chr(code): metrics[name][0] / units for code, name in font.getBestCmap().items()}


@pytest.mark.parametrize(
    "said",
    [
        "Счёт на оплату № 9001 от 22 ноября 2026 г.",
        "БИК 012345678",
        "Р/с № 40702810000000000001",
        "Корр. сч. 30101810000000000000",
        "ИНН 0000000000 КПП 000000000",
        "Заказчик: ООО «Ромашка», ИНН 3333333333, КПП 333333333, ул. Цветочная, д. 1",
        "№ Товары (работы, услуги) Кол-во Ед. Цена Сумма",
        "1 СМС-сообщения 1 усл. 1 500,50 1 500,50",
        "Всего к оплате: 1 500,50",
        "НДС: Без НДС",
        "Одна тысяча пятьсот рублей 50 копеек",
        "Руководитель / Образцов О. О. /",
        "Бухгалтер / Примерова П. П. /",
    ],
)
def test_an_invoice_says(said: str) -> None:
    (text,) = pages(INVOICE)
    assert said in text


@pytest.mark.parametrize(
    "said",
    [
        "Акт № А-15/2026 от 31 октября 2026 г.",
        "1 СМС-сообщения по России 1 200 шт. 3,15 3 780,00",
        "2 Аренда имени 1 мес. 500,00 500,00",
        "Всего наименований 2, на сумму 4 280,00 руб. Без НДС.",
        "Четыре тысячи двести восемьдесят рублей 00 копеек",
        "услуги выполнены полностью и в срок",
        "ИСПОЛНИТЕЛЬ ООО «Продавец» ЗАКАЗЧИК ООО «Ромашка»",
    ],
)
def test_an_act_says(said: str) -> None:
    (text,) = pages(ACT)
    assert said in text


def test_a_sole_trader_has_no_kpp() -> None:
    (text,) = pages(replace(INVOICE, buyer=Party("ИП Бобров Б. Б.", "222222222222", "г. Образцовск")))
    assert "Заказчик: ИП Бобров Б. Б., ИНН 222222222222, г. Образцовск" in text


@pytest.mark.parametrize("paper", [INVOICE, ACT])
def test_every_page_is_marked_as_a_sample(paper: Paper) -> None:
    texts = pages(replace(paper, lines=paper.lines * 50))
    assert len(texts) > 1
    for number, text in enumerate(texts, start=1):
        assert MARK in text
        assert FOOTER in text
        assert f"Стр. {number} из {len(texts)}" in text


def test_a_long_table_repeats_its_headings_and_keeps_every_row() -> None:
    lines = tuple(Line(f"Услуга номер {number}.", Decimal(number)) for number in range(1, 101))
    first, *others = pages(replace(INVOICE, lines=lines))
    assert first.count("Товары (работы, услуги)") == others[0].count("Товары (работы, услуги)") == 1
    text = " ".join([first, *others])
    assert all(f"{line.title} 1 усл." in text for line in lines)
    assert "Пять тысяч пятьдесят рублей 00 копеек" in text


@pytest.mark.parametrize("kind", list(Kind))
def test_long_names_wrap_inside_the_page(kind: Kind) -> None:
    name = "Общество с ограниченной ответственностью " + " ".join(f"«Длинноименов-{number}»" for number in range(25))
    word = "Непереносимое" * 12
    (text,) = pages(
        replace(
            INVOICE,
            kind=kind,
            buyer=replace(INVOICE.buyer, name=name),
            lines=(Line(f"Услуга {word} последняя", Decimal("999999999999.99")),),
        )
    )
    assert name in text
    assert word in text.replace(" ", "")
    assert "последняя" in text
    # Neither figure is broken over two lines, nor are the two run together.
    assert "усл. 999 999 999 999,99 999 999 999 999,99 Итого: 999 999 999 999,99" in text


@pytest.mark.parametrize("paper", [INVOICE, ACT])
def test_nothing_is_written_beyond_the_right_margin(paper: Paper) -> None:
    wide = replace(
        paper,
        buyer=replace(paper.buyer, name="Широкое " * 40),
        lines=(Line("Широкое " * 60, Decimal("999999999999.99")),),
    )
    page = PdfReader(io.BytesIO(render(wide))).pages[0]
    widths = {"Bold": advances(BOLD), "Book": advances(REGULAR)}
    right_ends: list[float] = []

    def visit(text: str, _cm: list[float], matrix: list[float], font: dict[str, str] | None, size: float) -> None:
        if font and text.strip() and MARK not in text:
            letters = widths[font["/BaseFont"][-4:]]
            widest = max(sum(letters[letter] for letter in line.strip()) for line in text.split("\n"))
            right_ends.append(matrix[4] + widest * size)

    page.extract_text(visitor_text=visit)
    margin = 12 / 25.4 * 72
    assert len(right_ends) > 20
    assert page.mediabox.width - 3 * margin < max(right_ends) <= page.mediabox.width - margin


@pytest.mark.parametrize("paper", [INVOICE, ACT])
def test_the_same_paper_is_the_same_bytes(paper: Paper) -> None:
    assert render(paper) == render(paper)
    assert render(paper) != render(replace(paper, number="9002"))


def test_the_title_names_the_document() -> None:
    metadata = PdfReader(io.BytesIO(render(ACT))).metadata
    assert metadata is not None
    assert metadata.title == "Акт №\u00a0А-15/2026"


def test_what_the_fonts_cannot_show_becomes_a_box(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        (text,) = pages(replace(INVOICE, lines=(Line("Скидка 😀\nи 漢字", Decimal(1)),)))
    assert "Скидка □ и □□" in text
    assert not caplog.records


def test_letters_written_in_two_parts_are_put_together() -> None:
    assert printable("и\u0306") == "й"


@pytest.mark.parametrize("font", [REGULAR, BOLD])
def test_the_fonts_hold_what_is_said_of_them_and_are_small(font: Path) -> None:
    with TTFont(font) as opened:
        assert {chr(code) for code in opened.getBestCmap()} == COVERED
    assert set("АЯаяЁё09AZaz№«»–—…₽\u00a0\u202f") <= COVERED
    assert font.stat().st_size < 100_000


def test_a_document_is_quick_to_make() -> None:
    render(INVOICE)
    began = time.perf_counter()
    for _ in range(3):
        render(INVOICE)
    # 40 ms each on a free machine; the bound only catches what is slower by an order of magnitude.
    assert time.perf_counter() - began < 1.5
