"""No answer may hold up others: the work grows with the body and not faster. Steps are counted, not time."""

import asyncio
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, SupportsIndex

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot.smscentre
from bot.smscentre import SmsCentre, VendorError
from bot.smscentre.answers import Answer, read_created, read_document
from bot.smscentre.body import Body
from bot.smscentre.part_headers import MAX_HEADERS, read_headers
from tests.unit.smscentre.conftest import Connect
from tests.unit.smscentre.samples import ALICE, AMOUNT, CREDENTIALS, JSON, MULTIPART_TYPE, PDF
from tests.unit.smscentre.server import Server, Wire, answering, head, with_length

SIZE = 30_000
STEPS_PER_BYTE = 60
STEPS_ANYWAY = 4_000_000
"""What the caps allow, whatever the size; a quadratic reader takes 900,000,000 for a body of that size."""
_PACKAGE = str(Path(bot.smscentre.__file__).parent)


class Watched(bytes):
    """Bytes that count how many of them are looked at."""

    looked_at: list[int]

    @classmethod
    def of(cls, data: bytes, looked_at: list[int]) -> "Watched":
        watched = cls(data)
        watched.looked_at = looked_at
        return watched

    def find(self, sub: Any, start: Any = 0, end: Any = None) -> int:
        until = len(self) if end is None else min(end, len(self))
        found = super().find(sub, start, until)
        self.looked_at[0] += (found if found >= 0 else max(until, start)) - start + 1
        return found

    def startswith(self, prefix: Any, start: Any = 0, end: Any = None) -> bool:
        self.looked_at[0] += sum(map(len, prefix)) if isinstance(prefix, tuple) else len(prefix)
        return super().startswith(prefix, start, end)

    def endswith(self, suffix: Any, start: Any = 0, end: Any = None) -> bool:
        self.looked_at[0] += len(suffix)
        return super().endswith(suffix, start, end)

    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        if not isinstance(index, slice):
            self.looked_at[0] += 1
            return super().__getitem__(index)
        piece = super().__getitem__(index)
        self.looked_at[0] += len(piece)
        return Watched.of(piece, self.looked_at)

    def __contains__(self, wanted: Any) -> bool:
        self.looked_at[0] += len(self)
        return super().__contains__(wanted)

    def rstrip(self, *characters: Any) -> bytes:
        self.looked_at[0] += len(self)
        return super().rstrip(*characters)

    def lstrip(self, *characters: Any) -> bytes:
        self.looked_at[0] += len(self)
        return super().lstrip(*characters)


@contextmanager
def counting_lines(steps: list[int]) -> Iterator[None]:
    """Count the lines of the client's code that run."""

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(_PACKAGE):
            return None
        steps[0] += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def steps_for(body: bytes, content_type: str = MULTIPART_TYPE) -> int:
    steps = [0]
    answer = Answer("host", 200, content_type, Watched.of(body, steps))
    with counting_lines(steps), suppress(VendorError):
        read_document(answer)
    with counting_lines(steps), suppress(VendorError):
        read_created(answer, AMOUNT)
    return steps[0]


PIECES = (
    b"--b0undary", b"--b0undary\r\n", b"--b0undary--", b"\r\n--b0undary\r\n", b"x--b0undary\n", b"x--b0undary--\n",
    b"\n--b0undaryX", b"--b0undary" + b" " * 50, b"--", b"-", b"\r\n", b"\n", b"\r", b" ", b"\t", b"A: b\r\n", b"A:",
    b"A: b\r\n c\r\n", b"\r\n ", b"A", b"Content-Length: 9\r\n", b"Content-Transfer-Encoding: base64\r\n", b"QUJD", PDF,
    b"%PDF-", b"%%EOF", b"{", b'{"a":', b"[", b'"', b'{"id": 1}', b"\x00", b"\xff", b"--x\n{", b'"error_code"',
)  # fmt: skip


