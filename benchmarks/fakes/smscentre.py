"""An SMS Center: takes every documents request, answers with a PDF, and notes when each arrived."""

import asyncio
import json
import time
from collections.abc import Awaitable
from dataclasses import dataclass

from benchmarks.fakes.forms import parameters
from benchmarks.fakes.http import HttpAnswer, HttpRequest

_BOUNDARY = "smsc-bench"
_PDF = b"%PDF-1.4\n" + b"0 " * 10_000 + b"\n%%EOF\n"
"""20 kB: what the vendor's papers weigh."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A documents request. `at` is `time.monotonic`, `wall` is `time.time`, both when it had arrived in full."""

    login: str
    sub_client: str
    at: float
    wall: float


class SmsCentre:
    """The endpoint `documents.php`; it keeps no pace and refuses nobody."""

    def __init__(self, delay_s: float = 0.0) -> None:
        """Take how long an answer takes, in seconds."""
        self._delay_s = delay_s
        self._numbers = 0
        self._awaited: dict[str, asyncio.Future[float]] = {}
        self.arrivals: list[Arrival] = []

    def arrival(self, sub_client: str) -> asyncio.Future[float]:
        """Return what will be the time (`time.monotonic`) at which a request for a sub-client arrived first."""
        return self._awaited.setdefault(sub_client, asyncio.Future())

    def handle(self, request: HttpRequest) -> HttpAnswer | Awaitable[HttpAnswer]:
        """Answer a documents request."""
        given = parameters(request)
        arrival = Arrival(given.get("login", ""), given.get("user", ""), time.monotonic(), time.time())
        self.arrivals.append(arrival)
        future = self.arrival(arrival.sub_client)
        if not future.done():
            future.set_result(arrival.at)
        answer = self._created(given["sum"]) if "add_account" in given else HttpAnswer(_PDF, "application/pdf")
        return answer if self._delay_s == 0 else self._later(answer)

    async def _later(self, answer: HttpAnswer) -> HttpAnswer:
        await asyncio.sleep(self._delay_s)
        return answer

    def _created(self, amount: str) -> HttpAnswer:
        self._numbers += 1
        told = json.dumps({"id": self._numbers, "sum": amount}).encode()
        delimiter = f"--{_BOUNDARY}".encode()
        body = b"\r\n".join(
            [
                *(delimiter, b"Content-Type: application/json", b"", told),
                *(delimiter, b"Content-Type: application/pdf", b"", _PDF),
                delimiter + b"--\r\n",
            ]
        )
        return HttpAnswer(body, f"multipart/mixed; boundary={_BOUNDARY}")
