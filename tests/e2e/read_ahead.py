"""Imported before bots are forked: has read what each bot reads at its start, and what its first words need."""

from datetime import UTC, date
from decimal import Decimal

from sqlalchemy.orm import configure_mappers

import db.models  # noqa: F401 - the mappers
from bot.language.translator import LANGUAGES, Translators
from bot.parsing.vocabulary import vocabulary

configure_mappers()
vocabulary()
for _language in LANGUAGES:
    _translator = Translators(default=_language, zone=UTC, currency="").choose(None)
    _translator.money(Decimal(1))
    _translator.day(date(2026, 11, 22))
