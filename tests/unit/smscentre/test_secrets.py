"""No error and no log record repeats a password or an API key, whatever the vendor echoes."""

import logging
import traceback
from urllib.parse import quote, quote_plus

import pytest

from bot.smscentre import Credentials, VendorError
from tests.unit.smscentre.conftest import Connect
from tests.unit.smscentre.samples import ALICE, AMOUNT, CREDENTIALS, PDF
from tests.unit.smscentre.server import Received, answering, head, refused_port, with_length


@pytest.mark.parametrize("secrets", [{}, {"password": ""}, {"password": "s3cr3t", "apikey": "s3cr3t"}])
def test_credentials_have_exactly_one_secret(secrets: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="either a password or an API key") as error:
        Credentials("acme", **secrets)
    assert "s3cr3t" not in str(error.value)


def test_credentials_do_not_show_their_secret() -> None:
    assert repr(Credentials("acme", password="s3cr3t")) == repr(Credentials("acme", apikey="s3cr3t"))
    assert "s3cr3t" not in repr(Credentials("acme", password="s3cr3t"))


def echoes(echo: bytes) -> list[bytes]:
    """Return answers that repeat something of ours in every place that ends up in an error."""
    return [
        with_length(b'{"error_code": 2, "error": "wrong: %b"}' % echo.replace(b'"', b"'")),
        with_length(b"<html>%b</html>" % echo, "text/html"),
        with_length(b"x" * 50 + echo, "text/html", "500 Oops"),
        with_length(b"x", "text/" + echo.decode("latin-1")),
        b"HTTP/1.1 200 OK\r\nbroken header " + echo + b"\r\n\r\n",
        b"HTTP/1.1 " + echo + b"\r\n\r\n",
        head("302 Found", location="http://[" + echo.decode("latin-1"), content_length="0"),
        b"",
    ]


@pytest.mark.parametrize("credentials", [CREDENTIALS, Credentials("acme", apikey="s3cr3t+Key&<1>")])
async def test_no_error_and_no_log_record_has_a_secret(
    connect: Connect, credentials: Credentials, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")
    form = (await _sent(connect, credentials)).body
    seen = [repr(credentials)]
    for echo in (credentials.secret.encode(), credentials.secret.encode("windows-1251"), form):
        for answer in echoes(echo):
            with pytest.raises(VendorError) as error:
                async with answering(answer) as server:
                    await connect(server.url).create_invoice(credentials, ALICE, AMOUNT, None)
            seen += [str(error.value), repr(error.value), *traceback.format_exception(error.value)]
    with pytest.raises(VendorError) as error:
        await connect(f"http://127.0.0.1:{refused_port()}").get_invoice(credentials, ALICE, "1")
    seen += traceback.format_exception(error.value)
    seen += [record.getMessage() for record in caplog.records if record.name.split(".")[0] in ("httpx", "bot")]
    assert any("HTTP Request: POST http://127.0.0.1" in line for line in seen)
    assert any("withheld, it repeats a secret" in line for line in seen)
    for spelling in _spellings(credentials.secret):
        assert [line for line in seen if spelling in line] == []


def _spellings(secret: str) -> set[str]:
    raw = [secret.encode(), secret.encode("windows-1251")]
    shown = [spelling for data in raw for spelling in (repr(data)[2:-1], data.decode("latin-1"))]
    return {secret, quote(secret), quote_plus(secret), *shown}


async def _sent(connect: Connect, credentials: Credentials) -> Received:
    async with answering(with_length(PDF)) as server:
        await connect(server.url).get_invoice(credentials, ALICE, "1")
        return server.received[0]
