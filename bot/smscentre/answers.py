"""Making sense of an answer: a document, a refusal, or nothing usable. Pure functions on what was received.

Strict about what matters (an error is never taken for a success, a document is whole or none) and lenient about what
the vendor does not document: content types, HTTP statuses, encodings, the form of the multipart.
"""

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bot.smscentre.errors import NoUsableAnswer, Refused
from bot.smscentre.multipart import Part, parse
from bot.smscentre.quoting import Quoter
from bot.smscentre.recognition import find_amount, find_number, mentions_error

_PDF = b"%PDF-"
_PDF_END = b"%%EOF"
_PDF_END_WITHIN = 1024
_LARGEST_JSON = 1024 * 1024
_BOM_AND_SPACE = b"\xef\xbb\xbf \t\r\n"
_ERROR_CODE = re.compile(r"-?[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from one host.

    `framed`: the answer told its own length (Content-Length or chunks), so that its end is certain. `cut_off`: why the
    body is not all that the vendor sent; None if it is.
    """

    host: str
    status: int
    content_type: str
    body: bytes
    framed: bool = True
    cut_off: str | None = None
    quoter: Quoter = field(default_factory=Quoter, repr=False, compare=False)

    def unusable(self, why: str) -> NoUsableAnswer:
        """Return the error for an answer that tells nothing, with what helps to find the case."""
        content_type = self.quoter.text(self.content_type)[:80] or "no content type"
        about = f"{self.host}: HTTP {self.status}, {content_type}, {len(self.body)} bytes"
        if self.body:
            about += f", begins {self.quoter.first_bytes(self.body)}"
        return NoUsableAnswer(self.quoter.text(why), about)


@dataclass(frozen=True, slots=True)
class Created:
    """A new invoice; never all three None.

    A number without a PDF: the invoice exists, its PDF did not come and can be fetched by the number. A PDF without a
    number: the vendor's JSON had none that could be told beyond doubt.
    """

    number: str | None
    amount: Decimal | None
    pdf: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Content:
    """An answer that reports no error: its JSON object, its PDF if that came whole, and why it did not if not."""

    json: dict[str, Any] | None
    pdf: bytes | None
    why_no_pdf: str


def read_created(answer: Answer, requested: Decimal) -> Created:
    """Return what a create brought; `requested` is the amount asked for.

    Raises Refused, or NoUsableAnswer if neither the invoice's number nor its PDF came.
    """
    content = _content(answer)
    number = amount = None
    if content.json is not None:
        number, amount = find_number(content.json, requested), find_amount(content.json, requested)
    if number is None and content.pdf is None:
        raise answer.unusable(content.why_no_pdf)
    return Created(number, amount, content.pdf)


def read_document(answer: Answer) -> bytes:
    """Return the PDF that a download brought. Raises Refused or NoUsableAnswer."""
    content = _content(answer)
    if content.pdf is None:
        raise answer.unusable(content.why_no_pdf)
    return content.pdf


def _content(answer: Answer) -> _Content:
    parts = _parts(answer)
    pdfs = [part for part in parts if part.body.startswith(_PDF)]
    others = [part.body for part in parts if not part.body.startswith(_PDF)]
    objects = [parsed for body in others if (parsed := _json_object(body)) is not None]

    _raise_reported_error(answer, objects, has_pdf=bool(pdfs))
    unread = [body for body in others if _json_object(body) is None]
    if pdfs and any(b'"error_code"' in body for body in unread):
        raise answer.unusable("an unreadable error and a PDF at once")
    if not 200 <= answer.status < 300 or answer.status == 206:
        raise answer.unusable(f"HTTP {answer.status}")
    if len(objects) > 1:
        raise answer.unusable("more than one JSON part")

    pdf = pdfs[0] if len(pdfs) == 1 else None
    if pdf is not None and _is_whole(pdf, answer):
        return _Content(objects[0] if objects else None, pdf.body, "")
    return _Content(objects[0] if objects else None, None, _why_no_pdf(answer, pdfs, objects))


def _parts(answer: Answer) -> list[Part]:
    """Return the parts of the answer; a plain PDF or JSON object is one part."""
    if answer.body.startswith(_PDF) or _json_object(answer.body) is not None:
        return [Part({}, answer.body, ended=False)]
    return parse(answer.content_type, answer.body)


def _json_object(data: bytes) -> dict[str, Any] | None:
    """Return the JSON object that these bytes are, UTF-8 or windows-1251, None if they are anything else."""
    text = data.lstrip(_BOM_AND_SPACE) if len(data) <= _LARGEST_JSON else b""
    if not text.startswith(b"{"):
        return None
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError:
        decoded = text.decode("windows-1251", "replace")
    try:
        parsed = json.loads(
            decoded,
            strict=False,  # a refusal's text may have a line end in it
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_duplicates,
        )
    except (ValueError, ArithmeticError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name occurs twice, so either value may be the right one")
    return members


def _raise_reported_error(answer: Answer, objects: list[dict[str, Any]], *, has_pdf: bool) -> None:
    if not any(mentions_error(parsed) for parsed in objects):
        return
    if has_pdf and all(_says_no_error(parsed) for parsed in objects):
        return
    if has_pdf:
        raise answer.unusable("an error and a PDF at once")
    code = _error_code(objects[0].get("error_code")) if len(objects) == 1 else None
    if code is None:
        raise answer.unusable("an error without a usable code")
    text = objects[0].get("error")
    raise Refused(code, answer.quoter.text(text if isinstance(text, str) else ""))


def _says_no_error(parsed: dict[str, Any]) -> bool:
    """Tell whether an object says in so many words that there was no error: a code of 0, and no text."""
    return parsed.get("error_code") in (0, "0", None) and not parsed.get("error")


def _error_code(value: object) -> int | None:
    """Return the vendor's error number; 0 is none, since elsewhere it means that all went well."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, str):
        return int(value) or None if _ERROR_CODE.fullmatch(value.strip()) else None
    return value or None if -1_000_000 < value < 1_000_000 else None


def _is_whole(pdf: Part, answer: Answer) -> bool:
    if pdf.ended:
        return True
    if answer.cut_off is not None or pdf.short:
        return False
    if answer.framed:
        return True
    # Nothing but its own end says that it is whole.
    return _PDF_END in pdf.body[-_PDF_END_WITHIN:] and not pdf.cut_delimiter


def _why_no_pdf(answer: Answer, pdfs: list[Part], objects: list[dict[str, Any]]) -> str:
    if len(pdfs) > 1:
        return "more than one PDF"
    if answer.cut_off is not None:
        return answer.cut_off
    if pdfs:
        return "the PDF is not whole"
    if objects:
        return "JSON without an error code and without a PDF"
    return "neither JSON nor PDF" if answer.body.strip() else "empty"
