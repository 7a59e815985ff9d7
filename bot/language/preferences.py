"""Resolves a person's language: the one that they chose, else their Telegram's, else the default."""

from collections.abc import Iterable

from bot.domain import Person
from bot.language.translator import LANGUAGES, Translator, Translators
from bot.runtime.clock import Clock
from db import audit, preferences
from db.audit import AuditAction
from db.engine import Database
from db.models import PersonSettings


class LanguagePreferences:
    """Knows people's languages; what a person chose holds from their next word on, in every process."""

    def __init__(self, database: Database, clock: Clock, translators: Translators) -> None:
        self._database = database
        self._clock = clock
        self._translators = translators

    @property
    def default(self) -> Translator:
        """The translator for nobody in particular."""
        return self._translators.choose(None)

    def for_language(self, language: str) -> Translator:
        """Return the translator for a language that was kept with a wish."""
        return self._translators.choose(language)

    async def for_speaker(self, user_id: int, telegram_language: str | None) -> Translator:
        """Return the translator for somebody who has said something."""
        async with self._database.read() as session:
            known = await preferences.of_person(session, user_id)
        return self._speaking(known, telegram_language)

    async def hear(
        self, user_id: int, known: PersonSettings | None, telegram_language: str | None, *, keep: bool
    ) -> Translator:
        """Return the translator for somebody who says something now, and of whom this is known.

        `keep` has their Telegram's language remembered, for notes that answer nothing; not meant for strangers.
        """
        code = telegram_language[:16] if telegram_language else None
        if keep and code is not None and (known is None or known.telegram_language != code):
            async with self._database.write() as session:
                (await preferences.ensure_person(session, user_id)).telegram_language = code
        return self._speaking(known, telegram_language)

    def _speaking(self, known: PersonSettings | None, telegram_language: str | None) -> Translator:
        chosen = known.language if known is not None else None
        return self._translators.choose(chosen or (telegram_language[:16] if telegram_language else None))

    async def for_people(self, user_ids: Iterable[int]) -> dict[int, Translator]:
        """Return the translators for people who have said nothing just now."""
        wanted = list(user_ids)
        async with self._database.read() as session:
            known = await preferences.of_people(session, wanted)
        return {user_id: self._known(known.get(user_id)) for user_id in wanted}

    async def chosen(self, user_id: int) -> str | None:
        """Return the language that a person chose; None if theirs is that of their Telegram."""
        async with self._database.read() as session:
            known = await preferences.of_person(session, user_id)
        return known.language if known is not None else None

    async def choose(self, person: Person, language: str | None, telegram_language: str | None) -> Translator:
        """Speak a language with a person from now on, also of what they wait for; None: that of their Telegram."""
        if language is not None and language not in LANGUAGES:
            raise ValueError(f"there is no catalogue for {language!r}")
        t = self._translators.choose(language or telegram_language)
        async with self._database.write() as session:
            row = await preferences.ensure_person(session, person.id)
            if row.language == language:
                return t
            row.language = language
            await preferences.speak_of_requests(session, person.id, t.language)
            audit.record(
                session,
                AuditAction.CHOOSE_LANGUAGE,
                now=self._clock.now(),
                actor=person,
                detail=language or "as in Telegram",
            )
        return t

    def _known(self, settings: PersonSettings | None) -> Translator:
        if settings is None:
            return self.default
        return self._translators.choose(settings.language or settings.telegram_language)
