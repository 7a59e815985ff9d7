"""Collecting a body: the limit counts decoded bytes, and gzip is undone without trusting it."""

import gzip
import tracemalloc
import zlib

import pytest

from bot.smscentre.body import Body, TooLargeError

TEXT = b"%PDF-1.4 some text, " * 50


def collect(encoding: str, max_bytes: int, data: bytes, size: int) -> tuple[bytes, str | None]:
    """Return the decoded bytes, and why they are not all."""
    body = Body(encoding, max_bytes)
    for i in range(0, len(data), size):
        body.feed(data[i : i + size])
    decoded, problem = body.decode()
    return decoded, None if problem is None else str(problem)


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", " GZIP "])
@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(TEXT, mtime=0),
        gzip.compress(TEXT[:100], mtime=0) + gzip.compress(TEXT[100:], mtime=0),
        gzip.compress(TEXT, mtime=0) + b"\x00" * 20,
        TEXT,
    ],
)
def test_gzip_is_undone(size: int, encoding: str, packed: bytes) -> None:
    assert collect(encoding, len(TEXT), packed, size) == (TEXT, None)


@pytest.mark.parametrize("encoding", ["", "identity", "utf-8", "br", "deflate", "gzip, gzip"])
def test_other_encodings_are_left_to_whoever_reads_the_bytes(encoding: str) -> None:
    packed = zlib.compress(TEXT)
    assert collect(encoding, 100_000, packed, 10) == (packed, None)


def test_nothing_at_all() -> None:
    assert collect("gzip", 10, b"", 1) == (b"", None)


def test_the_limit_keeps_what_fits() -> None:
    body = Body("", len(TEXT) - 1)
    with pytest.raises(TooLargeError, match="larger than 999 bytes"):
        body.feed(TEXT)
    assert body.decode() == (TEXT[:-1], None)
    assert collect("gzip", len(TEXT) - 1, gzip.compress(TEXT), 100_000) == (TEXT[:-1], "larger than 999 bytes")
    assert collect("gzip", len(TEXT) - 1, TEXT, 100_000) == (TEXT[:-1], "larger than 999 bytes")


def test_gzip_that_ends_early() -> None:
    decoded, problem = collect("gzip", 100_000, gzip.compress(TEXT, mtime=0)[:-5], 10)
    assert problem == "gzip ends early"
    assert TEXT.startswith(decoded)


def test_what_came_before_broken_gzip_is_kept() -> None:
    noise = bytes(range(256)) * 4 * 40
    packed = bytearray(zlib.compress(noise, level=0, wbits=zlib.MAX_WBITS | 16))
    packed[-6] ^= 0xFF
    decoded, problem = collect("gzip", 100_000, bytes(packed), 100_000)
    assert problem == "broken gzip"
    assert noise.startswith(decoded)
    assert len(decoded) > 30_000


def test_a_gzip_bomb_takes_no_more_memory_than_the_limit() -> None:
    body = Body("gzip", 100_000)
    body.feed(gzip.compress(bytes(50_000_000)))
    tracemalloc.start()
    try:
        assert isinstance(body.decode()[1], TooLargeError)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_gzip_of_nothing_again_and_again_is_given_up() -> None:
    nothing = gzip.compress(b"", mtime=0)
    assert collect("gzip", 100_000, nothing * 64, 100_000) == (b"", None)
    assert collect("gzip", 100_000, nothing * 65, 100_000) == (b"", "gzip in too many pieces")


def test_no_more_gzip_is_received_than_could_be_of_use() -> None:
    with pytest.raises(TooLargeError):
        Body("gzip", 1_000).feed(gzip.compress(b"", mtime=0) * 10_000)
