"""The ways in which the answer to add_account may look: the vendor does not document them, so all can be tried."""

import json
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the two parts of the answer are written; the default is what RFC 2046 would have."""

    subtype: str = "mixed"
    boundary: str = "smsc-7b1f0a94d2c8"
    quoted: bool = False
    newline: str = "\r\n"
    closed: bool = True
    preamble: str = ""
    id_name: str = "id"
    sum_name: str = "sum"
    id_as_text: bool = False
    sum_as_text: bool = True
    pdf_headers: tuple[str, ...] = (
        "Content-Type: application/pdf",
        'Content-Disposition: attachment; filename="invoice.pdf"',
    )
    json_headers: tuple[str, ...] = ("Content-Type: application/json; charset=utf-8",)
    error_type: str = "text/html; charset=utf-8"

    @property
    def content_type(self) -> str:
        """Return the value of the header that announces the parts."""
        boundary = f'"{self.boundary}"' if self.quoted else self.boundary
        return f"multipart/{self.subtype}; boundary={boundary}"

    def multipart(self, number: int, amount: Decimal, pdf: bytes) -> bytes:
        """Return the body: the JSON part, then the PDF part. Not closed, it ends with the PDF's last byte."""
        told = {
            self.id_name: str(number) if self.id_as_text else number,
            self.sum_name: str(amount) if self.sum_as_text else float(amount),
        }
        newline, delimiter = self.newline.encode(), f"--{self.boundary}".encode()
        parts = [
            (self.json_headers, json.dumps(told).encode()),
            (self.pdf_headers, pdf),
        ]
        body, separator = self.preamble.encode(), b""
        for headers, content in parts:
            head = newline.join(header.encode() for header in headers)
            body += separator + delimiter + newline + head + newline * 2 + content
            separator = newline
        return body + (newline + delimiter + b"--" + newline if self.closed else b"")


DIALECTS = {
    "mixed": Dialect(),
    "form-data": Dialect(
        subtype="form-data",
        quoted=True,
        json_headers=('Content-Disposition: form-data; name="result"', "Content-Type: application/json"),
        pdf_headers=(
            'Content-Disposition: form-data; name="file"; filename="schet.pdf"',
            "Content-Transfer-Encoding: binary",
            "Content-Type: application/pdf",
        ),
    ),
    "bare": Dialect(
        subtype="related",
        newline="\n",
        closed=False,
        id_name="account_id",
        id_as_text=True,
        sum_as_text=False,
        json_headers=("content-type: text/plain",),
        pdf_headers=("content-type: application/octet-stream",),
    ),
    "talkative": Dialect(
        subtype="x-mixed-replace",
        boundary="=_SMSC:2026/(documents)",
        quoted=True,
        preamble="This is a message in parts.\r\n",
        id_name="ID",
        sum_name="amount",
        id_as_text=True,
        json_headers=("X-Part: 1", "Content-Language: ru", "Content-Type: application/json; charset=utf-8"),
    ),
}
"""Four ways apart from each other in everything that may differ, by name."""
