"""Answers as the vendor may give them, and the values that the vendor tests share."""

from decimal import Decimal

from bot.domain import SubClient
from bot.smscentre import Credentials

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
JSON = b'{"id": 9001, "sum": "1500.50"}'
AMOUNT = Decimal("1500.50")
ALICE = SubClient(name="alice")
PASSWORD = "p&ss <word>=пароль"
CREDENTIALS = Credentials("acme", password=PASSWORD)


def multipart(
    *contents: bytes,
    boundary: bytes = b"b0undary",
    line_end: bytes = b"\r\n",
    closed: bool = True,
) -> bytes:
    """Return a multipart body of an ordinary kind."""
    body = b"".join(
        line_end.join([b"--" + boundary, b"Content-Type: " + _content_type(content), b"", content, b""])
        for content in contents
    )
    return body + (b"--" + boundary + b"--" + line_end if closed else b"")


def _content_type(content: bytes) -> bytes:
    return b"application/pdf" if content.startswith(b"%PDF-") else b"application/json"


MULTIPART_TYPE = "multipart/mixed; boundary=b0undary"
