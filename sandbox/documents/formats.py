"""How Russian documents write sums and dates."""

from datetime import date
from decimal import Decimal

NBSP = "\u00a0"
_MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)


def money(amount: Decimal) -> str:
    """Return e.g. «1 500,50»: a no-break space between thousands, a comma, always two decimals."""
    return f"{amount:,.2f}".replace(",", NBSP).replace(".", ",")


def quantity(number: Decimal) -> str:
    """Return e.g. «12 345» or «1,5»: no zeros that say nothing."""
    text = f"{number:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", NBSP).replace(".", ",")


def long_date(day: date) -> str:
    """Return e.g. «22 ноября 2026 г.», kept on one line."""
    return NBSP.join((str(day.day), _MONTHS[day.month - 1], str(day.year), "г."))
