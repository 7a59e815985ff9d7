"""The answer to add_account in each of its dialects, taken apart byte by byte."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from sandbox.smscentre.answers import Found, Refusal
from sandbox.smscentre.dialect import DIALECTS, Dialect
from sandbox.smscentre.refusals import ErrorCode
from sandbox.smscentre.replies import Reply, reply_to
from tests.sandbox.smscentre_drive import CREATE, Desk

PDF = b"%PDF-1.7\r\n\r\n\x00\xff--\n\n%%EOF\n"


def parts_of(body: bytes, dialect: Dialect) -> list[tuple[list[str], bytes]]:
    """Return headers and content of each part."""
    newline = dialect.newline.encode()
    delimiter = b"--" + dialect.boundary.encode()
    if dialect.closed:
        assert body.endswith(newline + delimiter + b"--" + newline)
        body = body.removesuffix(newline + delimiter + b"--" + newline)
    _, first, second = body.split(delimiter + newline)
    split = [part.split(newline * 2, 1) for part in (first.removesuffix(newline), second)]
    return [(head.decode().split(dialect.newline), content) for head, content in split]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_two_parts_carry_the_number_the_sum_and_the_very_bytes_of_the_pdf(dialect: Dialect) -> None:
    (json_headers, told), (pdf_headers, pdf) = parts_of(dialect.multipart(9001, Decimal("1500.50"), PDF), dialect)
    members = json.loads(told)
    assert str(members[dialect.id_name]) == "9001"
    assert Decimal(str(members[dialect.sum_name])) == Decimal("1500.50")
    assert pdf == PDF
    assert (tuple(json_headers), tuple(pdf_headers)) == (dialect.json_headers, dialect.pdf_headers)


def test_the_dialects_differ_in_all_that_the_vendor_leaves_open() -> None:
    for name in ("subtype", "quoted", "newline", "closed", "preamble", "id_name", "sum_name", "id_as_text"):
        assert len({getattr(dialect, name) for dialect in DIALECTS.values()}) > 1, name


def test_numbers_and_texts_are_told_apart() -> None:
    loose = Dialect(id_as_text=True, sum_as_text=False)
    assert b'{"id": "9001", "sum": 1500.5}' in loose.multipart(9001, Decimal("1500.50"), PDF)
    assert b'{"id": 9001, "sum": "1500.50"}' in Dialect().multipart(9001, Decimal("1500.50"), PDF)


def test_the_closing_delimiter_and_the_quotes_can_be_left_out() -> None:
    dialect = Dialect(boundary="edge")
    assert dialect.content_type == "multipart/mixed; boundary=edge"
    assert dialect.multipart(1, Decimal(1), PDF).endswith(b"%%EOF\n\r\n--edge--\r\n")
    dialect = replace(dialect, quoted=True, closed=False, newline="\n", subtype="form-data")
    assert dialect.content_type == 'multipart/form-data; boundary="edge"'
    assert dialect.multipart(1, Decimal(1), PDF).endswith(PDF)


@pytest.mark.parametrize("code", list(ErrorCode))
def test_a_refusal_is_json_with_status_200(code: ErrorCode) -> None:
    reply = reply_to(Refusal(code), b"", Dialect(error_type="text/plain"))
    told = json.loads(reply.body)
    assert (reply.status, reply.content_type) == (200, "text/plain")
    assert told["error_code"] == code.value
    assert told["error"]
    assert told.keys() == {"error", "error_code"}


def test_a_document_that_is_found_is_a_plain_pdf() -> None:
    answer = Desk().ask({"get_act": "1", "user": "alice", "num": "7"})
    assert isinstance(answer, Found)
    assert reply_to(answer, PDF, Dialect()) == Reply(PDF, "application/pdf")


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_midway_lies_inside_the_pdf(dialect: Dialect) -> None:
    reply = reply_to(Desk().ask(CREATE), PDF * 10, dialect)
    assert reply.body.index(b"%PDF-") < reply.midway < reply.body.rindex(b"%%EOF")
