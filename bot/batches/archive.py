"""ZIP files with the PDFs of a result, each small enough for Telegram. Pure."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence

MAX_PART = 45_000_000
"""Bytes of a ZIP file; Telegram takes 50 MB, and a name and a directory come on top of each document."""


def parts(sizes: Iterable[tuple[int, int]], limit: int = MAX_PART) -> Iterator[list[int]]:
    """Share documents out to as many ZIP files as it takes, in their order; they come as their keys and sizes."""
    part: list[int] = []
    filled = 0
    for key, size in sizes:
        if part and filled + size > limit:
            yield part
            part, filled = [], 0
        part.append(key)
        filled += size
    if part:
        yield part


class Archive:
    """A ZIP file in the making: of what is packed only the packed form is kept."""

    def __init__(self) -> None:
        self._file = io.BytesIO()
        self._packed = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)

    def add(self, documents: Mapping[str, bytes]) -> None:
        """Pack documents, by their names."""
        for name, content in documents.items():
            # A fixed time: the same rows make the same file.
            self._packed.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)

    def close(self) -> bytes:
        """Return the file; nothing can be added any more."""
        self._packed.close()
        return self._file.getvalue()


def part_name(stem: str, index: int, all_parts: Sequence[object]) -> str:
    """Return a ZIP file's name, with its number (from 1) where there are several."""
    return f"{stem}.zip" if len(all_parts) == 1 else f"{stem}-{index + 1}.zip"
