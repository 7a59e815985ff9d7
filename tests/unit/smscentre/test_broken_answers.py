"""Answers on the wire, whole and broken in every place, from a real HTTP server."""

import asyncio
import base64
import gzip
import time
from collections.abc import Callable

import pytest
from telegram.constants import FileSizeLimit

from bot.smscentre import Created, NoUsableAnswer, Refused, TooLarge
from bot.smscentre.answers import MAX_DOCUMENT
from tests.unit.smscentre.conftest import Connect
from tests.unit.smscentre.samples import ALICE, AMOUNT, CREDENTIALS, JSON, MULTIPART_TYPE, PDF, multipart
from tests.unit.smscentre.server import (
    Script,
    Server,
    Wire,
    answering,
    chunked,
    gzipped,
    head,
    plays,
    refused_port,
    until_close,
    with_length,
)

WHOLE = multipart(JSON, PDF)
CUT = WHOLE[: WHOLE.index(b"%%EOF")]


async def create(connect: Connect, script: Script, **options: float) -> Created:
    async with Server(script) as server:
        return await connect(server.url, **options).create_invoice(CREDENTIALS, ALICE, AMOUNT, None)


@pytest.mark.parametrize("frame", [with_length, chunked, until_close, gzipped])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
async def test_an_invoice_in_every_framing(
    connect: Connect, frame: Callable[[bytes, str], bytes], line_end: bytes
) -> None:
    answer = frame(multipart(JSON, PDF, line_end=line_end), MULTIPART_TYPE)
    assert await create(connect, plays(answer)) == Created("9001", AMOUNT, PDF)


@pytest.mark.parametrize("frame", [with_length, chunked, until_close, gzipped])
async def test_a_document_in_every_framing(connect: Connect, frame: Callable[[bytes], bytes]) -> None:
    pdf = PDF * 1000
    async with answering(frame(pdf)) as server:
        assert await connect(server.url).get_invoice(CREDENTIALS, ALICE, "1") == pdf


@pytest.mark.parametrize("frame", [with_length, chunked, until_close, gzipped])
async def test_no_framing_proves_the_end_of_a_document_that_does_not_show_it(
    connect: Connect, frame: Callable[[bytes], bytes]
) -> None:
    """A program that dies while it writes its PDF leaves its web server to frame what there is."""
    endless = PDF.replace(b"%%EOF", b"")
    async with answering(frame(endless)) as server:
        vendor = connect(server.url)
        for ask in (vendor.get_invoice(CREDENTIALS, ALICE, "1"), vendor.get_act(CREDENTIALS, ALICE, num="7")):
            with pytest.raises(NoUsableAnswer, match="the PDF is not whole") as error:
                await ask
            assert error.value.partial == endless


async def test_an_answer_of_http_1_0(connect: Connect) -> None:
    answer = until_close(WHOLE, MULTIPART_TYPE).replace(b"HTTP/1.1", b"HTTP/1.0")
    assert await create(connect, plays(answer)) == Created("9001", AMOUNT, PDF)


async def test_a_refusal(connect: Connect) -> None:
    with pytest.raises(Refused, match="refused with error 7: no such document"):
        await create(connect, plays(with_length(b'{"error": "no such document", "error_code": 7}', "text/html")))


@pytest.mark.parametrize(
    "answer",
    [
        head(content_type=MULTIPART_TYPE, content_length=str(len(WHOLE))) + CUT,
        head(content_type=MULTIPART_TYPE, transfer_encoding="chunked") + b"ffff\r\n" + CUT,
        until_close(CUT, MULTIPART_TYPE),
        head(content_type=MULTIPART_TYPE, content_encoding="gzip") + gzip.compress(WHOLE)[:-9],
    ],
    ids=["length", "chunks", "close", "gzip"],
)
async def test_an_invoice_cut_off_in_the_pdf_keeps_its_number(connect: Connect, answer: bytes) -> None:
    assert await create(connect, plays(answer)) == Created("9001", AMOUNT, None)


async def test_an_invoice_cut_off_before_the_json_s_end_is_unusable(connect: Connect) -> None:
    for cut in range(WHOLE.index(JSON) + len(JSON)):
        with pytest.raises(NoUsableAnswer):
            await create(connect, plays(head(content_type=MULTIPART_TYPE, content_length="999") + WHOLE[:cut]))


async def test_a_reset_in_the_pdf_keeps_the_number(connect: Connect) -> None:
    async def script(wire: Wire) -> None:
        await wire.send(head(content_type=MULTIPART_TYPE, content_length=str(len(WHOLE))) + CUT)
        await asyncio.sleep(0.02)
        wire.reset()

    assert await create(connect, script) == Created("9001", AMOUNT, None)


async def test_a_hang_in_the_pdf_keeps_the_number(connect: Connect) -> None:
    async def script(wire: Wire) -> None:
        await wire.send(head(content_type=MULTIPART_TYPE, content_length=str(len(WHOLE))) + CUT)
        await wire.hang()

    assert await create(connect, script, timeout=0.3) == Created("9001", AMOUNT, None)


async def test_a_whole_multipart_counts_even_if_the_connection_stays_open(connect: Connect) -> None:
    async def script(wire: Wire) -> None:
        await wire.send(until_close(WHOLE, MULTIPART_TYPE))
        await wire.hang()

    assert await create(connect, script, timeout=0.3) == Created("9001", AMOUNT, PDF)


