"""Answers of somebody who is not the vendor's API: nothing was carried out, and a setting is wrong."""

from dataclasses import replace

import httpx
import pytest

from bot.smscentre import NotSent, NoUsableAnswer, Refused, SmsCentre, WrongSetting, new_http_client
from bot.smscentre.answers import Answer, read_created, read_document
from tests.unit.smscentre.conftest import Connect
from tests.unit.smscentre.samples import ALICE, AMOUNT, CREDENTIALS, JSON, PASSWORD, PDF, multipart
from tests.unit.smscentre.server import answering, head, refused_port

NOT_CARRIED_OUT = (301, 302, 307, 308, 400, 401, 403, 404, 405, 407, 410, 421, 426)
NOBODY_KNOWS = (204, 206, 300, 303, 304, 305, 402, 408, 409, 413, 422, 429, 499, 500, 501, 502, 503, 504, 520, 599)
PAGES = (b"", b"<html>Not here</html>", b'{"message": "Forbidden"}', b'{"error": "not found", "status": 404}', b"[]")


def page(status: int, body: bytes = b"", **more: str) -> Answer:
    return replace(Answer("host", status, "text/html", body), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", NOT_CARRIED_OUT)
@pytest.mark.parametrize("body", PAGES)
def test_who_says_so_did_not_carry_it_out(status: int, body: bytes) -> None:
    for cut_off in (None, "reset by peer"):
        with pytest.raises(WrongSetting, match=f"HTTP {status}"):
            read_created(replace(page(status, body), cut_off=cut_off), AMOUNT)
        with pytest.raises(WrongSetting):
            read_document(replace(page(status, body), cut_off=cut_off))


@pytest.mark.parametrize("status", NOBODY_KNOWS)
@pytest.mark.parametrize("body", PAGES)
def test_every_other_page_tells_nothing(status: int, body: bytes) -> None:
    with pytest.raises(NoUsableAnswer):
        read_created(page(status, body), AMOUNT)


@pytest.mark.parametrize("status", NOT_CARRIED_OUT)
def test_what_speaks_of_an_invoice_or_an_error_of_the_vendor_is_the_vendor(status: int) -> None:
    for body in (PDF, JSON, multipart(JSON, PDF), b"Notice\n" + PDF):
        with pytest.raises(NoUsableAnswer):
            read_created(page(status, body), AMOUNT)
    with pytest.raises(Refused):
        read_created(page(status, b'{"error": "no such document", "error_code": 7}'), AMOUNT)


def test_the_setting_and_the_target_are_named() -> None:
    moved = page(301, location="https://www.example.org/sys/documents.php?psw=secret", setting="SMSC_BACKUP_URL")
    with pytest.raises(WrongSetting) as error:
        read_document(moved)
    assert error.value.setting == "SMSC_BACKUP_URL"
    assert error.value.why == "HTTP 301, Location: https://www.example.org/sys/documents.php"
    with pytest.raises(WrongSetting) as error:
        read_document(page(407))
    assert error.value.setting == "PROXY_URL"


async def test_the_host_that_answered_is_the_one_that_is_named(connect: Connect) -> None:
    async with answering(head("404 Not Found", content_length="0")) as server:
        with pytest.raises(WrongSetting, match="SMSC_URL: HTTP 404"):
            await connect(server.url).create_invoice(CREDENTIALS, ALICE, AMOUNT, None)
        main = f"http://127.0.0.1:{refused_port()}"
        with pytest.raises(WrongSetting, match="SMSC_BACKUP_URL: HTTP 404"):
            await connect(main, server.url).create_invoice(CREDENTIALS, ALICE, AMOUNT, None)


@pytest.mark.parametrize("location", ["http://[", "https://elsewhere.example", "/login", "//", "", "mailto:x", "\xff"])
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "308 Permanent"])
async def test_a_redirect_to_wherever(connect: Connect, location: str, status: str) -> None:
    async with answering(head(status, location=location, content_length="0")) as server:
        with pytest.raises(WrongSetting, match="SMSC_URL: HTTP 30"):
            await connect(server.url).create_invoice(CREDENTIALS, ALICE, AMOUNT, None)
    assert len(server.received) == 1


async def test_a_redirect_that_repeats_the_password_is_not_quoted(connect: Connect) -> None:
    location = f"https://elsewhere/{PASSWORD}".encode().decode("latin-1")
    async with answering(head("301 Moved", location=location, content_length="0")) as server:
        with pytest.raises(WrongSetting) as error:
            await connect(server.url).create_invoice(CREDENTIALS, ALICE, AMOUNT, None)
    assert "withheld" in str(error.value)


async def test_a_redirect_of_a_proxy_s_connect_is_none_of_the_vendor_s() -> None:
    """What a proxy says to CONNECT came before the request: it never left."""
    for status in ("301 Moved", "407 Proxy Authentication Required"):
        async with (
            answering(head(status, location="https://x", content_length="0")) as proxy,
            new_http_client(5, httpx.create_ssl_context(), proxy=proxy.url) as http,
        ):
            vendor = SmsCentre(http, url="https://vendor.invalid", backup_url=None, timeout=5)
            with pytest.raises(NotSent):
                await vendor.create_invoice(CREDENTIALS, ALICE, AMOUNT, None)


async def test_a_proxy_that_wants_a_password_for_plain_http() -> None:
    async with (
        answering(head("407 Proxy Authentication Required", content_length="0")) as proxy,
        new_http_client(5, httpx.create_ssl_context(), proxy=proxy.url) as http,
    ):
        vendor = SmsCentre(http, url="http://vendor.invalid", backup_url=None, timeout=5)
        with pytest.raises(WrongSetting, match="PROXY_URL: HTTP 407"):
            await vendor.create_invoice(CREDENTIALS, ALICE, AMOUNT, None)
