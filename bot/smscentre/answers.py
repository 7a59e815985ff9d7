"""Making sense of an answer: a document, a refusal, or nothing usable. Pure functions on what was received.

Strict about what matters (an error is never taken for a success, a document is whole or none) and lenient about what
the vendor does not document: content types, HTTP statuses, encodings, the form of the multipart.
"""

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bot.smscentre.errors import NoUsableAnswer, Refused, TooLarge, WrongSetting
from bot.smscentre.multipart import Part, parse
from bot.smscentre.quoting import Quoter
from bot.smscentre.recognition import find_amount, find_number, mentions_error
from bot.smscentre.statuses import is_about_proxy, is_not_carried_out

_PDF = b"%PDF-"
_PDF_BEGINS_WITHIN = 1024
"""Readers of PDF look for its beginning in so many bytes; what stands before it stays where it is."""
_PDF_END = b"%%EOF"
_PDF_END_WITHIN = 1024
MAX_DOCUMENT = 50_000_000
"""The largest file that Telegram takes from a bot, in bytes."""
_LARGEST_JSON = 1024 * 1024
_BOM_AND_SPACE = b"\xef\xbb\xbf \t\r\n"
_ERROR_CODE = re.compile(r"-?[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from one host.

    `cut_off`: why the body is not all that the vendor sent; None if it is. `over_limit`: it was cut off because it is
    too large. `declared`: its Content-Length, if that counts the bytes of `body`. `setting`: the name of the setting
    that the host comes from.
    """

    host: str
    status: int
    content_type: str
    body: bytes
    cut_off: str | None = None
    quoter: Quoter = field(default_factory=Quoter, repr=False, compare=False)
    over_limit: bool = False
    declared: int | None = None
    max_document: int = MAX_DOCUMENT
    setting: str = "SMSC_URL"
    location: str = ""

    def unusable(self, why: str, partial: bytes | None = None) -> NoUsableAnswer:
        """Return the error for an answer that tells nothing, with what helps to find the case."""
        content_type = self.quoter.text(self.content_type)[:80] or "no content type"
        about = f"{self.host}: HTTP {self.status}, {content_type}, {len(self.body)} bytes"
        if self.body:
            about += f", begins {self.quoter.first_bytes(self.body)}"
        return NoUsableAnswer(self.quoter.text(why), about, partial)

    def wrong_setting(self) -> WrongSetting:
        """Return the error for an answer of somebody who is not the vendor's API."""
        target = self.location.partition("?")[0]
        why = f"HTTP {self.status}" + (f", Location: {target}" if target else "")
        return WrongSetting("PROXY_URL" if is_about_proxy(self.status) else self.setting, self.quoter.text(why))


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
    partial: bytes | None = None
    """What came of a PDF that is not whole."""
    too_large: bool = False


def read_created(answer: Answer, requested: Decimal) -> Created:
    """Return what a create brought; `requested` is the amount asked for.

    Raises Refused, WrongSetting, TooLarge, or NoUsableAnswer if neither the invoice's number nor its PDF came.
    """
    content = _content(answer)
    number = amount = None
    if content.json is not None:
        number, amount = find_number(content.json, requested), find_amount(content.json, requested)
    if content.too_large:
        raise TooLarge(answer.max_document, number)
    if number is None and content.pdf is None:
        raise answer.unusable(content.why_no_pdf)
    return Created(number, amount, content.pdf)


def read_document(answer: Answer) -> bytes:
    """Return the PDF that a download brought. Raises Refused, WrongSetting, TooLarge or NoUsableAnswer."""
    content = _content(answer)
    if content.too_large:
        raise TooLarge(answer.max_document)
    if content.pdf is None:
        raise answer.unusable(content.why_no_pdf, content.partial)
    return content.pdf


def _content(answer: Answer) -> _Content:
    objects: list[dict[str, Any]] = []
    pdfs: list[Part] = []
    unread: list[bytes] = []
    for part in _parts(answer):
        if (parsed := _json_object(part.body)) is not None:
            objects.append(parsed)
        elif (start := _pdf_start(part.body)) is not None:
            pdfs.append(part)
            unread.append(part.body[:start])
        else:
            unread.append(part.body)

    _raise_reported_error(answer, objects, has_pdf=bool(pdfs))
    if pdfs and any(b'"error_code"' in body for body in unread):
        raise answer.unusable("an unreadable error and a PDF at once")
    if not 200 <= answer.status < 300 or answer.status == 206:
        raise answer.unusable(f"HTTP {answer.status}")
    if len(objects) > 1:
        raise answer.unusable("more than one JSON part")

    json_object = objects[0] if objects else None
    pdf = pdfs[0] if len(pdfs) == 1 else None
    if pdf is not None and _is_too_large(pdf, answer):
        return _Content(json_object, None, "", too_large=True)
    if pdf is not None and _is_whole(pdf, answer):
        return _Content(json_object, pdf.body, "")
    why = _why_no_pdf(answer, pdfs, objects)
    return _Content(json_object, None, why, partial=None if pdf is None else pdf.body)


def _parts(answer: Answer) -> list[Part]:
    """Return the parts of the answer; a plain PDF or JSON object is one part."""
    whole = Part({}, answer.body, ended=False, plain=True)
    if answer.body.startswith(_PDF) or _json_object(answer.body) is not None:
        return [whole]
    parts = parse(answer.content_type, answer.body)
    return parts or ([whole] if _pdf_start(answer.body) is not None else [])


def _pdf_start(data: bytes) -> int | None:
    """Return where the PDF in these bytes begins, None if they are none."""
    start = data.find(_PDF, 0, _PDF_BEGINS_WITHIN)
    return start if start >= 0 else None


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
    """Raise what the answer says in JSON or, where that tells nothing of an invoice, by its HTTP status."""
    if is_not_carried_out(answer.status) and not has_pdf and not _speaks_of_invoice(objects):
        raise answer.wrong_setting()
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


def _speaks_of_invoice(objects: list[dict[str, Any]]) -> bool:
    """Tell whether the vendor itself answers: with its error code, or with what may be an invoice's number."""
    return any(
        _error_code(parsed.get("error_code")) is not None or find_number(parsed, Decimal(0)) is not None
        for parsed in objects
    )


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


def _is_too_large(pdf: Part, answer: Answer) -> bool:
    announced = answer.declared or 0 if pdf.plain else 0
    return answer.over_limit or max(len(pdf.body), announced) > answer.max_document


def _is_whole(pdf: Part, answer: Answer) -> bool:
    if pdf.ended:
        return True
    if answer.cut_off is not None or pdf.short:
        return False
    # Nothing but its own end says that it is whole: HTTP's framing proves only that its sender stopped there.
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
