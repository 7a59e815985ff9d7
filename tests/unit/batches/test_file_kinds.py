"""Files of other kinds are told apart by what is in them, each with its own way out."""

import pytest

from bot.batches.reading import read_table
from bot.batches.tables import MAX_FILE, FileProblem, FileRefused
from tests.unit.batches.workbooks import archive

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", FileProblem.EMPTY),
        (b" \r\n\r\n", FileProblem.EMPTY),
        ("\ufeff\r\n".encode(), FileProblem.EMPTY),
        (b";;;\r\n;;\r\n", FileProblem.EMPTY),
        (b"a" * (MAX_FILE + 1), FileProblem.TOO_BIG),
        (_OLE + "Workbook".encode("utf-16-le"), FileProblem.XLS),
        (_OLE + "EncryptedPackage".encode("utf-16-le"), FileProblem.ENCRYPTED),
        (b"\x09\x04\x06\x00\x07\x00\x10\x00" + bytes(50), FileProblem.XLS),
        (archive({"xl/workbook.bin": b"x"}), FileProblem.XLS),
        (archive({"mimetype": b"x", "content.xml": b"x", "META-INF/manifest.xml": b"x"}), FileProblem.ODS),
        (archive({"word/document.xml": b"x"}), FileProblem.NOT_A_TABLE),
        (archive({"photo.jpg": b"x"}), FileProblem.NOT_A_TABLE),
        (archive({}), FileProblem.NOT_A_TABLE),
        (b"PK\x03\x04 and then nothing", FileProblem.BROKEN),
        (b"%PDF-1.7\n", FileProblem.PDF),
        (b"\r\n%PDF-1.4\n", FileProblem.PDF),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), FileProblem.NOT_A_TABLE),
        (b"\xff\xd8\xff\xe0" + bytes(50), FileProblem.NOT_A_TABLE),
        (b"{\\rtf1 alice;1500}", FileProblem.NOT_A_TABLE),
        (b"<html><table><tr><td>alice</td></tr></table></html>", FileProblem.NOT_A_TABLE),
        ('\ufeff<?xml version="1.0"?><Workbook/>'.encode(), FileProblem.NOT_A_TABLE),
        ("\ufeff<HTML>".encode("utf-16-le"), FileProblem.NOT_A_TABLE),
        (b"\x1f\x8b\x08" + bytes(50), FileProblem.NOT_A_TABLE),
        (b"alice;\0\0\0\0\0\0;1500", FileProblem.UNKNOWN_ENCODING),
    ],
)
def test_a_file_of_another_kind_is_refused_for_what_it_is(data: bytes, problem: FileProblem) -> None:
    with pytest.raises(FileRefused) as refused:
        read_table(data)
    assert refused.value.problem is problem


def test_an_encrypted_member_of_an_archive_is_told() -> None:
    data = bytearray(archive({"xl/workbook.xml": b"x"}))
    data[6] |= 1
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 8] |= 1
    with pytest.raises(FileRefused) as refused:
        read_table(bytes(data))
    assert refused.value.problem is FileProblem.ENCRYPTED
