"""What the command line prints: tables for people, JSON for programs. Names come from chats, so nothing is trusted."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

Row = Mapping[str, object]


def print_rows(columns: Sequence[str], rows: Iterable[Row], *, as_json: bool, empty: str) -> None:
    """Print rows as a table with a heading for each column, or as a JSON list; `empty` is said of an empty table."""
    found = list(rows)
    if as_json:
        print(json.dumps(found, ensure_ascii=True, indent=2, default=str))
    elif not found:
        print(empty)
    else:
        _print_table([[column.upper() for column in columns], *([_cell(row[c]) for c in columns] for row in found)])


def printable(text: str) -> str:
    """Escape what a terminal would obey or hide: control characters, line ends, marks of direction, lone surrogates."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def local(moment: datetime | None, zone: tzinfo | None) -> str | None:
    """Return a moment in the team's time zone, to the second; None for none."""
    return None if moment is None else moment.astimezone(zone).isoformat(sep=" ", timespec="seconds")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_cell, value))
    return printable(str(value))


def _print_table(lines: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
