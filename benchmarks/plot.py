"""Bars as an SVG: all that the benchmarks draw, without a plotting library."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _LEFT, _RIGHT, _TOP, _BAR, _GAP = 720, 300, 90, 48, 18, 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; a value that is not finite is drawn across the whole width."""

    label: str
    value: float


def bars(title: str, unit: str, items: Sequence[Bar]) -> str:
    """Return an SVG of horizontal bars; their lengths are logarithmic where the values are far apart."""
    finite = [item.value for item in items if math.isfinite(item.value) and item.value > 0] or [1.0]
    largest, smallest = max(finite), min(finite)
    logarithmic = largest / smallest > 50
    room = _WIDTH - _LEFT - _RIGHT

    def length(value: float) -> float:
        if not math.isfinite(value):
            return room
        if not logarithmic:
            return room * value / largest
        return room * math.log10(max(value / smallest, 1) * 2) / math.log10(largest / smallest * 2)

    height = _TOP + len(items) * (_BAR + _GAP) + _GAP
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="22" font-size="15" fill="#1a1a1a">{escape(title)}</text>',
        f'<text x="12" y="39" font-size="11" fill="#666666">{escape(unit)}{", logarithmic" * logarithmic}</text>',
    ]
    for index, item in enumerate(items):
        top, width = _TOP + index * (_BAR + _GAP), length(item.value)
        dark = 'font-size="12" fill="#1a1a1a"'
        middle = top + _BAR * 0.72
        value = f"{item.value:.3g}" if item.value < 1000 else f"{item.value:,.0f}"
        lines += [
            f'<text x="{_LEFT - 8}" y="{middle:.1f}" {dark} text-anchor="end">{escape(item.label)}</text>',
            f'<rect x="{_LEFT}" y="{top}" width="{max(width, 1):.1f}" height="{_BAR}" fill="#3b76c4"/>',
            f'<text x="{_LEFT + width + 6:.1f}" y="{middle:.1f}" {dark}>{value}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])
