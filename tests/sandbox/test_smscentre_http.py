"""The SMS Center over real HTTP: its answers, and its mishaps as a client sees them."""

import asyncio
import io
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import httpx
import pytest
from pypdf import PdfReader

from sandbox.server import serve
from sandbox.smscentre.app import create_app
from sandbox.smscentre.centre import SmsCentre
from sandbox.smscentre.connection import ConnectionCut
from sandbox.smscentre.dialect import DIALECTS
from sandbox.smscentre.faults import PAGES, Cut, Delay, Effect, Fail, Hang, Page
from sandbox.smscentre.refusals import ErrorCode
from sandbox.smscentre.rules import Rules
from sandbox.smscentre.world import sample_world
from tests.sandbox.smscentre_drive import CREATE

PATH = "/sys/documents.php"
SIGNED = {"login": "demo", "psw": "demo-psw", "charset": "utf-8"}
ACT = {**SIGNED, "get_act": "1", "user": "alice", "num": "7"}


@dataclass(frozen=True)
class Vendor:
    """A running SMS Center and a client of it."""

    centre: SmsCentre
    client: httpx.AsyncClient

    async def post(self, parameters: dict[str, str]) -> httpx.Response:
        return await self.client.post(PATH, data=parameters)


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    centre = SmsCentre(sample_world("demo", "beta"), Rules(pace=0))
    # No TLS here, and a context without the machine's certificates is made in no time.
    no_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    async with serve(create_app(centre)) as url, httpx.AsyncClient(base_url=url, timeout=5, verify=no_tls) as client:
        yield Vendor(centre, client)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


async def test_an_invoice_comes_in_two_parts_and_can_be_fetched_again(vendor: Vendor) -> None:
    created = await vendor.post({**SIGNED, **CREATE, "user": "ООО Ромашка", "service": "Рассылка «Весна»"})
    assert created.headers["content-type"] == DIALECTS["mixed"].content_type
    assert b'{"id": 9001, "sum": "1500.50"}' in created.content
    fetched = await vendor.post({**SIGNED, "get_account": "1", "user_id": "103", "id": "9001"})
    assert fetched.headers["content-type"] == "application/pdf"
    assert fetched.content in created.content
    text = text_of(fetched.content)
    assert "Счёт на оплату № 9001" in text
    assert "Рассылка «Весна»" in text
    assert "Одна тысяча пятьсот рублей 50 копеек" in text
    assert "ООО «Ромашка»" in text


async def test_an_act_is_a_plain_pdf(vendor: Vendor) -> None:
    response = await vendor.post({**ACT, "num": "А-15/2026"})
    assert "Акт № А-15/2026 от 31 октября 2026 г." in text_of(response.content)


async def test_get_and_windows_1251_work_too(vendor: Vendor) -> None:
    query = urlencode(
        {"get_act": "1", "apikey": "demo-apikey", "user": "ООО Ромашка", "num": "А-15/2026"}, encoding="cp1251"
    )
    response = await vendor.client.get(f"{PATH}?{query}")
    assert response.content.startswith(b"%PDF-")
    (entry,) = vendor.centre.journal.entries
    assert (entry.verb, entry.login) == ("GET", "demo")
    assert "apikey" in entry.in_url


async def test_what_comes_in_the_body_is_not_in_the_url(vendor: Vendor) -> None:
    await vendor.post(ACT)
    assert vendor.centre.journal.entries[0].in_url == ()


async def test_a_body_that_is_no_form_is_not_read_and_not_kept(vendor: Vendor) -> None:
    response = await vendor.client.post(PATH, json={**ACT, "psw": "demo-psw"})
    assert response.json()["error_code"] == 2
    assert "demo-psw" not in repr(vendor.centre.journal)


async def test_an_error_is_json_with_status_200(vendor: Vendor) -> None:
    response = await vendor.post({**ACT, "num": "nine"})
    assert response.status_code == 200
    assert response.json()["error_code"] == 7


async def test_the_pace_is_kept_over_http(vendor: Vendor) -> None:
    vendor.centre.rules = Rules(pace=60)
    assert (await vendor.post(ACT)).content.startswith(b"%PDF-")
    assert (await vendor.post(ACT)).json()["error_code"] == 9


async def test_fifteen_requests_at_once_are_too_many(vendor: Vendor) -> None:
    vendor.centre.faults.add(Delay(60), times=14)
    waiting = [asyncio.ensure_future(vendor.post(ACT)) for _ in range(14)]
    await vendor.centre.wait_for(lambda centre: len(centre.journal.entries) == 14)
    assert (await vendor.post(ACT)).json()["error_code"] == 9
    for request in waiting:
        request.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await vendor.centre.wait_for(lambda centre: all(entry.ended for entry in centre.journal.entries))
    assert (await vendor.post(ACT)).content.startswith(b"%PDF-")


async def test_a_dialect_is_spoken(vendor: Vendor) -> None:
    vendor.centre.rules = replace(vendor.centre.rules, dialect=DIALECTS["bare"])
    response = await vendor.post({**SIGNED, **CREATE})
    assert response.headers["content-type"] == "multipart/related; boundary=smsc-7b1f0a94d2c8"
    assert b'{"account_id": "9001", "sum": 1500.5}\n' in response.content


async def test_a_delayed_answer_leaves_the_invoice_made_at_once(vendor: Vendor) -> None:
    vendor.centre.faults.add(Delay(0.1))
    asked = asyncio.ensure_future(vendor.post({**SIGNED, **CREATE}))
    await vendor.centre.wait_for(lambda centre: len(centre.invoices) == 1)
    assert not asked.done()
    assert (await asked).is_success
    (entry,) = vendor.centre.journal.entries
    assert entry.ended is not None
    assert entry.ended.monotonic - entry.arrived.monotonic >= 0.09
    assert (entry.fault, entry.delivered) == ("delay 0.1 s", True)


