"""Serving inside the running loop: addresses, broken connections, and stopping at once."""

import asyncio
import time

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.server import Cut, Hang, serve


async def hello(_: Request) -> Response:
    return PlainTextResponse("hello")


async def cut(_: Request) -> Response:
    return Cut()


async def hang(_: Request) -> Response:
    return Hang()


async def deaf(_: Request) -> Response:
    await asyncio.sleep(60)
    return PlainTextResponse("too late")


HANDLERS = {"/hello": hello, "/cut": cut, "/hang": hang, "/deaf": deaf}


def app() -> Starlette:
    return Starlette(routes=[Route(path, handler) for path, handler in HANDLERS.items()])


async def test_several_answers_on_one_connection_come_fast() -> None:
    async with serve(app()) as url, httpx.AsyncClient(base_url=url, trust_env=False) as http:
        assert url.startswith("http://127.0.0.1:")
        times = []
        for _ in range(6):
            started = time.monotonic()
            assert (await http.get("/hello")).text == "hello"
            times.append(time.monotonic() - started)
        # Nagle's algorithm and delayed acknowledgements together would cost each but the first 40 ms.
        assert min(times[1:]) < 0.030


async def test_a_cut_connection_gives_no_answer_and_harms_no_other() -> None:
    async with serve(app()) as url, httpx.AsyncClient(base_url=url, trust_env=False) as http:
        with pytest.raises(httpx.TransportError):
            await http.get("/cut")
        assert (await http.get("/hello")).text == "hello"


async def test_a_taken_port_is_an_error() -> None:
    async with serve(app()) as url:
        with pytest.raises(OSError, match="in use"):
            async with serve(app(), port=int(url.rpartition(":")[2])):
                pass


@pytest.mark.parametrize("path", ["/hang", "/deaf"])
async def test_stopping_waits_for_nobody(path: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        async with serve(app()) as url:
            call = asyncio.ensure_future(http.get(url + path, timeout=30))
            await asyncio.sleep(0.02)
            stopping = time.monotonic()
        assert time.monotonic() - stopping < 5
        with pytest.raises(httpx.TransportError):
            await call
