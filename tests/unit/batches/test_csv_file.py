"""CSV files: encodings, delimiters and quotes, as spreadsheets and accounting programs write them."""

import pytest

from bot.batches.csv_file import find_delimiter
from bot.batches.reading import read_table
from bot.batches.tables import FileProblem, FileRefused

_TEXT = 'Клиент;Сумма;Услуга\r\nалиса;"1 500,50";"СМС; ""рассылка"""\r\n'
_CELLS = [("Клиент", "Сумма", "Услуга"), ("алиса", "1 500,50", 'СМС; "рассылка"')]


@pytest.mark.parametrize(
    "data",
    [
        _TEXT.encode(),
        _TEXT.encode("utf-8-sig"),
        _TEXT.encode("utf-16"),
        _TEXT.encode("utf-16-le"),
        _TEXT.encode("utf-16-be"),
        ("\ufeff" + _TEXT).encode("utf-16-be"),
        _TEXT.encode("windows-1251"),
        _TEXT.replace("\r\n", "\n").encode(),
        _TEXT.replace("\r\n", "\r").encode(),
        ("sep=;\r\n" + _TEXT).encode("windows-1251"),
    ],
)
def test_every_encoding_is_recognised(data: bytes) -> None:
    assert [row.cells for row in read_table(data).rows] == _CELLS


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("user;sum\nalice;1500,50\nbob;10,00\n", ";"),
        ("user,sum\nalice,1500.50\nbob,10\n", ","),
        ("user\tsum\nalice\t1500,50\nbob;b\t10\n", "\t"),
        ("user;sum, rub\nalice;1500,50\n", ";"),
        ("Счета; ноябрь\nuser,sum,service\nalice,1,SMS\nbob,2,SMS; mail\ncarol,3,SMS\n", ","),
        ('user,sum\n"a;b",1\n"c;d;e",2\n', ","),
        ('user;sum;service\nalice;1;5" pipe, short\nbob;2;7" pipe\n', ";"),
        ("alice;1500,50", ";"),
        ("alice", ","),
        ("sep=|\nuser|sum\n", "|"),
    ],
)
def test_the_delimiter_is_found(text: str, delimiter: str) -> None:
    assert find_delimiter(text) == delimiter


def test_rows_are_numbered_as_a_spreadsheet_does() -> None:
    table = read_table(b'\r\nuser;sum\r\n\r\n"a\r\nb";1\r\n;;\r\nc;2\r\n\r\n')
    assert [row.number for row in table.rows] == [2, 4, 6]
    assert table.empty_rows == (3, 5)


def test_a_text_that_looks_like_a_formula_for_a_text_is_that_text() -> None:
    [row] = read_table(b'alice;="007"\r\n').rows
    assert row.cells == ("alice", "007")


@pytest.mark.parametrize("text", ['user;sum\nalice;"1500\nbob;2\n', 'user;sum\n"alice"x;1500\n'])
def test_a_quote_that_would_swallow_rows_is_refused(text: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_table(text.encode())
    assert refused.value.problem is FileProblem.BROKEN_QUOTES


def test_limits_of_rows_and_columns() -> None:
    with pytest.raises(FileRefused) as refused:
        read_table(b"alice;1\n" * 600)
    assert refused.value.problem is FileProblem.TOO_MANY_ROWS
    with pytest.raises(FileRefused) as refused:
        read_table(b"a;1\n" + b";" * 60 + b"x\n")
    assert (refused.value.problem, refused.value.words) == (FileProblem.FAR_CELL, ("BI2",))


def test_bytes_of_no_encoding_are_refused() -> None:
    with pytest.raises(FileRefused) as refused:
        read_table("клиент;1".encode("windows-1251") + b"\x98")
    assert refused.value.problem is FileProblem.UNKNOWN_ENCODING
