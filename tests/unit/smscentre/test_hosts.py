"""The main and the backup host: when a request provably did not leave, and when it may have."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.smscentre import NotSent, NoUsableAnswer, Refused, SmsCentre, VendorError, WrongSetting, new_http_client
from tests.unit.smscentre.conftest import Connect
from tests.unit.smscentre.samples import ALICE, AMOUNT, CREDENTIALS, PDF
from tests.unit.smscentre.server import Server, Wire, answering, head, plays, refused_port, with_length

ERROR = with_length(b'{"error": "x", "error_code": 9}')


@pytest.fixture
async def backup() -> AsyncIterator[Server]:
    async with answering(with_length(PDF)) as server:
        yield server


async def never(_: Wire) -> None:
    raise AssertionError("nothing can arrive here")


async def test_a_refused_port_leads_to_the_backup(connect: Connect, backup: Server) -> None:
    vendor = connect(f"http://127.0.0.1:{refused_port()}", backup.url)
    assert await vendor.get_invoice(CREDENTIALS, ALICE, "1") == PDF
    assert len(backup.received) == 1


@pytest.mark.parametrize("host", ["nowhere.invalid", "a..b", "x" * 64 + ".invalid"])
async def test_a_name_that_does_not_resolve_leads_to_the_backup(connect: Connect, backup: Server, host: str) -> None:
    assert await connect(f"http://{host}", backup.url).get_invoice(CREDENTIALS, ALICE, "1") == PDF


async def test_plain_text_where_tls_is_expected_leads_to_the_backup(connect: Connect, backup: Server) -> None:
    taken = []

    async def answer_in_plain_text(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken.append(await reader.read(65536))
        writer.write(head("400 Bad Request", content_length="0"))
        writer.close()

    async with await asyncio.start_server(answer_in_plain_text, "127.0.0.1", 0) as plain:
        url = f"https://127.0.0.1:{plain.sockets[0].getsockname()[1]}"
        assert await connect(url, backup.url).get_invoice(CREDENTIALS, ALICE, "1") == PDF
        with pytest.raises(NotSent, match="WRONG_VERSION_NUMBER"):
            await connect(url).get_invoice(CREDENTIALS, ALICE, "1")
    assert len(taken) == 2
    assert all(hello.startswith(b"\x16\x03") for hello in taken)


async def test_an_untrusted_certificate_leads_to_the_backup(backup: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    async with Server(never, tls=True) as untrusted, new_http_client(5, httpx.create_ssl_context()) as http:
        vendor = SmsCentre(http, url=untrusted.url, backup_url=backup.url, timeout=5)
        assert await vendor.get_invoice(CREDENTIALS, ALICE, "1") == PDF
        with pytest.raises(NotSent, match="CERTIFICATE_VERIFY_FAILED"):
            await SmsCentre(http, url=untrusted.url, backup_url=None, timeout=5).get_invoice(CREDENTIALS, ALICE, "1")


async def test_a_trusted_certificate_of_another_name_does_not_do(backup: Server) -> None:
    async with (
        Server(plays(with_length(PDF)), tls=True) as server,
        new_http_client(5, httpx.create_ssl_context()) as http,
    ):
        right = SmsCentre(http, url=server.url, backup_url=None, timeout=5)
        assert await right.get_invoice(CREDENTIALS, ALICE, "1") == PDF
        wrong = SmsCentre(http, url=server.url.replace("127.0.0.1", "127.0.0.2"), backup_url=backup.url, timeout=5)
        assert await wrong.get_invoice(CREDENTIALS, ALICE, "1") == PDF
    assert len(server.received) == len(backup.received) == 1


async def test_a_connection_that_hangs_leaves_time_for_the_backup(backup: Server) -> None:
    async with Server(never, silent=True) as silent, new_http_client(0.9, httpx.create_ssl_context()) as http:
        url = silent.url.replace("http:", "https:")
        vendor = SmsCentre(http, url=url, backup_url=backup.url, timeout=0.9)
        assert await vendor.get_invoice(CREDENTIALS, ALICE, "1") == PDF
    assert silent.connections == 1


async def test_all_hosts_out_of_reach(connect: Connect) -> None:
    vendor = connect(f"http://127.0.0.1:{refused_port()}", "https://nowhere.invalid")
    with pytest.raises(NotSent) as error:
        await vendor.create_invoice(CREDENTIALS, ALICE, AMOUNT, None)
    assert str(error.value).startswith("not sent: 127.0.0.1: ConnectError: [Errno 111]")
    assert "nowhere.invalid: ConnectError: [Errno -" in str(error.value)


async def test_the_deadline_while_connecting_is_still_not_sent(http: httpx.AsyncClient) -> None:
    async with Server(never, silent=True) as silent:
        vendor = SmsCentre(http, url=silent.url.replace("http:", "https:"), backup_url=None, timeout=0.1)
        with pytest.raises(NotSent, match=r"not finished within 0\.1 s"):
            await vendor.create_invoice(CREDENTIALS, ALICE, AMOUNT, None)
        await asyncio.wait_for(silent.left.wait(), 1)


async def reset(wire: Wire) -> None:
    wire.reset()


async def reset_after_headers(wire: Wire) -> None:
    await wire.send(head(content_length="9"))
    await asyncio.sleep(0.01)
    wire.reset()


async def hang(wire: Wire) -> None:
    await wire.hang()


async def close(_: Wire) -> None:
    pass


@pytest.mark.parametrize(
    "script",
    [
        reset, reset_after_headers, hang, close, plays(ERROR), plays(with_length(b"", status="503 Busy")),
        plays(b"SSH-2.0-OpenSSH\r\n"), plays(head("301 Moved", location="http://[")),
        plays(b"HTTP/1.1 200 OK\r\n\xff: x\r\n\r\n"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("tls", [False, True])
async def test_what_may_have_arrived_is_never_sent_again(script: object, backup: Server, *, tls: bool) -> None:
    assert callable(script)
    async with Server(script, tls=tls) as server, new_http_client(5, httpx.create_ssl_context()) as http:
        vendor = SmsCentre(http, url=server.url, backup_url=backup.url, timeout=1.2 if script is hang else 5)
        with pytest.raises(VendorError) as error:
            await vendor.create_invoice(CREDENTIALS, ALICE, AMOUNT, None)
    assert isinstance(error.value, NoUsableAnswer | Refused | WrongSetting)
    assert len(server.received) == 1
    assert backup.connections == 0


async def test_a_server_that_leaves_before_reading_may_have_read(connect: Connect, backup: Server) -> None:
    """A reset on the connection itself, not on the handshake: bytes of the request may have been taken."""

    async def drop(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        Wire(writer).reset()

    async with await asyncio.start_server(drop, "127.0.0.1", 0) as server:
        vendor = connect(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", backup.url)
        with pytest.raises(NoUsableAnswer, match="no HTTP answer"):
            await vendor.create_invoice(CREDENTIALS, ALICE, AMOUNT, None)
    assert backup.connections == 0


async def test_a_proxy_that_does_not_let_us_through_leads_to_the_backup(backup: Server) -> None:
    async with answering(head("403 Forbidden", content_length="0")) as proxy:
        by_proxy = {"https://": httpx.AsyncHTTPTransport(proxy=proxy.url)}
        async with httpx.AsyncClient(mounts=by_proxy, trust_env=False) as http:
            vendor = SmsCentre(http, url="https://vendor.invalid", backup_url=backup.url, timeout=5)
            assert await vendor.get_invoice(CREDENTIALS, ALICE, "1") == PDF
    assert [request.method for request in proxy.received] == ["CONNECT"]
    assert proxy.received[0].body == b""


async def test_socks_carries_the_request_and_a_refusal_of_it_is_not_sent(backup: Server) -> None:
    """A SOCKS server that lets one connection through, and refuses the other."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(2 + 1)
        writer.write(b"\x05\x00")
        request = await reader.readexactly(4 + 1)
        name = await reader.readexactly(request[4])
        await reader.readexactly(2)
        asked.append(name)
        if name == b"closed.invalid":
            writer.write(b"\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00")
        else:
            writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
            there, back = await asyncio.open_connection("127.0.0.1", backup.port)
            back.write(await reader.readuntil(b"\r\n\r\n") + await reader.read(65536))
            writer.write(await there.read())
            back.close()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as proxy:
        url = f"socks5://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
        async with new_http_client(5, httpx.create_ssl_context(), url) as http:
            there = SmsCentre(http, url="http://open.invalid", backup_url=None, timeout=5)
            assert await there.get_invoice(CREDENTIALS, ALICE, "1") == PDF
            closed = SmsCentre(http, url="http://closed.invalid", backup_url=None, timeout=5)
            with pytest.raises(NotSent, match="Connection refused"):
                await closed.create_invoice(CREDENTIALS, ALICE, AMOUNT, None)
    assert asked == [b"open.invalid", b"closed.invalid"]


