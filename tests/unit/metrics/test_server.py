"""What answers on METRICS_LISTEN: figures, whether the process lives, and whether it serves; nothing else."""

import socket
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.metrics.server import no_troubles, serving
from bot.process.database import StartError
from bot.settings import Address


@pytest.fixture
def where() -> Address:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return Address("127.0.0.1", int(listening.getsockname()[1]))


@pytest.fixture
def troubles() -> list[str]:
    return []


@pytest.fixture
async def client(where: Address, troubles: list[str]) -> AsyncIterator[httpx.AsyncClient]:
    async def text() -> bytes:
        return b"docsbot_leader 1.0\n"

    async def examine() -> list[str]:
        return troubles

    async with (
        serving(where, text, examine),
        httpx.AsyncClient(base_url=f"http://{where}", trust_env=False) as asking,
    ):
        yield asking


async def test_figures(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert (answer.status_code, answer.text) == (200, "docsbot_leader 1.0\n")
    assert answer.headers["content-type"].startswith("text/plain; version=")


async def test_who_does_not_serve_lives_all_the_same(client: httpx.AsyncClient, troubles: list[str]) -> None:
    assert (await client.get("/ready")).status_code == 200
    troubles += ["Telegram has not answered", "the queue's turn is overdue"]
    answer = await client.get("/ready")
    assert (answer.status_code, answer.text.splitlines()) == (503, troubles)
    assert (await client.get("/live")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/metrics/x", 404),
        ("POST", "/nothing", 404),
        ("POST", "/metrics", 405),
        ("DELETE", "/live", 405),
    ],
)
async def test_anything_else_is_refused_and_nothing_is_told(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert "server" not in answer.headers
    assert len(answer.text) < 30


@pytest.mark.usefixtures("client")
async def test_an_address_that_is_taken_is_a_wrong_setting(where: Address) -> None:
    async def text() -> bytes:
        return b""

    with pytest.raises(StartError, match=f"METRICS_LISTEN: cannot listen on {where}") as refused:
        async with serving(where, text, no_troubles):
            pass
    assert refused.value.exit_code == 2
