"""Collecting a body: the limit counts decoded bytes, and gzip is undone without trusting it."""

import gzip
import tracemalloc
import zlib

import pytest

from bot.smscentre.body import Body, UnreadableBodyError

TEXT = b"%PDF-1.4 some text, " * 50


def collect(body: Body, data: bytes, size: int) -> bytes:
    for i in range(0, len(data), size):
        body.feed(data[i : i + size])
    body.finish()
    return body.data


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
    assert collect(Body(encoding, len(TEXT)), packed, size) == TEXT


@pytest.mark.parametrize("encoding", ["", "identity", "utf-8", "br", "deflate", "gzip, gzip"])
def test_other_encodings_are_left_to_whoever_reads_the_bytes(encoding: str) -> None:
    packed = zlib.compress(TEXT)
    assert collect(Body(encoding, 100_000), packed, 10) == packed


def test_nothing_at_all() -> None:
    assert collect(Body("gzip", 10), b"", 1) == b""


@pytest.mark.parametrize("encoding", ["gzip", ""])
def test_the_limit_keeps_what_fits(encoding: str) -> None:
    data = gzip.compress(TEXT, mtime=0) if encoding else TEXT
    body = Body(encoding, len(TEXT) - 1)
    with pytest.raises(UnreadableBodyError, match="larger than 999 bytes"):
        collect(body, data, 100_000)
    assert body.data == TEXT[:-1]


def test_gzip_that_ends_early() -> None:
    body = Body("gzip", 100_000)
    with pytest.raises(UnreadableBodyError, match="gzip ends early"):
        collect(body, gzip.compress(TEXT, mtime=0)[:-5], 10)
    assert TEXT.startswith(body.data)


def test_broken_gzip() -> None:
    packed = bytearray(gzip.compress(TEXT, mtime=0))
    packed[-6] ^= 0xFF
    with pytest.raises(UnreadableBodyError, match="broken gzip"):
        collect(Body("gzip", 100_000), bytes(packed), 100_000)


def test_a_gzip_bomb_takes_no_more_memory_than_the_limit() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    body = Body("gzip", 100_000)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableBodyError):
            body.feed(bomb)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