async def test_an_answer_that_is_too_large_keeps_the_number(connect: Connect) -> None:
    for padding in (200_000, 2_000_000):
        answer = with_length(multipart(JSON, PDF + bytes(padding)), MULTIPART_TYPE)
        with pytest.raises(TooLarge) as error:
            await create(connect, plays(answer))
        assert error.value.number == "9001"


@pytest.mark.parametrize("frame", [with_length, chunked, until_close, gzipped])
async def test_all_of_the_limit_may_be_used(connect: Connect, frame: Callable[[bytes], bytes]) -> None:
    limit = len(PDF)
    async with answering(frame(PDF)) as server:
        assert await connect(server.url, max_document=limit).get_invoice(CREDENTIALS, ALICE, "1") == PDF
        with pytest.raises(TooLarge, match=f"larger than {limit - 1} bytes"):
            await connect(server.url, max_document=limit - 1).get_invoice(CREDENTIALS, ALICE, "1")


async def test_base64_does_not_count(connect: Connect) -> None:
    packed = base64.encodebytes(PDF * 1000)
    body = b"--b0undary\r\nContent-Transfer-Encoding: base64\r\n\r\n" + packed + b"\r\n--b0undary--"
    async with answering(with_length(body, MULTIPART_TYPE)) as server:
        vendor = connect(server.url, max_document=len(PDF) * 1000)
        assert await vendor.get_invoice(CREDENTIALS, ALICE, "1") == PDF * 1000


async def test_a_document_that_is_announced_as_too_large_need_not_come(connect: Connect) -> None:
    async def script(wire: Wire) -> None:
        await wire.send(head(content_type="application/pdf", content_length="100001") + PDF)
        await wire.hang()

    async with Server(script) as server:
        with pytest.raises(TooLarge):
            await connect(server.url, timeout=0.3).get_invoice(CREDENTIALS, ALICE, "1")


async def test_a_page_that_is_too_large_is_no_document(connect: Connect) -> None:
    async with answering(with_length(b"<html>" + b" " * 2_000_000, "text/html")) as server:
        with pytest.raises(NoUsableAnswer, match=r"^no usable answer: larger than 1198576 bytes"):
            await connect(server.url).get_invoice(CREDENTIALS, ALICE, "1")


async def test_a_bomb_is_not_inflated(connect: Connect) -> None:
    with pytest.raises(TooLarge):
        await create(connect, plays(gzipped(b"%PDF-" + bytes(30_000_000))))


def test_the_limit_is_telegram_s() -> None:
    assert FileSizeLimit.FILESIZE_UPLOAD == MAX_DOCUMENT


async def hang_before_headers(wire: Wire) -> None:
    await wire.hang()


async def hang_in_headers(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\nContent-")
    await wire.hang()


async def hang_after_headers(wire: Wire) -> None:
    await wire.send(head(content_length="1000"))
    await wire.hang()


async def drip_headers(wire: Wire) -> None:
    await wire.drip(head(padding="x" * 10_000), 0.01)


async def drip_body(wire: Wire) -> None:
    await wire.send(head(content_type=MULTIPART_TYPE))
    await wire.drip(b" " * 10_000, 0.01)


async def endless_informational_answers(wire: Wire) -> None:
    while True:
        await wire.send(head("100 Continue"))
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "script",
    [
        hang_before_headers,
        hang_in_headers,
        hang_after_headers,
        drip_headers,
        drip_body,
        endless_informational_answers,
    ],
)
async def test_the_deadline_holds_however_the_time_is_spent(connect: Connect, script: Script) -> None:
    started = time.perf_counter()
    with pytest.raises(NoUsableAnswer, match=r"not finished within 0\.15 s"):
        await create(connect, script, timeout=0.15)
    assert 0.14 < time.perf_counter() - started < 3


async def test_the_deadline_covers_both_hosts(connect: Connect) -> None:
    started = time.perf_counter()
    async with Server(hang_before_headers) as backup:
        vendor = connect(f"http://127.0.0.1:{refused_port()}", backup.url, timeout=0.15)
        with pytest.raises(NoUsableAnswer, match=r"not finished within 0\.15 s"):
            await vendor.create_invoice(CREDENTIALS, ALICE, AMOUNT, None)
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize(
    ("answer", "log_line"),
    [
        (b"", "no usable answer: RemoteProtocolError: Server disconnected without sending a response. (127.0.0.1: no "),
        (with_length(b"<html>", "text/html", "502 Bad Gateway"),
         "no usable answer: HTTP 502 (127.0.0.1: HTTP 502, text/html, 6 bytes, begins b'<html>')"),
        (with_length(b"", "text/html"), "no usable answer: empty (127.0.0.1: HTTP 200, text/html, 0 bytes)"),
        (head("303 See Other", location="https://elsewhere/?a", content_length="0"),
         "no usable answer: HTTP 303 (127.0.0.1: HTTP 303, no content type, 0 bytes)"),
        (head("204 No Content"), "no usable answer: empty (127.0.0.1: HTTP 204, no content type, 0 bytes)"),
        (until_close(PDF[:-10]), "no usable answer: the PDF is not whole (127.0.0.1: HTTP 200, application/pdf, "),
        (head(content_length="100") + b"%PDF-",
         "no usable answer: RemoteProtocolError: peer closed connection without sending complete message body"),
    ],
)  # fmt: skip
async def test_log_lines_help_to_find_the_case(connect: Connect, answer: bytes, log_line: str) -> None:
    with pytest.raises(NoUsableAnswer) as error:
        await create(connect, plays(answer))
    assert str(error.value).startswith(log_line)
