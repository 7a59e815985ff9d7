"""Sentences in the person's language: gettext catalogues, English as their source.

The `.po` files are read at the start, so there are no compiled catalogues that could go stale.
"""

import gettext
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cache
from importlib import resources
from io import BytesIO

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup

LANGUAGES = ("en", "ru")
_DAYS = {"en": "d MMM yyyy", "ru": "dd.MM.yyyy"}


class Translator:
    """Speaks one language. What it returns is HTML: every parameter that is not `Markup` is escaped."""

    def __init__(
        self, language: str, catalogue: gettext.NullTranslations, *, zone: tzinfo | None = None, currency: str = ""
    ) -> None:
        self.language = language
        self._catalogue = catalogue
        self._zone = zone
        self._currency = currency

    def say(self, message: str, /, **parameters: object) -> Markup:
        """Translate an HTML sentence with `{named}` placeholders."""
        return Markup(self._catalogue.gettext(message)).format(**parameters)  # noqa: S704 - ours, not a person's

    def say_n(self, singular: str, plural: str, n: int, /, **parameters: object) -> Markup:
        """Translate a sentence that counts; `{n}` is the number."""
        text = self._catalogue.ngettext(singular, plural, n)
        return Markup(text).format(n=n, **parameters)  # noqa: S704 - ours, not a person's

    def clock_time(self, moment: datetime, *, now: datetime) -> str:
        """Return a time of day with seconds, in the team's time zone, with the date unless it is today's."""
        local, today = moment.astimezone(self._zone), now.astimezone(self._zone).date()
        return f"{local:%H:%M:%S}" if local.date() == today else f"{self.day(local.date())} {local:%H:%M:%S}"

    def day(self, day: date) -> str:
        """Return a day as people write it: `26 Nov 2026` or `26.11.2026`."""
        return format_date(day, _DAYS[self.language], locale=self.language)

    def money(self, amount: Decimal) -> str:
        """Return a sum as people write it: `1 500,50 ₽` or `1,500.50`; no currency unless the settings name one."""
        text = format_decimal(amount, format="#,##0.00", locale=self.language)
        return f"{text}\N{NO-BREAK SPACE}{self._currency}" if self._currency else text


class Translators:
    """All languages at hand, and the rule which a person gets."""

    def __init__(self, *, default: str, zone: tzinfo | None, currency: str | None) -> None:
        self._default = default
        self._all: Mapping[str, Translator] = {
            language: Translator(language, read_catalogue(language), zone=zone, currency=currency or "")
            for language in LANGUAGES
        }

    def choose(self, language_code: str | None) -> Translator:
        """Return the translator for a Telegram `language_code` (an IETF tag, or none at all)."""
        primary = (language_code or "").partition("-")[0].lower()
        return self._all.get(primary, self._all[self._default])


@cache
def read_catalogue(language: str) -> gettext.NullTranslations:
    """Read a language's catalogue from the package, once a process; English is the source and needs none."""
    if language == "en":
        return gettext.NullTranslations()
    source = resources.files("bot.language") / "locales" / language / "LC_MESSAGES" / "docsbot.po"
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
