"""What kind of file some bytes are, by what stands in them: names and types from outside may say anything."""

from bot.batches.tables import FileProblem, FileRefused

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")  # Excel 2, 3 and 4
_NOT_TABLES = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_MARKUP = (b"<?xml", b"<!doctype", b"<html", b"<table", b"<meta", b"<head", b"<style", b"<workbook", b"mime-version:")


def is_packed(data: bytes) -> bool:
    """Say whether a file is a ZIP archive, as XLSX files are; False means that it may be a CSV.

    Raises `FileRefused` for every other kind that is known.
    """
    if data.startswith(_ZIP):
        return True
    if data.startswith(_OLE):
        encrypted = _ENCRYPTED_PACKAGE in data
        raise FileRefused(FileProblem.ENCRYPTED if encrypted else FileProblem.XLS)
    if data.startswith(_OLD_EXCEL):
        raise FileRefused(FileProblem.XLS)
    if b"%PDF-" in data[:1024]:
        raise FileRefused(FileProblem.PDF)
    if data.startswith((*_NOT_TABLES, _EMPTY_ZIP)) or _is_markup(data):
        raise FileRefused(FileProblem.NOT_A_TABLE)
    return False


def _is_markup(data: bytes) -> bool:
    """Web pages and XML: programs save them under the name of a spreadsheet, and Excel opens them."""
    begin = data[:400]
    for mark in _MARKS:
        begin = begin.removeprefix(mark)
    return begin.replace(b"\0", b"").lstrip().lower().startswith(_MARKUP)