def repeated(run: tuple[bytes, bool]) -> bytes:
    piece, often = run
    return piece * (SIZE // len(piece)) if often else piece


RUNS = st.tuples(st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map(b"".join), st.booleans())
HOSTILE = st.lists(RUNS, min_size=1, max_size=4).map(lambda runs: b"".join(map(repeated, runs)))


@settings(max_examples=120, deadline=None)
@given(HOSTILE, st.sampled_from((MULTIPART_TYPE, "multipart/mixed; boundary=" + "-" * 70, "text/html")))
def test_the_work_is_linear_whatever_comes(body: bytes, content_type: str) -> None:
    assert steps_for(body, content_type) < STEPS_ANYWAY + STEPS_PER_BYTE * len(body)


@pytest.mark.parametrize(
    "body",
    [
        b"--b0undary\r\nA:" + b" " * SIZE,
        b"--b0undary\r\nA: b" + b"\r\n " * SIZE,
        b"--b0undary\r\n" + b"A" * SIZE,
        b"--b0undary\r\n" + b"A: b\r\n" * SIZE,
        b"--b0undary\r\n" + b"A" * SIZE + b"\r\n" + b"B: c\r\n" * SIZE,
        b"--b0undary\r\n\r\n" + b"x--b0undary\nA" * SIZE,
        b"--b0undary\r\n\r\n" + b"x--b0undary--\n" * SIZE,
        b"--b0undary\r\n\r\n" + b"x--b0undary" + b" " * SIZE,
        b"--b0undary\r\n" * SIZE,
        b"-" * SIZE,
        b"--x\n{" * SIZE,
        b"boundary=" * SIZE,
        (b"--b0undary\r\nContent-Length: 9\r\n\r\n" + b"\n" * 2000) * 20 + b"\n" * SIZE,
    ],
)  # fmt: skip
def test_known_traps_are_linear(body: bytes) -> None:
    for content_type in (MULTIPART_TYPE, "multipart/mixed; boundary=" + "-" * 70, "", body[:2000].decode("latin-1")):
        assert steps_for(body, content_type) < STEPS_ANYWAY + STEPS_PER_BYTE * len(body)


def test_the_counting_itself_would_tell() -> None:
    steps = [0]
    body = Watched.of(b" " * SIZE, steps)
    for start in range(0, SIZE, 10):
        body.find(b"x", start)
    assert steps[0] > STEPS_ANYWAY + STEPS_PER_BYTE * SIZE


def test_headers_are_read_up_to_a_cap() -> None:
    line = b"X-Filler: " + b"x" * 90 + b"\r\n"
    headers, position = read_headers(line * 1000 + b"Content-Length: 5\r\n\r\n", 0)
    assert set(headers) == {"x-filler"}
    assert MAX_HEADERS - len(line) < position <= MAX_HEADERS


@pytest.mark.parametrize("opening", [b'{"a":', b"[", b'{"a":[', b'{"id": 5, "a":['])
def test_json_of_any_depth_is_a_typed_error(opening: bytes) -> None:
    for depth in (10, 900, 5_000, 100_000):
        for closing in (b"", b"]" * depth, b"}" * depth, b"]}" * depth):
            with suppress(VendorError):
                read_created(Answer("host", 200, "application/json", opening * depth + closing), AMOUNT)


def test_gzip_is_inflated_in_as_many_steps_as_it_is_long() -> None:
    nothing = zlib.compress(b"", wbits=zlib.MAX_WBITS | 16)
    steps = [0]
    body = Body("gzip", SIZE)
    body.feed(nothing * (SIZE // len(nothing)))
    with counting_lines(steps):
        body.decode()
    assert steps[0] < SIZE


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], Any]]:
    """Return what was handed to a thread."""
    handed: list[Callable[[], Any]] = []
    run = asyncio.to_thread

    async def to_thread(work: Callable[[], Any]) -> Any:
        handed.append(work)
        return await run(work)

    monkeypatch.setattr(asyncio, "to_thread", to_thread)
    return handed


@pytest.mark.parametrize(("padding", "off_the_loop"), [(0, 0), (300_000, 1)])
async def test_large_answers_are_read_off_the_loop(
    connect: Connect, threads: list[Callable[[], Any]], padding: int, off_the_loop: int
) -> None:
    pdf = PDF[:20] + bytes(padding) + PDF[20:]
    async with answering(with_length(pdf)) as server:
        vendor = connect(server.url, max_document=1_000_000)
        assert await vendor.get_invoice(CREDENTIALS, ALICE, "1") == pdf
    assert len(threads) == off_the_loop


async def test_a_body_in_tiny_pieces_lets_others_have_their_turn() -> None:
    turns = 0
    done = asyncio.Event()

    async def others() -> None:
        nonlocal turns
        while not done.is_set():
            turns += 1
            await asyncio.sleep(0)

    class Pieces(httpx.AsyncByteStream):
        """All of it at once, byte by byte, and never a pause."""

        async def __aiter__(self) -> Any:
            for i in range(6_400):
                yield bytes([i % 256])

    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Pieces()))
    async with httpx.AsyncClient(transport=transport) as client:
        waiting = asyncio.create_task(others())
        with suppress(VendorError):
            await SmsCentre(client, url="https://host", backup_url=None, timeout=5).get_invoice(CREDENTIALS, ALICE, "1")
        done.set()
        await waiting
    assert turns >= 100


async def test_many_headers_of_http_are_a_typed_error(connect: Connect) -> None:
    async def script(wire: Wire) -> None:
        await wire.send(head()[:-2] + b"X-Many: y\r\n" * 50_000 + b"\r\n" + JSON)

    async with Server(script) as server:
        with pytest.raises(VendorError):
            await connect(server.url).create_invoice(CREDENTIALS, ALICE, AMOUNT, None)
