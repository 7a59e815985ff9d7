"""What a spreadsheet writes in place of a value: into a CSV, or as text where somebody pasted it. Pure."""

import re

from bot.batches.headings import Column
from bot.batches.tables import CellProblem

_ERROR = re.compile(
    r"#(?:#+|(?:N/A|Н/Д)!?|(?:DIV/0|ДЕЛ/0|VALUE|ЗНАЧ|REF|ССЫЛКА|NUM|ЧИСЛО|NULL|ПУСТО|SPILL|ПЕРЕНОС)!|(?:NAME|ИМЯ)\?)"
)
"""Instead of a value that is missing, or too long for its column."""
_CUT_SHORT = re.compile(r"\d(?:[.,]\d+)?E\+\d+")
"""A long number in a CSV, without its last digits."""
_PERCENTAGE = re.compile(r"[\d.,\s]+%")


def spoilt_by(text: str, column: Column) -> CellProblem | None:
    """Return what happened to a cell's value; None if it may be what somebody wrote."""
    if _ERROR.fullmatch(text):
        return CellProblem.ERROR
    if column in {Column.SUM, Column.SERVICE}:
        return None  # sums have a stricter reading of their own, and a service may say `10%`
    if _CUT_SHORT.fullmatch(text):
        return CellProblem.TOO_MANY_DIGITS
    return CellProblem.PERCENT if _PERCENTAGE.fullmatch(text) else None
