"""The audit as a CSV file that any spreadsheet may open: no cell of it is ever calculated. Pure."""

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal

from db.models import AuditEntry, Request

_HEADER = (
    "id",
    "time",
    "actor_id",
    "actor",
    "action",
    "subject_id",
    "chat_id",
    "request",
    "sub_client",
    "amount",
    "detail",
)

_STARTS_FORMULA = frozenset("=+-@\N{MINUS SIGN}")
"""What makes a spreadsheet calculate a cell, in the plain form that full-width and other forms stand for."""
_SEPARATES = frozenset(";,|")
"""Where a spreadsheet may begin a new cell, whichever of them this file uses; tabs and line ends are blanks by then."""
_QUOTES = frozenset("\"'")
_LOOKS_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Characters that show nothing though Unicode counts them as letters or symbols."""


def as_csv(
    entries: Sequence[AuditEntry], requests: Mapping[int, Request], zone: tzinfo | None, *, language: str
) -> bytes:
    """Write entries as CSV, UTF-8 with a mark; Russian spreadsheets expect semicolons and decimal commas."""
    russian = language == "ru"
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if russian else ",")
    writer.writerow(_HEADER)
    for entry in entries:
        request = requests.get(entry.request_id or 0)
        row = (
            _number(entry.id),
            _time(entry.at, zone),
            _number(entry.actor_id),
            entry.actor_name,
            entry.action,
            _number(entry.subject_id),
            _number(entry.chat_id),
            _number(entry.request_id),
            str(request.sub_client) if request else "",
            _amount(request.amount if request else None, decimal_comma=russian),
            entry.detail,
        )
        writer.writerow([harmless(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Return text in one line, with an apostrophe before whatever a spreadsheet could take for a formula's start.

    Whoever opens the file chooses how it is split, so a cell may start behind any separator in the text. Blanks,
    invisible characters and quotes before the formula do not count: spreadsheets drop them.
    """
    written: list[str] = []
    starts = True
    for char in text:
        if char != " " and _is_control(char):
            written.append(" ")
        elif starts and unicodedata.normalize("NFKC", char)[:1] in _STARTS_FORMULA:
            written.append(f"'{char}")
            starts = False
        else:
            written.append(char)
            starts = char in _SEPARATES or (starts and _shows_nothing(char))
    return "".join(written)


def _is_control(char: str) -> bool:
    """Say whether a character moves on to another cell or line, or cannot stand in a file."""
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")


def _shows_nothing(char: str) -> bool:
    return char in _QUOTES or char in _LOOKS_BLANK or unicodedata.category(char)[0] in "CMZ"


def _time(at: datetime, zone: tzinfo | None) -> str:
    return at.astimezone(zone).isoformat(sep=" ", timespec="seconds")


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _amount(value: Decimal | None, *, decimal_comma: bool) -> str:
    if value is None:
        return ""
    return str(value).replace(".", ",") if decimal_comma else str(value)
