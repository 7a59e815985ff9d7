"""Properties: any PDF comes back byte for byte from any framing, and nothing but typed errors comes out of anything."""

import base64
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import httpx
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.smscentre import Created, SmsCentre, VendorError
from bot.smscentre.answers import Answer, read_created, read_document
from bot.smscentre.recognition import find_amount, find_number
from tests.unit.smscentre.samples import ALICE, AMOUNT, CREDENTIALS, JSON, MULTIPART_TYPE, PDF
from tests.unit.smscentre.server import answering, chunked, gzipped, head, until_close, with_length

T = TypeVar("T")

BOUNDARY_CHARACTERS = "0123456789ABCXYZabcxyz'()+_,-./:=?"
SMALL_PIECES = [b"\r", b"\n", b"\r\n", b"-", b"--", b" ", b"\x00", b"%%EOF", b"%PDF-", b"{", b"A: b\r\n"]


@dataclass(frozen=True)
class Framed:
    """A multipart answer and the document that was put into it."""

    content_type: str
    body: bytes
    pdf: bytes


@st.composite
def framed(draw: st.DrawFn) -> Framed:
    """Draw a document and one of the many ways to put it into a multipart."""
    boundary = draw(st.text(BOUNDARY_CHARACTERS, min_size=1, max_size=70)).encode()
    line_end = draw(st.sampled_from([b"\r\n", b"\n"]))
    glued, lengths, packed = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    closed, pdf_first = draw(st.booleans()), draw(st.booleans())
    preamble = draw(st.sampled_from([b"", b"\xef\xbb\xbf", b"\n", b"Notice: a text\n", b"<b>Warning</b>\r\n\r\n"]))
    epilogue = draw(st.sampled_from([b"", line_end, line_end + b"the end"])) if closed and not glued else b""
    pdf = draw(documents(b"--" + boundary, line_end, own_lengths=lengths, packed=packed, glued=glued))
    if not closed and not lengths:
        pdf += b"%%EOF"  # nothing else would prove its end

    parts = []
    for content in (pdf, JSON) if pdf_first else (JSON, pdf):
        encoded = base64.encodebytes(content).replace(b"\n", line_end) if packed else content
        headers = [draw(st.sampled_from([b"Content-Type: x/y", b"content-type:x", b"X-Any: 1"]))]
        if packed:
            headers.append(b"Content-Transfer-Encoding: base64")
        if lengths:
            headers.append(b"Content-Length: %d" % len(encoded))
        if not packed and not lengths and draw(st.booleans()):
            headers = []
        head = b"".join(header + line_end for header in draw(st.permutations(headers)))
        parts.append(b"--" + boundary + line_end + head + line_end + encoded)
    joint = b"" if glued else line_end
    body = preamble + joint.join(parts) + (joint + b"--" + boundary + b"--" if closed else b"") + epilogue
    return Framed(draw(content_types(boundary.decode())), body, pdf)


@st.composite
def documents(
    draw: st.DrawFn, delimiter: bytes, line_end: bytes, *, own_lengths: bool, packed: bool, glued: bool
) -> bytes:
    """Draw a document that this framing can carry without ambiguity."""
    resembling = [line_end + delimiter + b"X", delimiter + b"--X", delimiter + b"-" + b"X"]
    delimiting = [line_end + delimiter + line_end, line_end + delimiter + b"--" + line_end]
    protected = own_lengths or packed
    special = SMALL_PIECES + resembling + (delimiting if protected else [])
    pieces = draw(st.lists(st.sampled_from(special) | st.binary(max_size=20), max_size=12))
    pdf = b"%PDF-" + b"".join(pieces)
    if not protected:
        rest = pdf
        for piece in resembling:
            rest = rest.replace(piece, b" ")
        assume(delimiter not in rest + b"--")
        assume(not (glued and (pdf.endswith((line_end, b"-")) or delimiter.startswith(b"---"))))
    return pdf


def content_types(boundary: str) -> st.SearchStrategy[str]:
    return st.sampled_from(
        [
            f'multipart/mixed; boundary="{boundary}"',
            f"multipart/form-data;charset=utf-8; Boundary={boundary}",
            f'Multipart/Related; boundary = "{boundary}"; type=text/xml',
            "multipart/mixed; boundary=another",
            "multipart/mixed",
            "text/html",
            "",
        ]
    )


