"""Answers that an independent trial thought of."""

from decimal import Decimal

import pytest

from bot.smscentre.answers import Answer, Created, read_created
from bot.smscentre.errors import NoUsableAnswer, Refused
from bot.smscentre.quoting import Quoter

PDF = b"%PDF-1.4\nx\n%%EOF\n"


def answer(json: bytes, rest: bytes = b"\r\n--b--\r\n") -> Answer:
    body = b"--b\r\nContent-Type: application/json\r\n\r\n" + json + b"\r\n--b\r\n\r\n" + PDF + rest
    return Answer("host", 200, "multipart/mixed; boundary=b", body, None, Quoter("secret"))


@pytest.mark.parametrize("json", [b'{"result":{"id":9001}}', b'{"success":[{"id":"9001"}]}', b'{"status":1,"id":9001}'])
def test_an_envelope_may_be_named_like_a_state(json: bytes) -> None:
    assert read_created(answer(json), Decimal(5)) == Created("9001", None, PDF)


@pytest.mark.parametrize(
    "json", [b'{"error_code":0,"id":5}', b'{"error_code":"0","id":5}', b'{"error":null,"error_code":null,"id":5}']
)
def test_no_error_in_so_many_words_is_none(json: bytes) -> None:
    assert read_created(answer(json), Decimal(1)) == Created("5", None, PDF)


@pytest.mark.parametrize("json", [b'{"error_code":9,"id":5}', b'{"error":"OK","error_code":0,"id":5}'])
def test_an_error_beside_a_pdf_stays_a_riddle(json: bytes) -> None:
    with pytest.raises(NoUsableAnswer):
        read_created(answer(json), Decimal(1))


@pytest.mark.parametrize("count", range(3, 6))
def test_a_delimiter_cut_in_the_middle_never_reaches_the_document(count: int) -> None:
    cut = answer(b'{"id":9001}', b"\r\n--b--"[:count])
    created = read_created(cut, Decimal(5))
    assert created.number == "9001"
    assert created.pdf in (None, PDF)


def test_a_refusal_may_have_a_line_end_in_its_text() -> None:
    body = b'{"error": "line 1\nline 2", "error_code": 6}'
    with pytest.raises(Refused) as refused:
        read_created(Answer("host", 200, "text/html", body, None, Quoter("secret")), Decimal(5))
    assert refused.value.code == 6