async def test_who_leaves_before_the_answer_has_got_none(vendor: Vendor) -> None:
    vendor.centre.faults.add(Delay(60))
    with pytest.raises(httpx.ReadTimeout):
        await vendor.client.post(PATH, data={**SIGNED, **CREATE}, timeout=httpx.Timeout(5, read=0.1))
    await vendor.centre.wait_for(lambda centre: centre.journal.entries[0].ended is not None)
    assert not vendor.centre.journal.entries[0].delivered
    assert len(vendor.centre.invoices) == 1


@pytest.mark.parametrize(
    ("effect", "invoices", "error"),
    [
        (Cut("before"), 0, httpx.TransportError),
        (Cut("after"), 1, httpx.TransportError),
        (Cut("midway"), 1, httpx.TransportError),
        (Hang(), 0, httpx.ReadTimeout),
        (Hang(handled=True), 1, httpx.ReadTimeout),
    ],
    ids=str,
)
async def test_a_client_without_an_answer_cannot_know_of_the_invoice(
    vendor: Vendor, caplog: pytest.LogCaptureFixture, effect: Effect, invoices: int, error: type[Exception]
) -> None:
    vendor.centre.faults.add(effect)
    with pytest.raises(error):
        await vendor.client.post(PATH, data={**SIGNED, **CREATE}, timeout=httpx.Timeout(5, read=0.2))
    await vendor.centre.wait_for(lambda centre: centre.journal.entries[0].ended is not None)
    (entry,) = vendor.centre.journal.entries
    assert len(vendor.centre.invoices) == invoices
    assert entry.invoice == (9001 if invoices else None)
    assert (entry.fault, entry.delivered) == (str(effect), False)
    assert not caplog.records, "the server did not take it for a mistake"
    assert (await vendor.post({**SIGNED, **CREATE})).is_success, "it happened once"


async def test_a_cut_comes_before_the_first_byte_or_amid_the_pdf(vendor: Vendor) -> None:
    seen: dict[str, bytes] = {}
    host, port = vendor.client.base_url.host, vendor.client.base_url.port
    body = urlencode({**SIGNED, **CREATE}).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    for cut in (Cut("before"), Cut("after"), Cut("midway")):
        vendor.centre.faults.add(cut)
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(head + body)
        seen[cut.point] = await reader.read()
        writer.close()
        await writer.wait_closed()
    assert seen["before"] == seen["after"] == b""
    assert b'{"id": 9002' in seen["midway"]
    assert b"%PDF-" in seen["midway"]
    assert b"%%EOF" not in seen["midway"]


@pytest.mark.parametrize("name", PAGES)
async def test_strange_pages(vendor: Vendor, name: str) -> None:
    page = PAGES[name]
    vendor.centre.faults.add(page)
    response = await vendor.post({**SIGNED, **CREATE})
    assert (response.status_code, response.text) == (page.status, page.body)
    assert response.headers.get("location") == page.location
    assert not vendor.centre.invoices


async def test_a_page_may_hide_an_invoice_that_was_made(vendor: Vendor) -> None:
    vendor.centre.faults.add(Page(503, "later", handled=True))
    assert (await vendor.post({**SIGNED, **CREATE})).status_code == 503
    assert len(vendor.centre.invoices) == 1


async def test_a_mishap_after_handling_waits_for_a_request_that_is_not_refused(vendor: Vendor) -> None:
    vendor.centre.faults.add(Cut("after"))
    assert (await vendor.post({**SIGNED, **CREATE, "user": "nobody"})).json()["error_code"] == 6
    with pytest.raises(httpx.TransportError):
        await vendor.post({**SIGNED, **CREATE})


async def test_an_ordered_error_hits_its_login_and_method_only(vendor: Vendor) -> None:
    vendor.centre.faults.add(Fail(ErrorCode.TOO_SOON), login="demo", times=None)
    beta = {**ACT, "login": "beta", "psw": "beta-psw"}
    assert (await vendor.post(beta)).content.startswith(b"%PDF-")
    for _ in range(3):
        assert (await vendor.post(ACT)).json()["error_code"] == 9


async def test_clearing_the_faults_lets_go_of_what_hangs(vendor: Vendor) -> None:
    vendor.centre.faults.add(Hang(), times=None)
    asked = asyncio.ensure_future(vendor.post(ACT))
    await vendor.centre.wait_for(lambda centre: bool(centre.faults.held))
    vendor.centre.faults.clear()
    with pytest.raises(httpx.TransportError):
        await asked
    assert (await vendor.post(ACT)).content.startswith(b"%PDF-")


async def test_two_hosts_of_one_vendor_share_what_they_know(vendor: Vendor) -> None:
    await vendor.post({**SIGNED, **CREATE})
    async with serve(create_app(vendor.centre)) as backup:
        fetched = await vendor.client.post(
            backup + PATH, data={**SIGNED, "get_account": "1", "user": "alice", "id": "9001"}
        )
    assert fetched.content.startswith(b"%PDF-")


async def test_without_a_server_a_cut_is_an_exception() -> None:
    centre = SmsCentre(sample_world())
    transport = httpx.ASGITransport(create_app(centre))
    async with httpx.AsyncClient(transport=transport, base_url="http://vendor") as client:
        centre.faults.add(Cut("after"))
        with pytest.raises(ConnectionCut):
            await client.post(PATH, data={**SIGNED, **CREATE})
    assert len(centre.invoices) == 1
    assert centre.journal.entries[0].ended is not None


async def test_another_path_is_not_there(vendor: Vendor) -> None:
    assert (await vendor.client.get("/sys/send.php")).status_code == 404
    assert not vendor.centre.journal.entries
