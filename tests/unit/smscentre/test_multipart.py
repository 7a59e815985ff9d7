"""The multipart reader: lenient about the form, exact about the bytes."""

import base64

import pytest

from bot.smscentre.multipart import Part, parse
from tests.unit.smscentre.samples import JSON, MULTIPART_TYPE, PDF, multipart


def bodies(parts: list[Part]) -> list[bytes]:
    return [part.body for part in parts]


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/mixed; boundary=b0undary",
        'multipart/form-data; boundary="b0undary"',
        "multipart/related; charset=utf-8; boundary=b0undary; type=text/plain",
        "Multipart/Mixed;BOUNDARY=b0undary",
        "multipart/mixed; boundary = b0undary",
        "multipart/mixed; boundary=b0undary;charset=utf-8",
        "multipart/mixed; boundary='b0undary'",
        "multipart/mixed; boundary=--b0undary",
        "multipart/mixed; boundary=another",
        "multipart/mixed",
        "text/html; charset=windows-1251",
        "",
    ],
)
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_the_boundary_is_found_whatever_the_header_says(content_type: str, line_end: bytes) -> None:
    parts = parse(content_type, multipart(JSON, PDF, line_end=line_end))
    assert bodies(parts) == [JSON, PDF]
    assert all(part.ended for part in parts)
    assert parts[0].headers == {"content-type": "application/json"}


@pytest.mark.parametrize("parameter", ["boundary=b0undary", 'BOUNDARY="b0undary"', "Boundary = b0undary"])
def test_the_header_s_boundary_comes_before_what_looks_like_one(parameter: str) -> None:
    body = b"--another\r\n\r\n" + multipart(JSON, PDF)
    assert bodies(parse(f"multipart/mixed; {parameter}", body)) == [JSON, PDF]


@pytest.mark.parametrize("boundary", [b"-----------------------------7d81", b"a.b+c(d)*?", b"=_Part_1'x,/:", b"b--"])
def test_boundaries_of_unusual_characters(boundary: bytes) -> None:
    body = multipart(JSON, PDF, boundary=boundary)
    assert bodies(parse(f'multipart/mixed; boundary="{boundary.decode()}"', body)) == [JSON, PDF]


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("ending", [b"", b"\r", b"\n", b"\r\n", b"\n\n", b"\r\r", b"-", b"--", b"\r\n--", b"--b0undar"])
def test_exactly_one_line_end_belongs_to_the_delimiter(line_end: bytes, ending: bytes) -> None:
    pdf = PDF + ending
    assert bodies(parse(MULTIPART_TYPE, multipart(JSON, pdf, line_end=line_end))) == [JSON, pdf]
    assert bodies(parse(MULTIPART_TYPE, multipart(pdf, JSON, line_end=line_end))) == [pdf, JSON]


@pytest.mark.parametrize(
    "inside", [b"--b0undaryX", b"--b0undary--X", b"--b0undary-", b"--b0undary X", b"text --b0undary"]
)
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_what_only_resembles_a_delimiter_stays_in_the_document(inside: bytes, line_end: bytes) -> None:
    pdf = b"%PDF-1.4" + line_end + inside + line_end + b"%%EOF"
    assert bodies(parse(MULTIPART_TYPE, multipart(JSON, pdf, line_end=line_end))) == [JSON, pdf]


def test_a_delimiter_in_the_document_is_content_if_the_length_says_so() -> None:
    pdf = b"%PDF-1.4\r\n--b0undary--\r\n--b0undary\r\nContent-Type: text/plain\r\n\r\n%%EOF"
    for trailer in (b"\r\n--b0undary--\r\n", b"--b0undary--", b"\r\n--b0und", b"\r\n", b""):
        body = b"--b0undary\r\nContent-Length: %d\r\n\r\n%b" % (len(pdf), pdf) + trailer
        assert parse(MULTIPART_TYPE, body) == [Part({"content-length": str(len(pdf))}, pdf, ended=True)], trailer


@pytest.mark.parametrize("length", ["1", "30", "99999", "-1", "x", "", "9" * 5000, "²"])
def test_a_length_that_does_not_fit_is_ignored(length: str) -> None:
    body = f"--b0undary\r\nContent-Length: {length}\r\n\r\n".encode() + PDF + b"\r\n--b0undary--"
    [part] = parse(MULTIPART_TYPE, body)
    assert (part.body, part.ended, part.short) == (PDF, True, False)


def test_fewer_bytes_than_the_part_promises() -> None:
    [part] = parse(MULTIPART_TYPE, b"--b0undary\r\nContent-Length: 5000\r\n\r\n" + PDF)
    assert (part.body, part.ended, part.short) == (PDF, False, True)


