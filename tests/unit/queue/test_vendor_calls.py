"""Right before each call the process looks whether it may: what it sends cannot be taken back."""

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from bot.domain import Destination, GetAct, Person, SubClient
from bot.queue.vendor import VendorCalls
from bot.smscentre import NotSent, SmsCentre
from bot.smscentre.credentials import Credentials
from db import requests


async def sent(may_call: Callable[[], bool]) -> list[httpx.Request]:
    """Have a request called; return what went out. Raises what the call raises."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(b"%PDF-1.4\n%%EOF\n"))

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = SmsCentre(http, url="https://vendor.test", backup_url=None, timeout=5)
        calls = VendorCalls(client, [Credentials(login="acme", password="x")], may_call)
        anna, now = Person(5, "Anna", "en"), datetime(2026, 11, 22, tzinfo=UTC)
        wish = GetAct(SubClient(name="alice"), num="7")
        await calls(requests.new(wish, login="acme", requester=anna, destination=Destination(5, None, 1), now=now))
    return seen


async def test_who_may_not_call_sends_nothing_and_nothing_is_used_up() -> None:
    assert len(await sent(lambda: True)) == 1
    with pytest.raises(NotSent):
        await sent(lambda: False)
