"""Collecting an answer's body as it came, and decoding it afterwards: never more than a limit."""

import zlib

_GZIP_FIRST_BYTE = b"\x1f"
_GZIP_WINDOW = zlib.MAX_WBITS | 16
_MAX_GZIP_MEMBERS = 64
"""Members that decode to nothing would else take time without coming any nearer to the limit."""
_STEP = 4096
"""How much is inflated at a time: what came before a broken place is kept."""
_GZIP_OVERHEAD = 64 * 1024
"""By how much gzip may make longer what it cannot make shorter."""


class UnreadableBodyError(Exception):
    """The rest of the body cannot be used; the message says why."""


class TooLargeError(UnreadableBodyError):
    """The body is larger than its limit."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"larger than {max_bytes} bytes")


class Body:
    """A body of at most `max_bytes` decoded bytes, that keeps what it has when the rest turns out to be unusable.

    We ask for no compression, but undo gzip if it comes. httpx could do that too, but inflates each network chunk as a
    whole: 64 KiB of a gzip bomb become 64 MiB at once, whatever the limit.
    """

    def __init__(self, content_encoding: str, max_bytes: int) -> None:
        self._received = bytearray()
        self._max_bytes = max_bytes
        self._says_gzip = content_encoding.strip().lower() in ("gzip", "x-gzip")
        self._max_received = max_bytes + _GZIP_OVERHEAD if self._says_gzip else max_bytes

    def __len__(self) -> int:
        """Return how many bytes were received."""
        return len(self._received)

    @property
    def gzipped(self) -> bool:
        """Whether it has to be inflated; some servers announce gzip and send plain bytes."""
        # Neither JSON nor a PDF starts like gzip.
        return self._says_gzip and self._received.startswith(_GZIP_FIRST_BYTE)

    def feed(self, received: bytes) -> None:
        """Add bytes from the network. Raises TooLargeError beyond the limit."""
        room = self._max_received - len(self._received)
        self._received += received[:room]
        if len(received) > room:
            raise TooLargeError(self._max_bytes)

    def decode(self) -> tuple[bytes, UnreadableBodyError | None]:
        """Return the decoded bytes, and why they are not all, if they are not. Takes time: gzip is undone here."""
        if not self.gzipped:
            plain = bytes(self._received[: self._max_bytes])
            return plain, TooLargeError(self._max_bytes) if len(self._received) > self._max_bytes else None
        inflated = bytearray()
        try:
            self._inflate(inflated)
        except UnreadableBodyError as error:
            return bytes(inflated), error
        return bytes(inflated), None

    def _inflate(self, data: bytearray) -> None:
        received = memoryview(self._received)
        inflater, members = zlib.decompressobj(_GZIP_WINDOW), 1
        position = 0
        while position < len(received):
            if inflater.eof:
                if received[position : position + 1] != _GZIP_FIRST_BYTE:
                    return  # padding after the last member, as gzip itself ignores it
                if members == _MAX_GZIP_MEMBERS:
                    raise UnreadableBodyError("gzip in too many pieces")
                inflater, members = zlib.decompressobj(_GZIP_WINDOW), members + 1
            piece = received[position : position + _STEP]
            room = self._max_bytes - len(data)
            try:
                inflated = inflater.decompress(piece, room + 1)
            except zlib.error:
                raise UnreadableBodyError("broken gzip") from None
            data += inflated[:room]
            if len(inflated) > room:
                raise TooLargeError(self._max_bytes)
            position += len(piece) - len(inflater.unused_data)
        if not inflater.eof:
            raise UnreadableBodyError("gzip ends early")
