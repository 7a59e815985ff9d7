"""The files of a result: the PDFs in ZIP files that Telegram takes, and a table of all rows. Pure."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_PART = 45_000_000
"""Bytes of a ZIP file; Telegram takes 50 MB, and a name and a directory come on top of each document."""


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A file of a result."""

    name: str
    content: bytes


def unique_names(names: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Return a name for each row's file: its own, with the row's number in front so that files sort as the rows do."""
    return {number: f"{number:03}-{name}" for number, name in names}


def zip_parts(stem: str, documents: Iterable[ResultFile], limit: int = MAX_PART) -> Iterator[ResultFile]:
    """Pack documents, in their order, into as many ZIP files as it takes."""
    parts = list(_parts(documents, limit))
    for index, part in enumerate(parts, 1):
        name = f"{stem}.zip" if len(parts) == 1 else f"{stem}-{index}.zip"
        yield ResultFile(name, _zipped(part))


def _parts(documents: Iterable[ResultFile], limit: int) -> Iterator[list[ResultFile]]:
    part: list[ResultFile] = []
    size = 0
    for document in documents:
        if part and size + len(document.content) > limit:
            yield part
            part, size = [], 0
        part.append(document)
        size += len(document.content)
    if part:
        yield part


def _zipped(documents: Iterable[ResultFile]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for document in documents:
            # A fixed time: the same rows make the same file.
            packed.writestr(zipfile.ZipInfo(document.name, (1980, 1, 1, 0, 0, 0)), document.content)
    return file.getvalue()
