"""What the vendor tests share: a client of our own for a server of our own."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from bot.smscentre import SmsCentre, new_http_client
from tests.unit.smscentre.server import CERTIFICATE

Connect = Callable[..., SmsCentre]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the environment's proxies out, and let clients made from now on trust the test server and nobody else."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with new_http_client(5, httpx.create_ssl_context()) as client:
        yield client


@pytest.fixture
def connect(http: httpx.AsyncClient) -> Connect:
    """Return a maker of clients for a URL, with the answers' time limit of five seconds unless told otherwise."""

    def connect(url: str, backup_url: str | None = None, timeout: float = 5, max_document: int = 100_000) -> SmsCentre:
        return SmsCentre(http, url=url, backup_url=backup_url, timeout=timeout, max_document=max_document)

    return connect
