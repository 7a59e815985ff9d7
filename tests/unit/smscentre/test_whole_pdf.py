"""A PDF is whole or it is none, wherever in the answer it begins and whatever proves its end."""

from dataclasses import replace

import pytest

from bot.smscentre import Created, NoUsableAnswer
from bot.smscentre.answers import Answer, read_created, read_document
from tests.unit.smscentre.conftest import Connect
from tests.unit.smscentre.samples import ALICE, AMOUNT, CREDENTIALS, JSON, MULTIPART_TYPE, PDF, multipart
from tests.unit.smscentre.server import answering, chunked, gzipped, until_close, with_length

NOTICE = b"<br />\n<b>Notice</b>:  Undefined index: x in <b>/srv/documents.php</b> on line <b>12</b><br />\n"
BEFORE = (b"\n", b"\r\n", b" \t ", b"\xef\xbb\xbf", NOTICE, b"\x00" * 1000, b"x" * 1019, b"%PDF", b"{", b"A: b\r\n")


def answer(body: bytes, content_type: str = "application/pdf") -> Answer:
    return Answer("host", 200, content_type, body)


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("content_type", ["application/pdf", "text/html", MULTIPART_TYPE])
def test_a_plain_pdf_may_begin_a_little_later_and_stays_as_it_was_sent(before: bytes, content_type: str) -> None:
    assert read_document(answer(before + PDF, content_type)) == before + PDF
    assert read_created(answer(before + PDF, content_type), AMOUNT) == Created(None, None, before + PDF)


@pytest.mark.parametrize("before", BEFORE)
def test_so_may_that_of_a_part(before: bytes) -> None:
    for contents in ((JSON, before + PDF), (before + PDF, JSON)):
        assert read_created(answer(multipart(*contents), MULTIPART_TYPE), AMOUNT) == Created(
            "9001", AMOUNT, before + PDF
        )


@pytest.mark.parametrize("body", [b'Notice {"error_code": 5}\n' + PDF, b'{"error_code": 5, "error": "x"\n' + PDF])
def test_an_error_before_the_pdf_is_contradictory(body: bytes) -> None:
    for found in (answer(body), answer(multipart(JSON, body), MULTIPART_TYPE)):
        with pytest.raises(NoUsableAnswer, match="an unreadable error and a PDF at once"):
            read_created(found, AMOUNT)


def test_an_error_that_mentions_a_pdf_is_an_error() -> None:
    body = b'{"error_code": 7, "error": "no %PDF- here", "id": 9001}'
    with pytest.raises(Exception, match="refused with error 7"):
        read_document(answer(body))


@pytest.mark.parametrize("kept", [0, 1, 20, 35, len(PDF) - 7])
def test_a_framed_multipart_that_stops_within_the_pdf_is_not_delivered(kept: int) -> None:
    body = multipart(JSON, PDF)
    stopped = answer(body[: body.index(PDF) + len(b"%PDF-") + kept][: body.index(b"%%EOF")], MULTIPART_TYPE)
    assert read_created(stopped, AMOUNT) == Created("9001", AMOUNT, None)
    with pytest.raises(NoUsableAnswer, match="the PDF is not whole") as error:
        read_document(stopped)
    assert error.value.partial is not None
    assert PDF.startswith(error.value.partial)


@pytest.mark.parametrize("frame", [with_length, chunked, until_close, gzipped])
async def test_no_framing_of_http_proves_a_part_s_end(connect: Connect, frame: object) -> None:
    assert callable(frame)
    body = multipart(JSON, PDF)
    async with answering(frame(body[: body.index(b"%%EOF")], MULTIPART_TYPE)) as server:
        vendor = connect(server.url)
        assert await vendor.create_invoice(CREDENTIALS, ALICE, AMOUNT, None) == Created("9001", AMOUNT, None)
        with pytest.raises(NoUsableAnswer, match="the PDF is not whole"):
            await vendor.get_invoice(CREDENTIALS, ALICE, "9001")


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n", b"\x00" * 1000])
def test_without_its_last_delimiter_a_part_shows_its_end_itself(ending: bytes) -> None:
    body = b"--b0undary\r\n\r\n" + JSON + b"\r\n--b0undary\r\n\r\n" + PDF + ending
    assert read_created(answer(body, MULTIPART_TYPE), AMOUNT) == Created("9001", AMOUNT, PDF + ending)


def test_a_delimiter_or_the_part_s_own_length_proves_the_end_of_a_pdf_that_does_not_show_it() -> None:
    endless = PDF.replace(b"%%EOF", b"")
    assert read_document(answer(multipart(JSON, endless), MULTIPART_TYPE)) == endless
    own = b"--b0undary\r\nContent-Length: %d\r\n\r\n%b" % (len(endless), endless)
    assert read_document(answer(own, MULTIPART_TYPE)) == endless


def test_what_came_of_a_document_is_handed_on_but_never_shown() -> None:
    cut = replace(answer(PDF[:30]), cut_off="reset by peer")
    with pytest.raises(NoUsableAnswer) as error:
        read_document(cut)
    assert error.value.partial == PDF[:30]
    assert "endobj" not in repr(error.value) + str(error.value).partition("begins")[0]
    with pytest.raises(NoUsableAnswer) as error:
        read_document(answer(b"<html>"))
    assert error.value.partial is None
