"""From an answer to a document, a refusal or nothing usable."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.smscentre import Created, NoUsableAnswer, Refused
from bot.smscentre.answers import Answer, read_created, read_document
from tests.unit.smscentre.samples import AMOUNT, JSON, MULTIPART_TYPE, PDF, multipart

ERROR = b'{"error": "account creation error", "error_code": 5}'
UNENDING_PDF = PDF.replace(b"%%EOF", b"")


def answer(body: bytes, content_type: str = "application/pdf", status: int = 200) -> Answer:
    return Answer("host", status, content_type, body)


def both(*contents: bytes, closed: bool = True) -> Answer:
    return answer(multipart(*contents, closed=closed), MULTIPART_TYPE)


def why_unusable(found: Answer) -> str:
    """Return why neither a create nor a download can use the answer."""
    with pytest.raises(NoUsableAnswer) as created:
        read_created(found, AMOUNT)
    with pytest.raises(NoUsableAnswer) as read:
        read_document(found)
    assert str(created.value) == str(read.value)
    return created.value.why


@pytest.mark.parametrize("contents", [(JSON, PDF), (PDF, JSON), (b"\xef\xbb\xbf" + JSON, PDF), (JSON, b"other", PDF)])
def test_a_multipart_brings_the_number_and_the_pdf(contents: tuple[bytes, ...]) -> None:
    assert read_created(both(*contents), AMOUNT) == Created("9001", AMOUNT, PDF)
    assert read_document(both(*contents)) == PDF


@pytest.mark.parametrize("content_type", ["application/pdf", "text/html", "", MULTIPART_TYPE])
@pytest.mark.parametrize("ending", [b"", b"\r", b"\n\n", b"\x00", UNENDING_PDF])
def test_a_plain_pdf_is_taken_byte_for_byte(content_type: str, ending: bytes) -> None:
    found = answer(PDF + ending, content_type)
    assert read_document(found) == PDF + ending
    assert read_created(found, AMOUNT) == Created(None, None, PDF + ending)


@pytest.mark.parametrize("json_part", [b"{}", b'{"status": "ok"}', b"", b"done", b'{"id": NaN}', b'{"id": 1, "id": 2}'])
def test_a_pdf_is_kept_where_the_number_cannot_be_told(json_part: bytes) -> None:
    assert read_created(both(json_part, PDF), AMOUNT) == Created(None, None, PDF)


def test_a_pdf_alone_in_a_multipart() -> None:
    assert read_document(both(PDF)) == PDF
    assert read_created(both(PDF), AMOUNT) == Created(None, None, PDF)


def test_a_json_answer_with_a_number_means_that_the_invoice_exists() -> None:
    assert read_created(answer(JSON, "application/json"), AMOUNT) == Created("9001", AMOUNT, None)
    assert read_created(both(JSON), AMOUNT) == Created("9001", AMOUNT, None)
    with pytest.raises(NoUsableAnswer, match="JSON without an error code and without a PDF"):
        read_document(answer(JSON, "application/json"))


@pytest.mark.parametrize("body", [b"%PDF", b"%pdf-1.4", b"%%EOF", b" " * 1020 + PDF, b"x" * 5000 + PDF])
def test_only_what_begins_as_a_pdf_is_one(body: bytes) -> None:
    assert why_unusable(answer(body)) == "neither JSON nor PDF"
    assert read_created(both(JSON, body), AMOUNT) == Created("9001", AMOUNT, None)


@pytest.mark.parametrize(
    "body",
    [
        ERROR,
        b'{"error": "account creation error", "error_code": "5"}',
        b"\xef\xbb\xbf" + ERROR,
        b"\xef\xbb\xbf\xef\xbb\xbf \r\n" + ERROR + b"\n",
        b'{\n    "error": "account creation error",\n    "error_code": 5\n    }\n',
        b'{"error_code": 5, "error": "account creation error", "id": 9001, "sum": 1500.5}',
        multipart(ERROR),
        multipart(ERROR, b"something"),
        multipart(ERROR, closed=False),
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "text/html", "application/pdf", "", MULTIPART_TYPE])
@pytest.mark.parametrize("status", [200, 302, 403, 500])
def test_an_error_code_is_a_refusal(body: bytes, content_type: str, status: int) -> None:
    for refuse in (lambda found: read_created(found, AMOUNT), read_document):
        with pytest.raises(Refused) as refused:
            refuse(answer(body, content_type, status))
        assert (refused.value.code, refused.value.text) == (5, "account creation error")


@pytest.mark.parametrize("code", [1, 2, 4, 5, 6, 7, 9, 3, 8, 10, 99, -1])
def test_codes_that_the_page_does_not_list_are_refusals_too(code: int) -> None:
    with pytest.raises(Refused) as refused:
        read_document(answer(json.dumps({"error": "x", "error_code": code}).encode()))
    assert refused.value.code == code


def test_russian_errors_are_read_in_both_encodings() -> None:
    text = "ошибка создания счёта"
    for encoding in ("utf-8", "windows-1251"):
        body = json.dumps({"error": text, "error_code": 5}, ensure_ascii=False).encode(encoding)
        with pytest.raises(Refused) as refused:
            read_document(answer(b"\xef\xbb\xbf" + body))
        assert refused.value.text == text


@pytest.mark.parametrize("error", [None, 5, ["x"], {"a": 1}])
def test_a_refusal_without_a_text(error: object) -> None:
    with pytest.raises(Refused) as refused:
        read_document(answer(json.dumps({"error": error, "error_code": 5}).encode()))
    assert refused.value.text == ""


def test_a_refusal_text_is_one_short_printable_line() -> None:
    body = json.dumps({"error": "a\nb\x00\ud800\u202ec" + "x" * 10_000, "error_code": 5}).encode()
    with pytest.raises(Refused) as refused:
        read_document(answer(body))
    assert refused.value.text.startswith("a b   cxxx")
    assert len(refused.value.text) <= 300
    str(refused.value).encode()


def test_a_refusal_that_was_cut_off_after_its_object_counts() -> None:
    with pytest.raises(Refused):
        read_created(replace(answer(ERROR), cut_off="cut off"), AMOUNT)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"<html>Bad gateway</html>", "neither JSON nor PDF"),
        (b'{"error": "x", "error_co', "neither JSON nor PDF"),
        (b"[" * 100_000, "neither JSON nor PDF"),
        (b'{"a":' * 100_000, "neither JSON nor PDF"),
        (b'{"id": ' + b"9" * 5000 + b"}", "neither JSON nor PDF"),
        (b'{"id": 1e9999999999999999999}', "neither JSON nor PDF"),
        (b'{"id": Infinity}', "neither JSON nor PDF"),
        (b'{"error_code": 5, "error_code": 6}', "neither JSON nor PDF"),
        (b'[{"error_code": 5}]', "neither JSON nor PDF"),
        (b"9001", "neither JSON nor PDF"),
        (b'{"x": "' + b"y" * 1024 * 1024 + b'", "id": 9001}', "neither JSON nor PDF"),
        (b"{}", "JSON without an error code and without a PDF"),
        (b'{"id": 1.0}', "JSON without an error code and without a PDF"),
        (b'{"error": "x"}', "an error without a usable code"),
        (b'{"error": "x", "id": 9001}', "an error without a usable code"),
        (b'{"error_code": null, "id": 9001}', "an error without a usable code"),
        (b'{"error_code": true, "id": 9001}', "an error without a usable code"),
        (b'{"error_code": 5.0}', "an error without a usable code"),
        (b'{"error_code": "E5"}', "an error without a usable code"),
        (b'{"error_code": "5\xb2"}', "an error without a usable code"),
        (b'{"error_code": 0, "id": 9001}', "an error without a usable code"),
        (b'{"error_code": "0", "id": 9001}', "an error without a usable code"),
        (b'{"error_code": 1' + b"0" * 4000 + b"}", "an error without a usable code"),
        (b'{"answer": {"error": "x", "error_code": 5}}', "an error without a usable code"),
    ],
)
def test_answers_that_tell_nothing(body: bytes, why: str) -> None:
    assert why_unusable(answer(body)) == why
    if len(body) < 1000:
        assert why_unusable(both(body)) == why.replace("empty", "neither JSON nor PDF")


def test_an_error_with_a_document_is_contradictory() -> None:
    assert why_unusable(both(ERROR, PDF)) == "an error and a PDF at once"
    assert why_unusable(both(PDF, ERROR)) == "an error and a PDF at once"
    assert why_unusable(both(b'{"error": "x", "id": 9001}', PDF)) == "an error and a PDF at once"
    assert why_unusable(both(b'Notice {"error_code": 5}', PDF)) == "an unreadable error and a PDF at once"
    cut = replace(answer(multipart(ERROR, PDF, closed=False), MULTIPART_TYPE), cut_off="cut off")
    assert why_unusable(cut) == "an error and a PDF at once"


@pytest.mark.parametrize("status", [199, 206, 301, 302, 303, 404, 429, 500, 502, 503])
def test_a_document_with_an_unhappy_status_is_not_trusted(status: int) -> None:
    assert why_unusable(answer(PDF, status=status)) == f"HTTP {status}"
    assert why_unusable(answer(JSON, status=status)) == f"HTTP {status}"
    assert why_unusable(replace(both(JSON, PDF), status=status)) == f"HTTP {status}"


def test_two_of_a_kind_are_ambiguous() -> None:
    assert why_unusable(both(JSON, JSON, PDF)) == "more than one JSON part"
    assert why_unusable(both(PDF, PDF)) == "more than one PDF"
    assert read_created(both(JSON, PDF, PDF), AMOUNT) == Created("9001", AMOUNT, None)


@pytest.mark.parametrize("kept", range(0, len(PDF) + 20, 7))
def test_a_multipart_that_was_cut_in_the_pdf_keeps_the_number(kept: int) -> None:
    body = multipart(JSON, b"")
    body = body[: body.rindex(b"\r\n--b0undary--")] + (PDF + b"\r\n--b0undary--")[:kept]
    created = read_created(replace(answer(body, MULTIPART_TYPE), cut_off="cut off"), AMOUNT)
    whole = kept >= len(PDF + b"\r\n--b0undary--")
    assert created == Created("9001", AMOUNT, PDF if whole else None)


def test_a_pdf_whose_end_was_seen_is_whole_even_if_the_rest_was_cut() -> None:
    assert read_document(replace(both(PDF, JSON), cut_off="cut off")) == PDF
    assert read_document(replace(both(JSON, PDF), cut_off="cut off")) == PDF


def test_a_plain_pdf_that_was_cut_off_is_nothing() -> None:
    assert why_unusable(replace(answer(PDF), cut_off="reset by peer")) == "reset by peer"


def test_json_that_was_cut_off_tells_no_number() -> None:
    assert why_unusable(replace(answer(JSON[:-1]), cut_off="reset by peer")) == "reset by peer"


@pytest.mark.parametrize("wrap", [answer, lambda pdf: both(pdf, closed=False)])
def test_without_a_delimiter_the_pdf_s_own_end_decides(wrap: Callable[[bytes], Answer]) -> None:
    near, far = PDF + b"\n" * 1000, PDF + b"\n" * 1024
    assert read_document(wrap(near)).startswith(near)
    assert why_unusable(wrap(far)) == "the PDF is not whole"
    assert why_unusable(wrap(UNENDING_PDF)) == "the PDF is not whole"


def test_a_closing_delimiter_needs_no_other_proof() -> None:
    assert read_document(both(UNENDING_PDF)) == UNENDING_PDF


def test_a_part_shorter_than_its_own_length_is_not_whole() -> None:
    body = b"--b0undary\r\n\r\n" + JSON + b"\r\n--b0undary\r\nContent-Length: 999\r\n\r\n" + PDF
    assert read_created(answer(body, MULTIPART_TYPE), AMOUNT) == Created("9001", AMOUNT, None)


def test_the_error_describes_the_answer() -> None:
    with pytest.raises(NoUsableAnswer) as error:
        read_document(answer(b"<html>\r\n\xff" + b"x" * 10_000, "text/html; charset=utf-8", 502))
    assert str(error.value).startswith(
        r"no usable answer: HTTP 502 (host: HTTP 502, text/html; charset=utf-8, 10009 bytes, begins b'<html>\r\n\xffxxx"
    )
    assert len(str(error.value)) < 250


def test_a_created_invoice_shows_no_bytes() -> None:
    assert repr(Created("9001", Decimal(5), PDF)) == "Created(number='9001', amount=Decimal('5'))"