@settings(max_examples=200, deadline=None)
@given(framed())
def test_a_document_comes_back_byte_for_byte(answer: Framed) -> None:
    received = Answer("host", 200, answer.content_type, answer.body)
    assert read_created(received, AMOUNT) == Created("9001", AMOUNT, answer.pdf)
    assert read_document(received) == answer.pdf


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(framed(), st.sampled_from([with_length, chunked, until_close, gzipped]))
async def test_a_document_comes_back_byte_for_byte_over_http(
    http: httpx.AsyncClient, answer: Framed, frame: Callable[[bytes, str], bytes]
) -> None:
    async with answering(frame(answer.body, answer.content_type)) as server:
        vendor = SmsCentre(http, url=server.url, backup_url=None, timeout=5)
        created = await vendor.create_invoice(CREDENTIALS, ALICE, AMOUNT, None)
    assert created == Created("9001", AMOUNT, answer.pdf)


BODIES = st.binary(max_size=300) | st.lists(
    st.binary(max_size=8)
    | st.sampled_from(
        [
            *SMALL_PIECES, JSON, PDF, b"--b0undary", b"--b0undary--", b"\r\n--b0undary\r\n", b"Content-Length: 9\r\n",
            b"Content-Transfer-Encoding: base64\r\n", b"\xef\xbb\xbf", b'{"id": 9001}', b'{"error_code": 5}', b"\xff",
        ]
    )
).map(b"".join)  # fmt: skip


def outcome(read: Callable[[], T]) -> T | VendorError:
    try:
        return read()
    except VendorError as error:
        return error


ANSWERS = st.builds(
    Answer,
    host=st.just("host"),
    status=st.sampled_from([200, 200, 200, 302, 500]),
    content_type=st.just(MULTIPART_TYPE) | st.text(max_size=50) | st.text(max_size=9).map("a/b; boundary={}".format),
    body=BODIES,
    cut_off=st.none() | st.just("cut off"),
)


@settings(max_examples=200, deadline=None)
@given(ANSWERS)
def test_any_answer_is_a_document_or_a_typed_error(answer: Answer) -> None:
    document = outcome(lambda: read_document(answer))
    assert isinstance(document, VendorError) or b"%PDF-" in document[:1024]
    created = outcome(lambda: read_created(answer, AMOUNT))
    if isinstance(created, Created):
        assert created.number or created.pdf
        assert created.pdf is None or b"%PDF-" in created.pdf[:1024]
    else:
        assert str(created).isprintable()
        assert len(str(created)) < 700


NAMES = st.sampled_from(["id", "ID", "account", "user", "sum", "error", "nomer", "x", "", "Ё_1"]) | st.text(max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text() | st.text("0123456789.,", max_size=25),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(NAMES, VALUES), st.decimals(1, 10**9, places=2))
def test_any_json_has_a_number_of_digits_or_none(answer: dict[str, Any], requested: Decimal) -> None:
    number, amount = find_number(answer, requested), find_amount(answer, requested)
    assert number is None or (number.isascii() and number.isdigit() and len(number) <= 20)
    assert amount is None or amount > 0


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(NAMES, st.integers() | st.text() | st.floats(), max_size=5))
def test_any_json_object_is_understood_or_a_typed_error(members: dict[str, Any]) -> None:
    answer = Answer("host", 200, "application/json", json.dumps(members).encode())
    created = outcome(lambda: read_created(answer, AMOUNT))
    assert isinstance(created, VendorError) or created.number


RAW_ANSWERS = st.lists(
    st.binary(max_size=40)
    | st.sampled_from(
        [
            b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 500 \r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 101 Up\r\n\r\n",
            b"Content-Length: 5\r\n", b"Content-Length: -1\r\n", b"Transfer-Encoding: chunked\r\n", b"5\r\n%PDF-\r\n",
            b"0\r\n\r\n", b"Content-Encoding: gzip\r\n", b"\x1f\x8b\x08", b"Set-Cookie: a=b; domain=\xff\r\n", b"\r\n",
            b"Location: //[\r\n", b"Content-Type: multipart/mixed; boundary=\xd0\xbf\r\n", b"\r\n\r\n%PDF-1.4%%EOF",
        ]
    ),
    max_size=6,
).map(b"".join)  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RAW_ANSWERS | RAW_ANSWERS.map(lambda rest: head(content_type=MULTIPART_TYPE) + rest))
async def test_whatever_a_server_sends_only_typed_errors_come_out(http: httpx.AsyncClient, raw: bytes) -> None:
    async with answering(raw) as server:
        vendor = SmsCentre(http, url=server.url, backup_url=None, timeout=5)
        with suppress(VendorError):
            await vendor.create_invoice(CREDENTIALS, ALICE, AMOUNT, None)
    assert len(server.received) == 1