async def test_a_closed_http_client_sends_nothing(connect: Connect, http: httpx.AsyncClient, backup: Server) -> None:
    await http.aclose()
    with pytest.raises(NotSent, match="closed"):
        await connect(backup.url).create_invoice(CREDENTIALS, ALICE, AMOUNT, None)
    assert backup.connections == 0


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (httpx.PoolTimeout("x"), NotSent),
        (httpx.ConnectError("x"), NotSent),
        (httpx.ConnectTimeout("x"), NotSent),
        (httpx.UnsupportedProtocol("x"), NotSent),
        (httpx.ProxyError("x"), NotSent),
        (httpx.WriteError("x"), NoUsableAnswer),
        (httpx.WriteTimeout("x"), NoUsableAnswer),
        (httpx.ReadError("x"), NoUsableAnswer),
        (httpx.ReadTimeout("x"), NoUsableAnswer),
        (httpx.RemoteProtocolError("x"), NoUsableAnswer),
        (httpx.CloseError("x"), NoUsableAnswer),
        (RuntimeError("x"), NoUsableAnswer),
        (MemoryError(), NoUsableAnswer),
    ],
)
async def test_a_transport_that_says_nothing_of_its_progress(raised: Exception, expected: type[VendorError]) -> None:
    """Without httpcore's trace only the exception's type can prove that nothing left."""

    def fail(_: httpx.Request) -> httpx.Response:
        raise raised

    async with httpx.AsyncClient(transport=httpx.MockTransport(fail)) as http:
        vendor = SmsCentre(http, url="https://host", backup_url="https://backup", timeout=5)
        with pytest.raises(expected, match=type(raised).__name__):
            await vendor.create_invoice(CREDENTIALS, ALICE, AMOUNT, None)


async def test_cancelling_is_passed_on(connect: Connect) -> None:
    arrived = asyncio.Event()

    async def script(wire: Wire) -> None:
        arrived.set()
        await wire.hang()

    async with Server(script) as server:
        call = asyncio.create_task(connect(server.url).create_invoice(CREDENTIALS, ALICE, AMOUNT, None))
        await arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