def test_without_closing_delimiter_the_end_was_not_seen() -> None:
    json, pdf = parse(MULTIPART_TYPE, multipart(JSON, PDF, closed=False))
    assert (json.body, json.ended) == (JSON, True)
    assert (pdf.body, pdf.ended) == (PDF + b"\r\n", False)


@pytest.mark.parametrize("cut", [b"\r\n--b0undary", b"\r\n--b0undary-", b"\r\n--b0undary\r"])
def test_a_closing_delimiter_that_was_cut_is_no_proof_of_the_end(cut: bytes) -> None:
    [part] = parse(MULTIPART_TYPE, b"--b0undary\r\n\r\n" + PDF + cut)
    assert (part.body, part.ended) == (PDF, False)


@pytest.mark.parametrize("closing", [b"--b0undary--", b"--b0undary--\r\n", b"--b0undary--  \r\n\r\n"])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_a_delimiter_without_line_end_before_it(closing: bytes, line_end: bytes) -> None:
    opening, blank = b"--b0undary" + line_end, line_end + line_end
    pdf = PDF.rstrip()
    body = opening + b"A: json" + blank + JSON + opening + b"A: pdf" + blank + pdf + closing
    assert bodies(parse(MULTIPART_TYPE, body)) == [JSON, pdf]
    assert all(part.ended for part in parse(MULTIPART_TYPE, body))


def test_a_bare_line_feed_before_a_delimiter_among_crlf_is_kept() -> None:
    body = b"--b0undary\r\n\r\n" + PDF + b"--b0undary--\r\nepilogue"
    assert bodies(parse(MULTIPART_TYPE, body)) == [PDF]


@pytest.mark.parametrize(
    "preamble", [b"", b"\r\n", b"Warning: a notice\r\n", b"\xef\xbb\xbf", b"<br />\n<b>Notice</b>\n"]
)
@pytest.mark.parametrize("content_type", [MULTIPART_TYPE, "text/html"])
def test_text_around_the_parts(preamble: bytes, content_type: str) -> None:
    body = preamble + multipart(JSON, PDF) + b"the end\r\n--other--\r\n"
    assert bodies(parse(content_type, body)) == [JSON, PDF]


@pytest.mark.parametrize(
    ("head", "headers"),
    [
        (b"\r\n", {}),
        (b"", {}),
        (b"Content-Type:application/pdf\r\n\r\n", {"content-type": "application/pdf"}),
        (b"CONTENT-TYPE :  application/pdf \r\n\r\n", {"content-type": "application/pdf"}),
        (b"X-B: 2\r\nX_a: 1\r\n\r\n", {"x-b": "2", "x_a": "1"}),
        (b'Content-Disposition: form-data;\r\n name="f"\r\n\r\n', {"content-disposition": 'form-data;\r\n name="f"'}),
        (b"Content-Type: application/pdf\r\n", {"content-type": "application/pdf"}),
        (b"Content-Type: application/pdf\n\n", {"content-type": "application/pdf"}),
    ],
)
def test_headers_of_every_kind_and_none(head: bytes, headers: dict[str, str]) -> None:
    body = b"--b0undary\r\n" + head + PDF + b"\r\n--b0undary--\r\n"
    assert parse(MULTIPART_TYPE, body) == [Part(headers, PDF, ended=True)]


@pytest.mark.parametrize("encoding", ["base64", "BASE64", " base64 "])
def test_base64_is_undone(encoding: str) -> None:
    head = f"--b0undary\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
    for pdf in (PDF * 9, PDF * 9 + b"x", PDF * 9 + b"xy"):
        packed = base64.encodebytes(pdf).replace(b"\n", b"\r\n")
        for content in (packed, packed.replace(b"=", b""), packed.replace(b"\r\n", b"")):
            assert bodies(parse(MULTIPART_TYPE, head + content + b"\r\n--b0undary--")) == [pdf]


@pytest.mark.parametrize("encoding", ["binary", "8bit", "7bit", "quoted-printable", "base64"])
def test_other_bytes_than_base64_are_left_alone(encoding: str) -> None:
    pdf = PDF + b"=20=\r\n"
    body = f"--b0undary\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + pdf + b"\r\n--b0undary--"
    assert bodies(parse(MULTIPART_TYPE, body)) == [pdf]


@pytest.mark.parametrize(
    "body", [b"", b"--", b"--\r\n", b"-- text\n", PDF, JSON, b"<html>--b0undary</html>", b"--b0undary"]
)
def test_what_is_no_multipart_has_no_parts(body: bytes) -> None:
    assert parse(MULTIPART_TYPE, body) == []


def test_absurdly_many_parts_are_no_answer_of_the_vendor() -> None:
    assert len(parse(MULTIPART_TYPE, multipart(*[JSON] * 16))) == 16
    assert parse(MULTIPART_TYPE, multipart(*[JSON] * 17)) == []
