"""Collecting an answer's body while it streams in: decoded, and never more than a limit."""

import zlib

_GZIP_FIRST_BYTE = b"\x1f"
_GZIP_WINDOW = zlib.MAX_WBITS | 16


class UnreadableBodyError(Exception):
    """The rest of the body cannot be used; the message says why."""


class Body:
    """A body of at most `max_bytes` decoded bytes, that keeps what it has when the rest turns out to be unusable.

    We ask for no compression, but undo gzip if it comes. httpx could do that too, but inflates each network chunk as a
    whole: 64 KiB of a gzip bomb become 64 MiB at once, whatever the limit.
    """

    def __init__(self, content_encoding: str, max_bytes: int) -> None:
        self._data = bytearray()
        self._max_bytes = max_bytes
        self._gzipped = content_encoding.strip().lower() in ("gzip", "x-gzip")
        self._inflater = zlib.decompressobj(_GZIP_WINDOW)
        self._empty = True

    @property
    def data(self) -> bytes:
        """The decoded bytes so far."""
        return bytes(self._data)

    def feed(self, received: bytes) -> None:
        """Add bytes from the network. Raises UnreadableBodyError beyond the limit and for broken gzip."""
        if self._empty and received:
            self._empty = False
            # Some servers announce gzip and send plain bytes; neither JSON nor a PDF starts like gzip.
            self._gzipped = self._gzipped and received.startswith(_GZIP_FIRST_BYTE)
        if self._gzipped:
            self._inflate(received)
        else:
            self._append(received)

    def finish(self) -> None:
        """Note that all has been received. Raises UnreadableBodyError if gzip expects more."""
        if self._gzipped and not self._empty and not self._inflater.eof:
            raise UnreadableBodyError("gzip ends early")

    def _inflate(self, received: bytes) -> None:
        while received:
            if self._inflater.eof:
                if not received.startswith(_GZIP_FIRST_BYTE):
                    return  # padding after the last member, as gzip itself ignores it
                self._inflater = zlib.decompressobj(_GZIP_WINDOW)
            try:
                inflated = self._inflater.decompress(received, self._max_bytes - len(self._data) + 1)
            except zlib.error:
                raise UnreadableBodyError("broken gzip") from None
            self._append(inflated)
            received = self._inflater.unconsumed_tail or self._inflater.unused_data

    def _append(self, decoded: bytes) -> None:
        room = self._max_bytes - len(self._data)
        self._data += decoded[:room]
        if len(decoded) > room:
            raise UnreadableBodyError(f"larger than {self._max_bytes} bytes")
