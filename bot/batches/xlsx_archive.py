"""The ZIP archive that an XLSX file is, unpacked with care: its directory may lie, and 1 MB may unpack to gigabytes."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from functools import partial

from bot.batches.tables import MAX_UNPACKED, FileProblem, FileRefused

_MAX_PARTS = 1_000
_ENCRYPTED = 0x1
_READ_AT_ONCE = 64 * 1024
_NEEDED = (".xml", ".rels")
"""Names of the parts that are read; pictures, macros and settings of printers are not."""


def unpack(data: bytes) -> Mapping[str, bytes]:
    """Return the parts of a workbook that are XML, by their names; raises `FileRefused`.

    Never more than `MAX_UNPACKED` bytes are unpacked, whatever the archive says of itself.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_kind(archive)
            return _unpack(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError) as error:
        raise FileRefused(FileProblem.BROKEN) from error


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Return an archive of just these parts, uncompressed: whoever reads it unpacks nothing that was not checked."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def _check_kind(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > _MAX_PARTS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise FileRefused(FileProblem.UNPACKS_TOO_BIG)
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise FileRefused(FileProblem.ENCRYPTED)
    names = {_name(member) for member in members}
    if "xl/workbook.bin" in names:
        raise FileRefused(FileProblem.XLS)
    if {"content.xml", "meta-inf/manifest.xml"} <= names:
        raise FileRefused(FileProblem.ODS)
    if "xl/workbook.xml" not in names:
        raise FileRefused(FileProblem.NOT_A_TABLE)


def _unpack(archive: zipfile.ZipFile) -> Mapping[str, bytes]:
    parts: dict[str, bytes] = {}
    for member in archive.infolist():
        name = _name(member)
        if not name.endswith(_NEEDED):
            continue
        if name in parts:
            raise FileRefused(FileProblem.BROKEN)
        with archive.open(member) as part:
            # Piece by piece, it ends where the directory says; at once, all there is would be unpacked and then cut.
            parts[name] = b"".join(iter(partial(part.read, _READ_AT_ONCE), b""))
    return parts


def _name(member: zipfile.ZipInfo) -> str:
    r"""Return a part's name as the format compares names; some programs write `\` and capitals."""
    return member.filename.replace("\\", "/").lstrip("/").lower()
