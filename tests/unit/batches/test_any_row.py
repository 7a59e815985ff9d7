"""Whatever stands in a file, each row leads to a wish or to a sentence, and nothing that cannot be seen counts."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.batches.headings import HEADINGS, Column
from bot.batches.key import key_of
from bot.batches.reading import read_table
from bot.batches.rows import Batch, RowProblem, alike, read_batch
from bot.batches.tables import Cell, CellProblem, FileRefused, Row, Table, Unusable, text_or_nothing
from bot.domain import CreateInvoice, SubClient
from bot.language.translator import Translator, Translators
from handlers.batches.mistakes import file_refused, mistake_of_row
from tests.unit.batches.workbooks import MONEY, text, workbook

_HIDDEN = ("\u200b", "\ufeff", "\u2060", "\u00ad", "\u3164", "\u2800", "\u200e \u200f", "\ufe0f")
_ODD = ("alice", "#", "id:", "1", "0", "-", "+", "1e5", "½", "٣", "()", "«»", "тыс", "₽", ",", ".", "@", "/a", "\n/b")
_PIECES = st.sampled_from([*_HIDDEN, *_ODD])
_TEXTS = st.lists(_PIECES | st.text(max_size=4), max_size=4).map("".join)
_CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    _TEXTS.map(text_or_nothing),
    _TEXTS.map(" ".join).map(text_or_nothing),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15),
    st.builds(Unusable, st.sampled_from(CellProblem), _TEXTS),
)
_KNOWN = (*HEADINGS["en"].values(), *HEADINGS["ru"].values(), "user", "№", "счёт", "Sum ")
_HEADINGS = _TEXTS.map(text_or_nothing) | st.sampled_from(_KNOWN)


@cache
def _translators() -> list[Translator]:
    """Return both, read once: reading the catalogues takes longer than all that is tested here."""
    chosen = Translators(default="en", zone=None, currency="₽")
    return [chosen.choose("en"), chosen.choose("ru")]


def _understood(read: Callable[[], Batch]) -> Batch | None:
    """Return what is understood, or None once it has been seen that a sentence says why not."""
    try:
        return read()
    except FileRefused as refused:
        why = refused.refusal
    for t in _translators():
        assert str(file_refused(t, why)).strip()
    return None


def _check(read: Callable[[], Batch]) -> None:
    batch = _understood(read)
    if batch is None:
        return
    for mistake in batch.mistakes().values():
        for t in _translators():
            assert mistake_of_row(t, mistake).strip()
    alike(batch.wishes())
    assert len(key_of(batch)) == 64


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(_CELLS, min_size=len(Column), max_size=len(Column) + 1).map(tuple), min_size=1, max_size=3))
def test_any_cell_under_known_headings(rows: list[tuple[Cell, ...]]) -> None:
    headings = (*HEADINGS["en"].values(), "State")
    table = Table((Row(1, headings), *(Row(number, row) for number, row in enumerate(rows, 2))))
    _check(lambda: read_batch(table, MONEY))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(_CELLS | _HEADINGS, min_size=1, max_size=5).map(tuple), min_size=1, max_size=4))
def test_any_headings_and_any_cells(rows: list[tuple[Cell, ...]]) -> None:
    table = Table(tuple(Row(number, row) for number, row in enumerate(rows, 1)))
    _check(lambda: read_batch(table, MONEY))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=40) | _TEXTS.map(str.encode) | _TEXTS.map(lambda cells: f"user;sum\n{cells}".encode()))
def test_any_bytes(data: bytes) -> None:
    _check(lambda: read_batch(read_table(data), MONEY))


@pytest.mark.parametrize("hidden", _HIDDEN)
def test_cells_in_which_nothing_can_be_seen_are_empty(hidden: str) -> None:
    csv = read_table(f"user;user_id;sum;service;act\nalice;{hidden};5;{hidden};{hidden}\n{hidden};;{hidden}\n".encode())
    headings = f'<row r="1">{text("A1", "user")}{text("B1", "sum")}{text("C1", "act")}</row>'
    row = f'<row r="2">{text("A2", "alice")}<c r="B2"><v>5</v></c>{text("C2", hidden)}</row>'
    for table in (csv, read_table(workbook(headings + row))):
        assert read_batch(table, MONEY).wishes() == {2: CreateInvoice(SubClient(name="alice"), Decimal("5.00"))}
        assert read_batch(table, MONEY).mistakes() == {}
    nobody = read_batch(read_table(f"user;sum\n{hidden};5\n".encode()), MONEY)
    assert [mistake.problem for mistake in nobody.mistakes().values()] == [RowProblem.NO_SUB_CLIENT]
