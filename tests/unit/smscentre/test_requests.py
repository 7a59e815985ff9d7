"""What the client sends: one POST, everything in the body."""

import asyncio
from decimal import Decimal
from typing import Any

import httpx
import pytest

from bot.domain import SubClient
from bot.smscentre import Created, Credentials, Refused, SmsCentre, WrongSetting
from tests.unit.smscentre.conftest import Connect
from tests.unit.smscentre.samples import ALICE, AMOUNT, CREDENTIALS, JSON, MULTIPART_TYPE, PASSWORD, PDF, multipart
from tests.unit.smscentre.server import Received, Server, Wire, answering, head, plays, with_length

BAD_URL = r"not a URL|not of the form https://host"
INVOICE = with_length(multipart(JSON, PDF), MULTIPART_TYPE)


async def sent_by(connect: Connect, *arguments: Any) -> Received:
    """Return the one request that creating an invoice sends."""
    async with answering(INVOICE) as server:
        await connect(server.url).create_invoice(*arguments)
        [request] = server.received
    return request


async def test_creating_an_invoice(connect: Connect) -> None:
    async with answering(INVOICE) as server:
        created = await connect(server.url).create_invoice(CREDENTIALS, ALICE, AMOUNT, "Услуги & связь")
        [request] = server.received
    assert created == Created("9001", AMOUNT, PDF)
    assert (request.method, request.target) == ("POST", "/sys/documents.php")
    assert request.form == {
        "add_account": "1",
        "login": "acme",
        "psw": PASSWORD,
        "user": "alice",
        "sum": "1500.50",
        "service": "Услуги & связь",
        "charset": "utf-8",
    }


async def test_the_body_is_a_utf8_form(connect: Connect) -> None:
    request = await sent_by(connect, CREDENTIALS, SubClient(name="Мария Ы"), AMOUNT, None)
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert b"&user=%D0%9C%D0%B0%D1%80%D0%B8%D1%8F+%D0%AB&" in request.body
    assert "service" not in request.form


async def test_an_api_key_replaces_login_and_password(connect: Connect) -> None:
    form = (await sent_by(connect, Credentials("acme", apikey="k+y"), SubClient(id=101), AMOUNT, "")).form
    assert form == {"add_account": "1", "apikey": "k+y", "user_id": "101", "sum": "1500.50", "charset": "utf-8"}


@pytest.mark.parametrize(
    ("amount", "sent"),
    [("1500.5", "1500.50"), ("1500", "1500.00"), ("0.01", "0.01"), ("1E+3", "1000.00"), ("7.500", "7.50"),
     ("999999999999.99", "999999999999.99")],
)  # fmt: skip
async def test_amounts_are_canonical(connect: Connect, amount: str, sent: str) -> None:
    assert (await sent_by(connect, CREDENTIALS, ALICE, Decimal(amount), None)).form["sum"] == sent


async def test_downloading(connect: Connect) -> None:
    who = {"login": "acme", "psw": PASSWORD, "user": "alice", "charset": "utf-8"}
    async with answering(with_length(PDF)) as server:
        vendor = connect(server.url + "/")
        assert await vendor.get_invoice(CREDENTIALS, ALICE, "0009") == PDF
        assert await vendor.get_act(CREDENTIALS, ALICE, num="А-15/2026") == PDF
        assert await vendor.get_act(CREDENTIALS, SubClient(id=5), act_id="77") == PDF
        invoice, act_by_num, act_by_id = server.received
    assert {request.target for request in server.received} == {"/sys/documents.php"}
    assert invoice.form == {"get_account": "1", "id": "0009", **who}
    assert act_by_num.form == {"get_act": "1", "num": "А-15/2026", **who}
    del who["user"]
    assert act_by_id.form == {"get_act": "1", "id": "77", "user_id": "5", **who}


