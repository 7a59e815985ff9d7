"""What a cell's number format makes people see in place of the number, by the format codes of ECMA-376. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bot.batches.tables import CellProblem, Unusable

_MAX_CODE = 255
"""Characters of a code that Excel itself allows."""
_DATE = "yyyy-mm-dd"
_BUILT_IN: Mapping[int, str] = {
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    48: "##0.0E+0",
    **dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), _DATE),
}
"""Those that no file writes out and that show more than a number; what money they show is up to each computer."""
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|\[\$(?P<money>[^\]-]*)[^\]]*\]?|\[(?P<bracketed>[^\]]*)\]?'
    r"|(?P<room>[_*].)|(?P<general>general)|(?P<power>e[+-])|(?P<ampm>am/pm|a/p)|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"[<>=]")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_PLACES = frozenset("0#?.,%/")
_OF_DATES = frozenset("dmyhsbge")
_SHAPE = re.compile(r"(?P<before>[tb]*)(?P<whole>[#0?](?:[#0?,b]*[#0?])?)?(?P<decimals>\.[#0?]*)?(?P<after>[tb]*)")
"""Digits as a number has them, with texts around: see `_Section.shape`."""


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of a code: that of positive numbers, of negative ones, of zero, or of texts."""

    shape: str
    """Places of digits, `.`, `,`, `%` and `/` as they are; `t` and `b`: a text's character, a blank one; `d`: a date;
    `e`: a power of ten."""
    texts: str
    """The characters at each `t` and `b`, in order."""
    has_condition: bool


def code_of(number: int, codes: Mapping[int, str]) -> str:
    """Return a format's code, as the file says it or as it is built in; empty: it shows a plain number."""
    return codes.get(number, _BUILT_IN.get(number, ""))


def as_shown(number: Decimal, code: str) -> Decimal | str | Unusable:
    """Return a number, with the text that its format shows around it, such as `5 €`.

    A format that shows another value, or none, makes the cell unusable: a percentage, a date, a fraction, a power of
    ten, thousands left out, zeros in front. Rounding is none of these: numbers of a sheet are taken exactly.
    """
    if not code:
        return number
    sections = _sections(code[: _MAX_CODE + 1])
    if len(code) > _MAX_CODE:
        return _otherwise(number)
    if any(section.has_condition for section in sections):
        # Which one applies is up to the program: none may show anything else.
        shown = [_judge(number, section) for section in sections[:3]]
        return next((cell for cell in shown if cell != number), number)
    index = 1 if number < 0 else 2 if number == 0 else 0
    return _judge(number, sections[index] if index < min(len(sections), 3) else sections[0])


def _judge(number: Decimal, section: _Section) -> Decimal | str | Unusable:
    if "%" in section.shape:
        return Unusable(CellProblem.PERCENT, f"{number * 100:f}%")
    if "d" in section.shape:
        return Unusable(CellProblem.DATE, format(number, "f"))
    match = _SHAPE.fullmatch(section.shape)
    if match is None or (match["whole"], match["decimals"]) == (None, None):
        return _otherwise(number)
    if (match["whole"] or "").count("0") > len(str(abs(int(number)))):
        return _otherwise(number)
    before = section.texts[: len(match["before"])]
    after = section.texts[len(section.texts) - len(match["after"]) :]
    return f"{before}{number:f}{after}".strip() if (before + after).strip() else number


def _otherwise(number: Decimal) -> Unusable:
    return Unusable(CellProblem.SHOWN_OTHERWISE, format(number, "f"))


@lru_cache(maxsize=64)
def _sections(code: str) -> tuple[_Section, ...]:
    sections = []
    shape, texts, has_condition = "", "", False
    for match in _TOKEN.finditer(f"{code};"):
        if match["sign"] == ";":
            sections.append(_Section(shape, texts, has_condition))
            shape, texts, has_condition = "", "", False
            continue
        text, taken = _taken(match)
        shape += taken or "".join("t" if character.strip() else "b" for character in text)
        texts += text
        has_condition |= _CONDITION.match(match["bracketed"] or "") is not None
    return tuple(sections)


def _taken(match: re.Match[str]) -> tuple[str, str]:
    """Return the text that a token shows, or what it is to the shape."""
    kind, token = str(match.lastgroup), match[match.lastgroup or 0]
    sign = token.lower()
    if kind in {"quoted", "escaped", "money"}:
        return token, ""
    if kind in {"bracketed", "room"}:
        return "", "d" if _ELAPSED.fullmatch(token) else ""
    if kind == "general" or sign == "@":
        return "", "#"
    if kind == "ampm" or sign in _OF_DATES:
        return "", "d"
    if kind == "power":
        return "", "e"
    return ("", sign) if sign in _PLACES else (token, "")
