"""The audit's file, as spreadsheets open it: however it is split, no cell is calculated."""

import csv
import io
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.audit.file import as_csv, harmless
from bot.domain import CreateInvoice, Destination, Person, SubClient
from db import requests
from db.models import AuditEntry, Request

AT = datetime(2026, 11, 26, 2, 33, 28, tzinfo=UTC)
NONE = MappingProxyType[int, Request]({})

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠A", "﹦1", "−1", '=HYPERLINK("http://x";"y")']
SEPARATORS = ["", ";", "\t", ",", "|", "\r", "\n", "\r\n", "\x0b", "\x85", "\u2028", "\u2029"]
BLANKS = ["", " ", "\xa0", "\u200b", "\ufeff", "\u2060", "\u3000", "\u202e", '"', "'", '"\ufeff', "\u3164", "\ufe0f"]

pieces = st.sampled_from([*FORMULAS, *SEPARATORS, *BLANKS, "Anna", "Ж"])
hostile = st.lists(pieces | st.characters(), max_size=8).map("".join)


def entry(*, actor: str = "Anna", detail: str = "", chat_id: int | None = None) -> AuditEntry:
    return AuditEntry(
        id=1,
        at=AT,
        actor_id=7,
        actor_name=actor,
        action="pause",
        subject_id=None,
        chat_id=chat_id,
        request_id=None,
        detail=detail,
    )


def cells(text: str) -> list[str]:
    """Split a file every way that Excel and LibreOffice offer, with quotes honoured and without."""
    found = [cell for separator in ";\t,|" for line in text.splitlines() for cell in line.split(separator)]
    for separator in ";\t,|":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            found.extend(row)
    return found


def calculates(cell: str) -> bool:
    """Say whether a cell starts with what begins a formula, with all that shows nothing taken away before it."""
    shown = (char for char in cell if unicodedata.category(char)[0] not in "CMZ" and char not in '"\u3164')
    return unicodedata.normalize("NFKC", next(shown, ""))[:1] in {"=", "+", "-", "@", "−"} or cell[:1] in "\t\r"


def test_the_judge_knows_a_formula() -> None:
    for formula, separator, blank in product(FORMULAS, [";", "\t", ",", "|", "\n"], BLANKS):
        if "'" not in blank:
            assert any(map(calculates, cells(f"a{separator}{blank}{formula}"))), (formula, separator, blank)


@pytest.mark.parametrize("language", ["en", "ru"])
@settings(max_examples=150, deadline=None)
@given(actor=hostile, detail=hostile)
def test_no_cell_starts_a_formula(language: str, actor: str, detail: str) -> None:
    text = as_csv([entry(actor=actor, detail=detail, chat_id=-1001)], NONE, UTC, language=language).decode("utf-8-sig")
    assert not [cell for cell in cells(text) if cell.strip("\r\n") and calculates(cell)]
    assert len(text.splitlines()) == 2
    (_, row) = csv.reader(io.StringIO(text, newline=""), delimiter=";" if language == "ru" else ",")
    assert (len(row), row[3], row[10]) == (11, harmless(actor), harmless(detail))


@pytest.mark.parametrize("separator", SEPARATORS)
def test_each_way_to_begin_a_cell(separator: str) -> None:
    for blank, formula in product(BLANKS, FORMULAS):
        text = f"{'Anna' if separator else ''}{separator}{blank}{formula}"
        assert not [cell for cell in cells(harmless(text)) if cell and calculates(cell)], text


@pytest.mark.parametrize(
    "text", ["Anna-Maria", "a@b.example", "1 + 1 = 2", "Жанна «Ж»", "O'Neil, Anna; jr.", "C++", ""]
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(("language", "row"), [("en", "17,alice,1500.50,"), ("ru", "17;alice;1500,50;")])
def test_sums_are_written_as_the_readers_spreadsheet_expects(language: str, row: str) -> None:
    request = requests.new(
        CreateInvoice(SubClient(name="alice"), Decimal("1500.50")),
        login="acme",
        requester=Person(1, "Anna", "en"),
        destination=Destination(1, reply_to=1),
        now=AT,
    )
    asked = entry()
    asked.request_id = 17
    assert row in as_csv([asked], {17: request}, UTC, language=language).decode("utf-8-sig")