async def test_each_request_has_its_own_connection_and_no_cookies(connect: Connect) -> None:
    async with answering(with_length(PDF, set_cookie="PHPSESSID=1; path=/")) as server:
        for _ in range(3):
            await connect(server.url).get_invoice(CREDENTIALS, ALICE, "1")
    assert server.connections == 3
    for request in server.received:
        assert "cookie" not in request.headers
        assert request.headers["accept-encoding"] == "identity"
        assert request.headers.get("connection") != "close"


async def test_no_connection_is_used_twice_though_the_server_keeps_it_open(connect: Connect) -> None:
    async def script(wire: Wire) -> None:
        await wire.send(with_length(PDF))
        await wire.hang()

    async with Server(script) as server:
        for _ in range(2):
            assert await connect(server.url, timeout=1).get_invoice(CREDENTIALS, ALICE, "1") == PDF
    assert server.connections == 2


async def test_a_redirect_is_not_followed_even_by_a_client_that_would(http: httpx.AsyncClient) -> None:
    http.follow_redirects = True
    async with answering(with_length(PDF)) as elsewhere:
        redirect = head("307 Temporary Redirect", location=elsewhere.url, content_length="0")
        async with answering(redirect) as server:
            vendor = SmsCentre(http, url=server.url, backup_url=elsewhere.url, timeout=5)
            with pytest.raises(WrongSetting, match="HTTP 307"):
                await vendor.get_invoice(CREDENTIALS, ALICE, "1")
    assert elsewhere.connections == 0


@pytest.mark.parametrize(
    "amount", ["0", "-5", "1.005", "NaN", "sNaN", "Infinity", "1E+12", "1E+999999", "0.001", "1E-9999"]
)
async def test_an_amount_that_is_no_money_is_not_sent(connect: Connect, amount: str) -> None:
    async with answering(INVOICE) as server:
        with pytest.raises(Refused, match="error 1: not sent to the vendor: not an amount of money"):
            await connect(server.url).create_invoice(CREDENTIALS, ALICE, Decimal(amount), None)
    assert server.connections == 0


async def test_what_cannot_be_encoded_is_not_sent(connect: Connect) -> None:
    async with answering(INVOICE) as server:
        with pytest.raises(Refused, match="the parameter user is not valid Unicode"):
            await connect(server.url).get_invoice(CREDENTIALS, SubClient(name="\ud83d"), "1")
        with pytest.raises(Refused, match="the parameter psw is not valid Unicode"):
            await connect(server.url).get_invoice(Credentials("acme", password="\udcff"), ALICE, "1")
    assert server.connections == 0


@pytest.mark.parametrize("arguments", [{}, {"num": "7", "act_id": "7"}])
async def test_an_act_has_a_number_or_an_id(connect: Connect, arguments: dict[str, str]) -> None:
    async with answering(INVOICE) as server:
        with pytest.raises(Refused, match="either by number or by id"):
            await connect(server.url).get_act(CREDENTIALS, ALICE, **arguments)
    assert server.connections == 0


@pytest.mark.parametrize(
    "url",
    ["", "smscentre.com", "ftp://smscentre.com", "https://", "https://u:p@host", "https://host/?a=b", "https://h\x00"],
)
def test_urls_that_cannot_be_right_are_refused_at_once(connect: Connect, url: str) -> None:
    with pytest.raises(ValueError, match=BAD_URL) as error:
        connect(url)
    assert "u:p" not in str(error.value)
    if url:
        with pytest.raises(ValueError, match=BAD_URL):
            connect("https://host", url)


def test_an_empty_backup_url_is_none(connect: Connect) -> None:
    connect("https://host", "")


async def test_several_calls_at_once_do_not_wait_for_each_other(connect: Connect) -> None:
    everybody_in = asyncio.Barrier(20)

    async def script(wire: Any) -> None:
        await everybody_in.wait()
        await plays(with_length(PDF))(wire)

    async with Server(script) as server:
        calls = [connect(server.url).get_invoice(CREDENTIALS, ALICE, str(n)) for n in range(20)]
        assert await asyncio.gather(*calls) == [PDF] * 20
