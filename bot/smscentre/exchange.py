"""One POST to one host, and a record of how far it came that holds whatever interrupts it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import httpcore
import httpx

from bot.smscentre.answers import Answer
from bot.smscentre.body import Body, TooLargeError
from bot.smscentre.errors import NoUsableAnswer, WrongSetting
from bot.smscentre.quoting import Quoter
from bot.smscentre.statuses import is_not_carried_out

_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    # No "Connection: close": servers then drop the framing that tells a whole answer from a cut one.
    "User-Agent": "docsbot",
}

_BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


_HEAVY_BYTES = 256 * 1024
_PIECES_AT_ONCE = 64
"""After how many pieces of a body others get their turn: a piece may be one byte."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest document that is of use, and the largest answer that is read, in bytes."""

    max_document: int
    max_answer: int


class _Stage(Enum):
    """How far a request provably came; NEW is no proof of anything."""

    NEW = auto()
    CONNECTING = auto()
    SENDING = auto()


class _NotAllowedError(Exception):
    """The caller may not send any more."""


class Exchange:
    """Sends one request and collects the answer. After `run`, or its cancellation, the record says what came of it."""

    def __init__(
        self, url: httpx.URL, setting: str, limits: Limits, quoter: Quoter, may_send: Callable[[], bool]
    ) -> None:
        """`setting` is the name of the setting that the URL comes from; `may_send` is asked as the first byte goes."""
        self.host = url.host
        self._setting = setting
        self._limits = limits
        self._url = url
        self._quoter = quoter
        self._may_send = may_send
        self._stage = _Stage.NEW
        self._socket: httpcore.AsyncNetworkStream | None = None
        self._error: Exception | None = None
        self._response: httpx.Response | None = None
        self._status: int | None = None
        self._body = Body("", limits.max_answer)
        self._complete = False
        self._too_large = False
        self._interruption = "interrupted"

    async def run(self, http: httpx.AsyncClient, content: bytes) -> None:
        """Send the form and read the answer to its end. Raises nothing (but lets itself be cancelled)."""
        try:
            async with http.stream(
                "POST",
                self._url,
                content=content,
                headers=_HEADERS,
                follow_redirects=False,
                extensions={"trace": self._follow},
            ) as response:
                self._response = response
                self._body = Body(response.headers.get("content-encoding", ""), self._limits.max_answer)
                pieces = 0
                async for received in response.aiter_raw():
                    self._body.feed(received)
                    pieces += 1
                    if pieces % _PIECES_AT_ONCE == 0:
                        await asyncio.sleep(0)
                self._complete = True
        except asyncio.CancelledError:
            await self._close_forgotten_socket()
            raise
        except TooLargeError as error:
            self._interruption = str(error)
            self._too_large = True
        except Exception as error:  # noqa: BLE001 - whatever it is, the record tells what it means for the request
            self._error = error
            self._interruption = _reason(error)
            await self._close_forgotten_socket()

    def interrupt(self, reason: str) -> None:
        """Note from outside why the exchange had to end before its end."""
        self._interruption = reason

    @property
    def never_left(self) -> bool:
        """Whether it is certain that no byte of the request went out.

        httpcore says through its trace hook when it begins to connect and when it begins to send. Where it says
        nothing (another transport), the exception's type has to prove it.
        """
        if self._stage is _Stage.NEW:
            return isinstance(self._error, _BEFORE_SENDING)
        return self._stage is _Stage.CONNECTING

    @property
    def interruption(self) -> str:
        """Why the exchange ended early."""
        return self._quoter.text(self._interruption)

    def answer(self) -> Answer:
        """Return what came back, cut off or not. Raises NoUsableAnswer if not even the headers came.

        Decodes the body, which takes time.
        """
        if self._response is None:
            if self._status is not None and is_not_carried_out(self._status):
                # httpx refuses to show a redirect whose target it cannot read.
                raise WrongSetting(self._setting, f"HTTP {self._status}")
            raise NoUsableAnswer(self.interruption, f"{self.host}: no HTTP answer")
        headers = self._response.headers
        body, problem = self._body.decode()
        interruption = self.interruption if problem is None else str(problem)
        return Answer(
            host=self.host,
            status=self._response.status_code,
            content_type=headers.get("content-type", ""),
            body=body,
            cut_off=None if self._complete and problem is None else interruption,
            declared=None if self._body.gzipped else _length(headers.get("content-length", "")),
            over_limit=isinstance(problem, TooLargeError) or self._too_large,
            max_document=self._limits.max_document,
            setting=self._setting,
            location=headers.get("location", ""),
            quoter=self._quoter,
        )

    @property
    def is_heavy(self) -> bool:
        """Whether making sense of the answer takes long enough to be noticed by others."""
        return self._body.gzipped or len(self._body) > _HEAVY_BYTES

    async def _close_forgotten_socket(self) -> None:
        """Close what httpcore forgets when it is cancelled, or a SOCKS proxy refuses, between TCP and the request."""
        if self._stage is _Stage.CONNECTING and self._socket is not None:
            await self._socket.aclose()

    async def _follow(self, event: str, info: dict[str, Any]) -> None:
        if self._stage is _Stage.SENDING:
            if event.endswith(".receive_response_headers.complete"):
                self._status = info["return_value"][1]
            return
        self._stage = _Stage.CONNECTING
        if event.endswith(".connect_tcp.complete"):
            self._socket = info["return_value"]
        # To a proxy httpcore first sends a CONNECT, which is not our request yet.
        if event.endswith(".send_request_headers.started") and info["request"].method != b"CONNECT":
            # Connecting takes its time, and the process may have stood still meanwhile.
            if not self._may_send():
                raise _NotAllowedError("another process may have taken the lead")
            self._stage = _Stage.SENDING


def _length(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _reason(error: Exception) -> str:
    """Return the error as one phrase, with the operating system's own words where httpx hides them."""
    cause: BaseException | None = error
    while cause is not None and not (isinstance(cause, OSError) and cause.errno is not None):
        cause = cause.__cause__ or cause.__context__
    return f"{type(error).__name__}: {cause or error}".removesuffix(": ")
