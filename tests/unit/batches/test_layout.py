"""Where the headings are, and which column is which."""

import pytest

from bot.batches.headings import Column
from bot.batches.layout import find_layout
from bot.batches.reading import read_table
from bot.batches.tables import MAX_ROWS, FileProblem, FileRefused
from tests.unit.batches.workbooks import MONEY


@pytest.mark.parametrize(
    ("text", "columns", "first"),
    [
        ("Сумма, руб.;Контрагент\n1500;alice\n", {0: Column.SUM, 1: Column.SUB_CLIENT}, 2),
        ("user;user_id;act id\nalice;;7\n", {0: Column.SUB_CLIENT, 1: Column.USER_ID, 2: Column.ACT_ID}, 2),
        ("Счета за ноябрь 2026\n\nКлиент;Сумма;\nalice;1500\n", {0: Column.SUB_CLIENT, 1: Column.SUM}, 4),
        ("Счёт;за ноябрь\nКлиент;Сумма\nalice;1500\n", {0: Column.SUB_CLIENT, 1: Column.SUM}, 3),
        (
            "№ п/п;Комментарий;Клиент;Комментарий;Сумма\n1;;alice;;5\n",
            {0: Column.REMARK, 1: Column.REMARK, 2: Column.SUB_CLIENT, 3: Column.REMARK, 4: Column.SUM},
            2,
        ),
        ("alice;1500\nbob;10\n", {0: Column.SUB_CLIENT, 1: Column.SUM, 2: Column.SERVICE}, 1),
        ("alice;15 тыс\nbob;10\n", {0: Column.SUB_CLIENT, 1: Column.SUM, 2: Column.SERVICE}, 1),
    ],
)
def test_layouts(text: str, columns: dict[int, Column], first: int) -> None:
    layout, rows = find_layout(read_table(text.encode()), MONEY)
    assert layout.columns == columns
    assert rows[0].number == first


@pytest.mark.parametrize(
    ("text", "problem", "words"),
    [
        ("Клиент;Дата;Сумма\nalice;x;5\n", FileProblem.UNKNOWN_HEADINGS, ("Дата",)),
        ("Кто;Сколько\nalice;5\n", FileProblem.UNKNOWN_HEADINGS, ("Кто", "Сколько")),
        ("Контрагент;Сколько\nalice;5\n", FileProblem.UNKNOWN_HEADINGS, ("Сколько",)),
        ("Клиент;№;Сумма\nalice;7;5\n", FileProblem.DOUBTFUL_HEADINGS, ("№",)),
        ("Клиент;Сума\nalice;5\n", FileProblem.DOUBTFUL_HEADINGS, ("Сума",)),
        ("Клиент;Сумма;Amount\nalice;5;6\n", FileProblem.HEADING_TWICE, ("Сумма", "Amount")),
        ("Услуга;Сумма\nSMS;5\n", FileProblem.NO_SUB_CLIENT_COLUMN, ()),
        ("Клиент;Услуга\nalice;SMS\n", FileProblem.NO_DOCUMENT_COLUMN, ()),
        ("alice;1500\nКлиент;Сумма\nbob;5\n", FileProblem.HEADINGS_BELOW_ROWS, ("1",)),
        ("Клиент;Сумма\n", FileProblem.EMPTY, ()),
        ("Отчёт за ноябрь\n", FileProblem.UNKNOWN_HEADINGS, ("Отчёт за ноябрь",)),
        ("user;sum\n" + "alice;1\n" * (MAX_ROWS + 1), FileProblem.TOO_MANY_ROWS, ()),
    ],
)
def test_what_is_refused(text: str, problem: FileProblem, words: tuple[str, ...]) -> None:
    with pytest.raises(FileRefused) as refused:
        find_layout(read_table(text.encode()), MONEY)
    assert (refused.value.problem, refused.value.words) == (problem, words)


def test_as_many_rows_as_allowed_with_titles_above() -> None:
    text = "Отчёт\nза ноябрь\nuser;sum\n" + "alice;1\n" * MAX_ROWS
    assert len(find_layout(read_table(text.encode()), MONEY)[1]) == MAX_ROWS
